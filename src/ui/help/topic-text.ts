import { type Block, documentBlocks, plainText } from './document-blocks.js'

const INDENT = 2
const GAP = 2
/** Longer lines are hard to read. */
const WIDEST = 100
const NARROWEST = 40

/**
 * A document as plain text.
 * @param columns the width of the terminal; lines are at most 100 columns long
 */
export function topicText(document: string, columns: number): string {
  const width = Math.min(Math.max(columns, NARROWEST), WIDEST)
  const texts = documentBlocks(document).map((block) => blockText(block, width))
  return `${texts.join('\n\n')}\n`
}

function blockText(block: Block, width: number): string {
  switch (block.kind) {
    case 'heading':
      return plainText(block.text).toUpperCase()
    case 'paragraph':
      return wrapped(plainText(block.text), width).join('\n')
    case 'code':
      return codeText(block.lines)
    case 'list':
      return block.items.map((item) => itemText(plainText(item), width)).join('\n')
    case 'table':
      return tableText(
        block.rows.map((row) => row.map(plainText)),
        width
      )
  }
}

/**
 * The end of a here-document is found at the beginning of a line alone. Code with one is not indented, so that it can be copied and run.
 */
function codeText(lines: readonly string[]): string {
  const indent = lines.some((line) => /<<['"]?\w/.test(line)) ? '' : ' '.repeat(INDENT)
  return lines.map((line) => (line === '' ? '' : `${indent}${line}`)).join('\n')
}

function itemText(text: string, width: number): string {
  const [first = '', ...others] = wrapped(text, width - INDENT)
  return [`- ${first}`, ...others.map((line) => `${' '.repeat(INDENT)}${line}`)].join('\n')
}

/** Cuts a text into lines at its blanks. A word that is longer than a line stays whole. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

function tableText(rows: readonly (readonly string[])[], width: number): string {
  const widths = columnWidths(rows, width - INDENT)
  return rows
    .flatMap((row) => {
      const cells = widths.map((size, at) => wrapped(row[at] ?? '', size))
      const height = Math.max(...cells.map((lines) => lines.length))
      return Array.from({ length: height }, (_, line) => rowText(cells, widths, line))
    })
    .join('\n')
}

function rowText(cells: readonly (readonly string[])[], widths: readonly number[], line: number): string {
  const texts = cells.map((lines, at) => (lines[line] ?? '').padEnd((widths[at] ?? 0) + GAP))
  return `${' '.repeat(INDENT)}${texts.join('')}`.trimEnd()
}

/** Gives a column what its longest cell takes, and divides what is left among the columns that would take more. */
function columnWidths(rows: readonly (readonly string[])[], width: number): number[] {
  const natural = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  const widths = natural.map(() => 0)
  const smallestFirst = natural.map((_, at) => at).toSorted((a, b) => (natural[a] ?? 0) - (natural[b] ?? 0))
  let left = width - GAP * (natural.length - 1)
  smallestFirst.forEach((at, done) => {
    const share = Math.floor(left / (natural.length - done))
    const size = Math.min(natural[at] ?? 0, share)
    widths[at] = size
    left -= size
  })
  return widths
}
