import type { Contract } from '../core/contract.js'
import { counted } from '../core/counted.js'
import { quoteJson } from '../core/envelope/json-string.js'
import { formatViolation } from '../core/envelope/violations-field.js'
import { formatGrouped } from '../core/grouped-number.js'
import type { BrokenRule, ViolationTally } from '../core/violation-tally.js'
import { describeViolation } from '../core/violation-text.js'
import { quoteName, visibleText } from '../core/visible-text.js'
import { withoutPassword } from '../core/without-password.js'
import { cellWidth, truncateMiddle } from './cell-width.js'

/** So many rules are told to people. */
const MOST_SHOWN = 20
/** The widest column of channels. */
const WIDEST = 40

/** The table at the end: a line for each channel and rule that was broken, the most frequent first; one line where all is well. */
export function formatContractTable({ name }: Pick<Contract, 'name'>, tally: ViolationTally): string[] {
  const { checked, wrong, rules, further } = tally
  if (checked === 0) return []
  if (wrong === 0) return [`Checked ${counted(checked)} against ${quoteName(name)}: nothing is wrong`]
  const shown = rules.slice(0, MOST_SHOWN)
  const rows = [
    ['channel', 'rule', 'messages', 'example'] as const,
    ...shown.map(
      ({ channel, rule, count, example }) =>
        [
          truncateMiddle(visibleText(channel), WIDEST),
          truncateMiddle(visibleText(rule), WIDEST),
          formatGrouped(count),
          visibleText(describeViolation(example))
        ] as const
    )
  ]
  const widthOf = (column: 0 | 1 | 2) => Math.max(...rows.map((row) => cellWidth(row[column])))
  const [channels, names, counts] = [widthOf(0), widthOf(1), widthOf(2)]
  const lines = rows.map(
    ([channel, rule, count, example]) =>
      `  ${pad(channel, channels)}  ${pad(rule, names)}  ${count.padStart(counts)}  ${example}`
  )
  const hidden = further + rules.slice(MOST_SHOWN).reduce((sum, { count }) => sum + count, 0)
  return hidden === 0 ? lines : [...lines, `  and other rules or channels, ${formatGrouped(hidden)} times`]
}

const pad = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - cellWidth(text)))

/** The same as one line of JSON, without terminal controls and passwords. It has up to 1,000 rules. */
export function formatContractJson({ name }: Pick<Contract, 'name'>, tally: ViolationTally): string {
  const { checked, wrong, rules, further } = tally
  const broken = rules.map(({ channel, rule, count, example }) => ({ channel, rule, count, example }))
  const contract = { file: name, checked, wrong, broken, further }
  const line = JSON.stringify({ contract }, (_, value: unknown) =>
    typeof value === 'string' ? withoutPassword(value) : value
  )
  return visibleText(line)
}

/** A rule that was broken, as a JSON object. */
export const formatRule = ({ channel, rule, count, example }: BrokenRule): string =>
  `{"channel":${quoteJson(channel)},"rule":${quoteJson(rule)},"count":${count},"example":${formatViolation(example)}}`
