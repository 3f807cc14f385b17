import type { DocumentFindings } from '../core/asyncapi/document-findings.js'
import { counted } from '../core/counted.js'
import { quoteJson } from '../core/envelope/json-string.js'
import { formatGrouped } from '../core/grouped-number.js'
import type { TestFailure } from '../core/test-report.js'
import { describeViolation } from '../core/violation-text.js'
import { visibleText } from '../core/visible-text.js'
import { formatRule } from './contract-report.js'

/** One line for each finding. */
export function formatFindings(findings: DocumentFindings): string[] {
  const { silent, undocumented, kinds, broken, further } = findings
  const lines = [
    ...silent.map((address) => `${address}: ${SILENT}`),
    ...undocumented.map(({ address }) => `${address}: ${UNDOCUMENTED}`),
    ...kinds.map(({ address, text }) => `${address}: ${text}`),
    ...broken.map(
      ({ channel, count, example }) => `${channel}: ${describeViolation(example)}, ${counted(count)}`
    ),
    ...(further > 0 ? [`other rules or channels: broken ${formatGrouped(further)} times`] : [])
  ]
  return lines.map((line) => visibleText(line))
}

const SILENT = 'silent: in the document, nothing came'
const UNDOCUMENTED = 'not documented'

/** How the document could describe what has come: one line each. */
export const formatSuggestions = ({ suggestions }: DocumentFindings): string[] =>
  suggestions.map(({ address, text, advice = text }) => `To describe what came on ${address}: ${advice}`)

/** One JSON object for each finding and each suggestion, without terminal controls. */
export function formatFindingsJson(findings: DocumentFindings): string[] {
  const { silent, undocumented, kinds, broken, further, suggestions } = findings
  return [
    ...silent.map((address) => `{"finding":"silent","address":${quoteJson(address)}}`),
    ...undocumented.map(({ address }) => `{"finding":"undocumented","address":${quoteJson(address)}}`),
    ...kinds.map(({ address, text }) => about('kind', address, text)),
    ...broken.map((rule) => `{"finding":"broken",${formatRule(rule).slice(1)}`),
    ...(further > 0 ? [`{"finding":"further","count":${further}}`] : []),
    ...suggestions.map(({ address, text, advice = text }) => about('suggestion', address, advice))
  ]
}

const about = (finding: string, address: string, text: string) =>
  `{"finding":"${finding}","address":${quoteJson(address)},"text":${quoteJson(text)}}`

/** The findings that checking messages does not say, for a report: what is wrong with each address. */
export function findingFailures(findings: DocumentFindings): Map<string, TestFailure[]> {
  const failures = new Map<string, TestFailure[]>()
  const add = (address: string, type: string, message: string) => {
    const failure = { message, type, details: message }
    failures.set(address, [...(failures.get(address) ?? []), failure])
  }
  for (const address of findings.silent) add(address, 'silent', SILENT)
  // Where messages came, the check says so of each channel.
  for (const { address, members } of findings.undocumented)
    if (members.every(({ count }) => count === 0)) add(address, 'undocumented', UNDOCUMENTED)
  for (const { address, text } of findings.kinds) add(address, 'kind', text)
  return failures
}
