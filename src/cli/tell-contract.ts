import type { ContractCheck } from '../core/contract-check.js'
import type { CommandContext } from './command-context.js'
import type { NamedFiles } from './distinct-files.js'
import { openReport } from './report-file.js'

/** How it is told what came of checking messages. */
export interface ContractWish {
  /** The command that checks, for the report. */
  readonly command: string
  /** In one line of JSON. */
  readonly json?: boolean | undefined
  /** The file of the report, if one is wanted. */
  readonly report?: string | undefined
  /** What else the command reads or writes. */
  readonly others?: NamedFiles | undefined
}

/** Tells it. @param failure why the command ended early, if it did */
export type TellContract = (failure: unknown) => Promise<void>

const nothing: TellContract = async () => undefined

/**
 * Makes what tells, at the end of a command however it ends, in what messages broke their contract, and writes the report.
 * @throws TidingsError as `openReport`
 */
export function tellContract(
  context: Pick<CommandContext, 'io' | 'isQuiet' | 'say'>,
  check: ContractCheck | undefined,
  { command, json, report, others }: ContractWish
): TellContract {
  if (check === undefined) return nothing
  const file = report === undefined ? undefined : openReport(report, command, context.io.clock, others)
  return async (failure) => {
    const { contract, tally } = check
    const [{ formatContractJson, formatContractTable }, { contractCases }] = await Promise.all([
      import('../ui/contract-report.js'),
      import('../ui/contract-cases.js')
    ])
    if (json) await tellJson(context, formatContractJson(contract, tally))
    else for (const line of formatContractTable(contract, tally, context.io.stderr.columns)) context.say(line)
    await file?.write(contractCases(contract, tally), failure)
  }
}

/** A line that may go through no further hands: what leaves out passwords of lines for people could cut across two strings of JSON. */
async function tellJson(
  { io, isQuiet }: Pick<CommandContext, 'io' | 'isQuiet'>,
  line: string
): Promise<void> {
  if (isQuiet) return
  try {
    await io.stderr.write(`${line}\n`)
  } catch {
    // A stderr that cannot be written to is no failure of the command.
  }
}
