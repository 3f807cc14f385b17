/** A piece of a document. Texts still hold the marks of Markdown for literals and emphasis: `inlineParts` reads them. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'code'; readonly lines: readonly string[] }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] }

/** Reads the part of Markdown that the documents of tidings use. */
export function documentBlocks(document: string): Block[] {
  const lines = document.split('\n')
  const blocks: Block[] = []
  /** Takes lines as long as they belong to the block. */
  const take = (belongs: (line: string) => boolean): string[] => {
    const taken: string[] = []
    for (let line = lines[0]; line !== undefined && belongs(line); line = lines[0]) {
      taken.push(line)
      lines.shift()
    }
    return taken
  }
  while (lines.length > 0) {
    const [line = ''] = lines
    const [, marks, heading = ''] = /^(#+) (.*)$/.exec(line) ?? []
    if (line.startsWith('```')) {
      lines.shift()
      blocks.push({ kind: 'code', lines: take((next) => !next.startsWith('```')) })
      lines.shift()
    } else if (marks !== undefined) {
      lines.shift()
      blocks.push({ kind: 'heading', level: marks.length, text: heading })
    } else if (line.startsWith('|')) {
      blocks.push(tableOf(take((next) => next.startsWith('|'))))
    } else if (isItem(line)) {
      blocks.push({ kind: 'list', items: itemsOf(take((next) => next !== '')) })
    } else if (line.trim() === '') {
      lines.shift()
    } else {
      blocks.push({ kind: 'paragraph', text: take(isProse).join(' ') })
    }
  }
  return blocks
}

const isItem = (line: string) => /^(- |\d+\. )/.test(line)
const isProse = (line: string) => line.trim() !== '' && !isItem(line) && !/^(\||#+ |```)/.test(line)

function itemsOf(lines: readonly string[]): string[] {
  const items: string[] = []
  for (const line of lines) {
    if (isItem(line)) items.push(line.replace(/^- /, ''))
    else items.push(`${items.pop() ?? ''} ${line.trim()}`)
  }
  return items
}

/** The row of dashes below the headings is left out. */
function tableOf(lines: readonly string[]): Block {
  const rows = lines
    .filter((line) => !/^[|\s:-]+$/.test(line))
    .map((line) =>
      line
        .trim()
        .slice(1, -1)
        .split(/(?<!\\)\|/)
    )
  return { kind: 'table', rows: rows.map((cells) => cells.map((cell) => cell.trim().replaceAll('\\|', '|'))) }
}

/** A run of text; a `strong` one is a literal or emphasised. */
export interface InlinePart {
  readonly text: string
  readonly strong: boolean
}

/** Divides a text where literals and emphasised words begin and end. */
export function inlineParts(text: string): InlinePart[] {
  return Array.from(
    text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|([^`*]+|[`*])/g),
    ([, literal, emphasised, plain]) => ({
      text: literal ?? emphasised ?? plain ?? '',
      strong: plain === undefined
    })
  )
}

/** The text without the marks. */
export const plainText = (text: string): string =>
  inlineParts(text)
    .map((part) => part.text)
    .join('')
