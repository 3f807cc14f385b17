import type { Comparison } from '../core/asyncapi/compare-document.js'
import { visibleText } from '../core/visible-text.js'

/** One line for each difference between a document and what was observed. */
export function formatComparison({ silent, undocumented, differences }: Comparison): string[] {
  return [
    ...silent.map((address) => ({ address, text: 'silent: in the document, nothing came' })),
    ...undocumented.map(({ address }) => ({ address, text: 'not documented' })),
    ...differences
  ].map(({ address, text }) => visibleText(`${address}: ${text}`))
}

/** One line on what was written. */
export function documentSummary(
  name: string,
  { matched, undocumented, differences, silent }: Comparison
): string {
  const parts = [
    `${matched.length} known`,
    `${undocumented.length} new`,
    ...(differences.length > 0 ? [`${differences.length} widened`] : []),
    ...(silent.length > 0 ? [`${silent.length} silent`] : [])
  ]
  return `Wrote ${name === '-' ? 'the document' : `"${name}"`}: ${parts.join(', ')}`
}
