import type { Comparison } from '../core/asyncapi/compare-document.js'
import { documentSummary, formatComparison } from '../ui/document-report.js'
import type { CommandContext } from './command-context.js'
import { writeLines } from './write-lines.js'

/**
 * Says in what a document differs from what was seen.
 * @param isUpdated what was seen is in the document by now: that is said on stderr. Otherwise each difference is a line on stdout.
 */
export async function reportDocument(
  { io, say }: Pick<CommandContext, 'io' | 'say'>,
  document: { readonly name: string; readonly isNew: boolean },
  comparison: Comparison,
  isUpdated: boolean
): Promise<void> {
  const differences = formatComparison(comparison)
  if (!isUpdated)
    return writeLines(
      io.stdout,
      differences.map((line) => `${line}\n`)
    )
  if (!document.isNew) for (const line of differences) say(line)
  say(documentSummary(document.name, comparison))
}
