import type { Comparison } from '../core/asyncapi/compare-document.js'
import type { Output } from '../files/output.js'
import { documentSummary, formatComparison } from '../ui/document-report.js'
import type { CommandContext } from './command-context.js'
import { writeLines } from './write-lines.js'

/** Writes one line for each difference between a document and what was observed. */
export function writeDifferences(stdout: Output, comparison: Comparison): Promise<void> {
  return writeLines(
    stdout,
    formatComparison(comparison).map((line) => `${line}\n`)
  )
}

/** Reports what was written into a document. Where the document existed before, also reports its differences. */
export function reportUpdate(
  { say }: CommandContext,
  document: { readonly name: string; readonly isNew: boolean },
  comparison: Comparison
): void {
  if (!document.isNew) for (const line of formatComparison(comparison)) say(line)
  say(documentSummary(document.name, comparison))
}
