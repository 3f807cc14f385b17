import type { Contract } from '../core/contract.js'
import { counted } from '../core/counted.js'
import { quoteJson } from '../core/envelope/json-string.js'
import { formatViolation } from '../core/envelope/violations-field.js'
import { formatGrouped } from '../core/grouped-number.js'
import type { BrokenRule, ViolationTally } from '../core/violation-tally.js'
import { describeWithoutRule } from '../core/violation-text.js'
import { quoteName, visibleText } from '../core/visible-text.js'
import { withoutPassword } from '../core/without-password.js'
import { cellWidth } from './cell-width.js'
import { joinCells, layOutTable } from './table-layout.js'
import { wrapWords } from './wrap-cells.js'

/** So many rules are told to people. */
const MOST_SHOWN = 20
const INDENT = '  '
const EXAMPLE_INDENT = '      '
/** An example is not wrapped into less. */
const LEAST_WIDTH = 20

/**
 * The table at the end: a line for each channel and rule that was broken, the most frequent first; one line where all is well. Examples stand
 * below their lines where they have no room beside them.
 * @param width cells of a line
 */
export function formatContractTable(
  { name }: Pick<Contract, 'name'>,
  tally: ViolationTally,
  width: number
): string[] {
  const { checked, wrong, rules, further } = tally
  if (checked === 0) return []
  if (wrong === 0) return [`Checked ${counted(checked)} against ${quoteName(name)}: nothing is wrong`]
  const shown = rules.slice(0, MOST_SHOWN)
  const lines = layOutTable(
    [
      { title: 'channel', cells: shown.map(({ channel }) => visibleText(channel)), holds: 'names' },
      { title: 'rule', cells: shown.map(({ rule }) => visibleText(rule)), holds: 'names' },
      { title: 'messages', cells: shown.map(({ count }) => formatGrouped(count)), holds: 'figures' }
    ],
    width - INDENT.length
  ).map((cells) => INDENT + joinCells(cells))
  const examples = ['example', ...shown.map(({ example }) => visibleText(describeWithoutRule(example)))]
  const beside = lines.map((line, at) => `${line}  ${examples[at]}`)
  const below = lines.flatMap((line, at) => [
    line,
    ...(at === 0 ? [] : exampleLines(examples[at] ?? '', width))
  ])
  const table = beside.every((line) => cellWidth(line) <= width) ? beside : below
  const hidden = further + rules.slice(MOST_SHOWN).reduce((sum, { count }) => sum + count, 0)
  return hidden === 0
    ? table
    : [...table, `${INDENT}and other rules or channels, ${formatGrouped(hidden)} times`]
}

const exampleLines = (example: string, width: number): string[] =>
  wrapWords(example, Math.max(LEAST_WIDTH, width - EXAMPLE_INDENT.length)).map(
    (line) => EXAMPLE_INDENT + line
  )

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
