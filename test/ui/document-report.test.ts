import { expect, it } from 'vitest'
import type { Comparison } from '../../src/core/asyncapi/compare-document.js'
import { documentSummary, formatComparison } from '../../src/ui/document-report.js'
import { messageOn, observed } from '../support/observed.js'

const comparison: Comparison = {
  matched: [],
  silent: ['quiet'],
  undocumented: observed([messageOn('new\x1b', '1')]).families({}),
  differences: [{ address: 'known', text: 'was also null', edits: [] }]
}

it('each difference is a line that begins with its address, and that no terminal obeys', () => {
  const lines = formatComparison(comparison)
  expect(lines.map((line) => line.split(':')[0])).toEqual(['quiet', 'new\\u001b', 'known'])
  expect(lines[2]).toBe('known: was also null')
})

it('what was written is counted', () => {
  expect(documentSummary('a.yaml', comparison)).toMatch(/"a\.yaml": 0 known, 1 new, 1 widened, 1 silent$/)
  expect(documentSummary('-', { ...comparison, silent: [], differences: [] })).toMatch(/: 0 known, 1 new$/)
})
