/** A header or a key with its value in the text of a TOML document. */
export interface TomlPlace {
  readonly kind: 'table' | 'key'
  /** The names from the top of the document. */
  readonly path: readonly string[]
  /** Where it begins: at the start of its line. */
  readonly start: number
  /** Behind it, and behind the end of its line. */
  readonly end: number
  /** From 1. */
  readonly line: number
}

const KEY = /(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*(\.?)[ \t]*/y
/** What stands between two statements: blank lines and comments. */
const BETWEEN = /(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*(?:#[^\n]*$)?/y
/** A piece of a value: a text of four kinds, a comment, a bracket, the end of a line, or anything else. */
const PIECE =
  /"""(?:[^\\]|\\[\s\S])*?"""(?!")|'''[\s\S]*?'''(?!')|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[[{]|[\]}]|\n|[^"'#[\]{}\n]+|./y

/**
 * Finds the headers and keys of a TOML document, which a parser has found to be valid. A parser tells values and no places; errors name
 * lines, and edits leave alone what they do not change.
 */
export function tomlPlaces(text: string): readonly TomlPlace[] {
  const places: TomlPlace[] = []
  let table: readonly string[] = []
  let line = 1
  let counted = 0
  let at = 0
  while (at < text.length) {
    BETWEEN.lastIndex = at
    at += BETWEEN.exec(text)?.[0].length ?? 0
    if (at >= text.length) break
    const start = text.lastIndexOf('\n', at - 1) + 1
    for (; counted < start; counted++) if (text[counted] === '\n') line++
    const brackets = /^\[+/.exec(text.slice(at, at + 2))?.[0].length ?? 0
    const key = keyAt(text, at + brackets)
    const end = brackets > 0 ? endOfLine(text, key.end) : endOfValue(text, key.end)
    if (brackets > 0) table = key.path
    const path = brackets > 0 ? table : [...table, ...key.path]
    places.push({ kind: brackets > 0 ? 'table' : 'key', path, start, end, line })
    at = end
  }
  return places
}

function keyAt(text: string, from: number): { path: readonly string[]; end: number } {
  const path: string[] = []
  KEY.lastIndex = from
  while (text[KEY.lastIndex] === ' ' || text[KEY.lastIndex] === '\t') KEY.lastIndex++
  let end = KEY.lastIndex
  for (;;) {
    const found = KEY.exec(text)
    if (found === null) return { path, end }
    const [, basic, literal, bare, dot] = found
    path.push(basic === undefined ? (literal ?? bare ?? '') : unescaped(basic))
    end = KEY.lastIndex
    if (dot === '') return { path, end }
  }
}

/** Of a key in quotes. Its escapes are those of JSON, and a few more that no key of ours has. */
function unescaped(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`))
  } catch {
    return text
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end + 1
}

function endOfValue(text: string, from: number): number {
  let depth = 0
  PIECE.lastIndex = from
  for (let found = PIECE.exec(text); found !== null; found = PIECE.exec(text)) {
    const [piece] = found
    if (piece === '[' || piece === '{') depth++
    else if (piece === ']' || piece === '}') depth--
    else if (piece === '\n' && depth <= 0) return PIECE.lastIndex
  }
  return text.length
}
