import type { Comparison } from '../core/asyncapi/compare-document.js'
import type { DocumentFindings } from '../core/asyncapi/document-findings.js'
import type { ContractCheck } from '../core/contract-check.js'
import type { TidingsError } from '../core/errors.js'
import type { CommandContext } from './command-context.js'
import type { NamedFiles } from './distinct-files.js'
import { reportDocument } from './report-document.js'
import { openReport } from './report-file.js'
import { writeLines } from './write-lines.js'

/** What has come of comparing channels with a document. */
interface Surveyed {
  readonly comparison?: Comparison | undefined
  readonly findings?: DocumentFindings | undefined
  readonly failure?: TidingsError | undefined
}

/** How it is told. */
export interface SurveyReport {
  readonly document: { readonly name: string; readonly isNew: boolean } | undefined
  readonly check: ContractCheck | undefined
  /** Findings are JSON. */
  readonly json?: boolean | undefined
  /** The file of a report for CI, if one is wanted. */
  readonly report?: string | undefined
  /** The recording that is read, if one is. */
  readonly recording?: string | undefined
}

/**
 * Says in what a document differs from what `survey` sees: findings on stdout, and in the report, which is written however it ends.
 * @throws TidingsError as `openReport`; what `survey` fails with or rejects with
 */
export async function reportSurvey(
  context: CommandContext,
  { document, check, json, report, recording }: SurveyReport,
  survey: () => Promise<Surveyed>
): Promise<void> {
  const write = reportOf(context, check, report, { recording, check: document?.name })
  const surveyed = await survey().catch(async (error: unknown) => {
    await write(undefined, error)
    throw error
  })
  const { findings, comparison, failure } = surveyed
  await write(findings, failure)
  if (findings !== undefined) await tellFindings(context, findings, json === true)
  if (document && comparison) reportDocument(context, document, comparison)
  if (failure !== undefined) throw failure
}

async function tellFindings(
  { io, say }: Pick<CommandContext, 'io' | 'say'>,
  findings: DocumentFindings,
  json: boolean
): Promise<void> {
  const { formatFindings, formatFindingsJson, formatSuggestions } = await import('../ui/findings-report.js')
  const lines = json ? formatFindingsJson(findings) : formatFindings(findings)
  await writeLines(
    io.stdout,
    lines.map((line) => `${line}\n`)
  )
  if (!json) for (const line of formatSuggestions(findings)) say(line)
}

function reportOf(
  { io: { clock } }: CommandContext,
  check: ContractCheck | undefined,
  report: string | undefined,
  others: NamedFiles
): (findings: DocumentFindings | undefined, failure: unknown) => Promise<void> {
  if (check === undefined || report === undefined) return async () => undefined
  const file = openReport(report, 'channels', clock, others)
  return async (findings, failure) => {
    const [{ contractCases }, { findingFailures }] = await Promise.all([
      import('../ui/contract-cases.js'),
      import('../ui/findings-report.js')
    ])
    const others = findings && findingFailures(findings)
    await file.write(contractCases(check.contract, check.tally, others), failure)
  }
}
