import type { Comparison } from '../core/asyncapi/compare-document.js'
import type { Output } from '../files/output.js'
import { documentSummary, formatComparison } from '../ui/document-report.js'
import type { CommandContext } from './command-context.js'
import { writeLines } from './write-lines.js'

/** Writes a line for each thing in which a document differs from what was seen. */
export function writeDifferences(stdout: Output, comparison: Comparison): Promise<void> {
  return writeLines(
    stdout,
    formatComparison(comparison).map((line) => `${line}\n`)
  )
}

/** Says what was written into a document, and in what one that was there had differed. */
export function reportUpdate(
  { say }: CommandContext,
  document: { readonly name: string; readonly isNew: boolean },
  comparison: Comparison
): void {
  if (!document.isNew) for (const line of formatComparison(comparison)) say(line)
  say(documentSummary(document.name, comparison))
}
