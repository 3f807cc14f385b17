import type { ContractCheck } from '../core/contract-check.js'
import type { CommandContext } from './command-context.js'
import { openReport } from './report-file.js'

/** How it is told what came of checking messages. */
export interface ContractWish {
  /** The command that checks, for the report. */
  readonly command: string
  /** In one line of JSON. */
  readonly json?: boolean | undefined
  /** The file of the report, if one is wanted. */
  readonly report?: string | undefined
}

const nothing = async (): Promise<void> => undefined

/**
 * Makes what tells, at the end of a command however it ends, in what messages broke their contract, and writes the report.
 * @throws TidingsError as `openReport`
 */
export function tellContract(
  { io, say }: Pick<CommandContext, 'io' | 'say'>,
  check: ContractCheck | undefined,
  { command, json, report }: ContractWish
): () => Promise<void> {
  if (check === undefined) return nothing
  const file = report === undefined ? undefined : openReport(report)
  const began = io.clock.now()
  const start = io.clock.monotonic()
  return async () => {
    const { contract, tally } = check
    const [{ formatContractJson, formatContractTable }, { contractCases }] = await Promise.all([
      import('../ui/contract-report.js'),
      import('../ui/contract-cases.js')
    ])
    const lines = json ? [formatContractJson(contract, tally)] : formatContractTable(contract, tally)
    for (const line of lines) say(line)
    const elapsed = io.clock.monotonic() - start
    await file?.write({ name: `tidings ${command}`, began, elapsed, cases: contractCases(contract, tally) })
  }
}
