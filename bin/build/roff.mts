import { type Block, inlineParts, plainText } from '../../src/ui/help/document-blocks.js'

/**
 * A text as roff prints it: nothing in it is a request, an escape or a quotation mark of roff, and all of it is ASCII. One line of input is
 * one line of output.
 */
export function escapeRoff(text: string): string {
  const escaped = Array.from(text, escapeCharacter).join('')
  // roff takes such a line for a request.
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped
}

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\e',
  // A plain one is a hyphen, and a pasted command then has the wrong character.
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '"': '\\(dq'
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code === 0x0a || code === 0x0d || code === 0x09) return ' '
  if (code < 0x20 || code === 0x7f) return ''
  return (
    SPECIAL[character] ??
    (code < 0x80 ? character : `\\[u${code.toString(16).toUpperCase().padStart(4, '0')}]`)
  )
}

/** A text with its literals and emphasised words in bold. */
export function formatInline(text: string): string {
  const line = inlineParts(text)
    .map((part) => (part.strong ? `\\fB${escapeRoff(part.text)}\\fR` : escapeWithin(part.text)))
    .join('')
  return /^[.']/.test(line) ? `\\&${line}` : line
}

const escapeWithin = (text: string) => Array.from(text, escapeCharacter).join('')

/** A page begins with it. */
export function formatTitle(name: string, section: 1 | 7, version: string): string {
  return `.TH "${escapeRoff(name.toUpperCase())}" "${section}" "" "tidings ${escapeRoff(version)}" "tidings"`
}

/** The heading of a section, and what is below it. */
export const formatSection = (heading: string, body: readonly string[]): string[] =>
  body.length === 0 ? [] : [`.SH "${escapeRoff(heading.toUpperCase())}"`, ...body]

/** Terms, each with what is said about it. */
export const formatTerms = (terms: readonly (readonly [term: string, text: string])[]): string[] =>
  terms.flatMap(([term, text]) => ['.TP', `\\fB${escapeRoff(term)}\\fR`, formatInline(text)])

/** Lines that are shown as they are. */
export const formatLines = (lines: readonly string[]): string[] => [
  '.PP',
  '.RS 4',
  '.nf',
  ...lines.map((line) => escapeRoff(line)),
  '.fi',
  '.RE'
]

/** A block of a document. The first row of a table names its columns, and is left out. */
export function formatBlock(block: Block): string[] {
  switch (block.kind) {
    case 'heading':
      return [`.SH "${escapeRoff(plainText(block.text).toUpperCase())}"`]
    case 'paragraph':
      return ['.PP', formatInline(block.text)]
    case 'list':
      return block.items.flatMap((item) => ['.IP \\(bu 2', formatInline(item)])
    case 'code':
      return formatLines(block.lines)
    case 'table':
      return formatTerms(
        block.rows.slice(1).map(([term = '', ...cells]) => [plainText(term), cells.join(' | ')])
      )
  }
}
