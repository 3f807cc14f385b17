import type { Comparison } from '../core/asyncapi/compare-document.js'
import { documentSummary, formatComparison } from '../ui/document-report.js'
import type { CommandContext } from './command-context.js'

/** Says in what a document has differed from what was seen, before it was brought up to date. */
export function reportDocument(
  { say }: Pick<CommandContext, 'say'>,
  document: { readonly name: string; readonly isNew: boolean },
  comparison: Comparison
): void {
  if (!document.isNew) for (const line of formatComparison(comparison)) say(line)
  say(documentSummary(document.name, comparison))
}
