// What a terminal obeys, or shows in a way that deceives the reader: C0 and C1 controls and DEL; bidirectional marks,
// overrides and isolates; line and paragraph separators; invisible characters that hide inside names (soft hyphen,
// zero-width space, word joiner and its like, BOM, interlinear annotations, tags); surrogates that are not a pair.
// U+200C and U+200D stay: scripts and emoji need them.
const DANGEROUS =
  /[\0-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\ud800-\udfff]/u
const EVERY_DANGEROUS = new RegExp(DANGEROUS.source, 'gu')

export interface VisibleTextOptions {
  /** Leave line feeds and tabs as they are, for text that is shown on several lines. */
  readonly keepLines?: boolean
  /** Also leave escape and carriage return, which our own colours and progress lines use. */
  readonly keepLooks?: boolean
}

/**
 * The text with every character that a terminal would obey, or that would mislead a reader, written as `\n`, `\t`, `\r` or
 * `\u202e`: the escapes of JSON, so that a JSON string shown this way is still the same JSON string.
 */
export function visibleText(text: string, options: VisibleTextOptions = {}): string {
  if (!DANGEROUS.test(text)) return text
  const kept = `${options.keepLines ? '\n\t' : ''}${options.keepLooks ? '\x1b\r' : ''}`
  return text.replace(EVERY_DANGEROUS, (character) =>
    kept.includes(character) ? character : asEscape(character)
  )
}

function asEscape(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  let escaped = ''
  for (let i = 0; i < character.length; i++)
    escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`
  return escaped
}

const LONGEST_QUOTE = 120

/** Puts a name from outside in double quotes for a one-line error message: made visible, and cut if it is very long. */
export function quoteName(name: string): string {
  if (name.length <= LONGEST_QUOTE) return `"${visibleText(name)}"`
  return `"${visibleText(name.slice(0, LONGEST_QUOTE / 2))}…" (${name.length} characters)`
}
