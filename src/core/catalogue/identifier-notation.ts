import { type LevelKind, SURE, wordOf } from './level-kind.js'

const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const MONTH = '(?:0[1-9]|1[0-2])'
const DAY = '(?:0[1-9]|[12]\\d|3[01])'
const TIME = '[0-2]\\d:?[0-5]\\d(?::?[0-5]\\d)?(?:[.,]\\d+)?(?:Z|[+-]\\d\\d:?\\d\\d)?'
const HEX = '[0-9a-f]'

/** Notations that no word has. Each is one kind of identifier, in upper and lower case. */
const NOTATIONS: readonly (readonly [kind: string, notation: string])[] = [
  ['uuid', `${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}|${HEX}{32}`],
  // EUI-64 comes first, because its end looks like a MAC address. Cisco and HP have notations of their own for both.
  ['eui64', `${HEX}{2}([:_. -])${HEX}{2}(?:\\2${HEX}{2}){6}`],
  ['eui64', `${HEX}{4}([.:-])${HEX}{4}(?:\\2${HEX}{4}){2}`],
  ['mac', `${HEX}{2}([:_. -]?)${HEX}{2}(?:\\2${HEX}{2}){4}`],
  ['mac', `${HEX}{4}([.:-])${HEX}{4}\\2${HEX}{4}|${HEX}{6}[:-]${HEX}{6}`],
  ['ipv4', `${BYTE}([._-])${BYTE}\\2${BYTE}\\2${BYTE}(?::\\d{1,5})?`],
  // The prefix must have no colon: otherwise it could be a part of the address.
  ['ipv6', `(?<!:.*)(?=.*::|(?:[^:]*:){7})(?:${HEX}{1,4}|:)(?::{1,2}${HEX}{1,4}){1,7}`],
  ['date', `(?:19|20)\\d\\d([._-])${MONTH}\\2${DAY}(?:[T _-]?${TIME})?`],
  ['date', `${DAY}([._-])${MONTH}\\2(?:19|20)\\d\\d`],
  ['date', `(?:19|20)\\d\\d${MONTH}${DAY}[T_-]${TIME}`],
  ['month', `(?:19|20)\\d\\d[._-]${MONTH}`],
  ['week', `(?:19|20)\\d\\d-?W(?:0[1-9]|[1-4]\\d|5[0-3])(?:-?[1-7])?`],
  ['0x', `0x${HEX}{1,64}`]
]

const EXPRESSIONS = NOTATIONS.map(
  ([kind, notation]) => [kind, new RegExp(`^(.*[^0-9a-z])?(?:${notation})$`, 'is')] as const
)

/** Every notation has a year, `0x`, two separators, or 12 characters. This quick test avoids all expressions for ordinary words. */
const POSSIBLE = /(?:19|20)\d\d|0x|[:._ -].*[:._ -]|.{12}/is

/** The kind of a level that is an identifier in one of the notations, with or without a prefix. */
export function notationKinds(level: string): LevelKind[] {
  if (!POSSIBLE.test(level)) return []
  for (const [kind, expression] of EXPRESSIONS) {
    const match = expression.exec(level)
    // Twelve hexadecimal digits without separators may also be a number.
    if (match === null || (kind === 'mac' && isPlain(level, match[1]))) continue
    const prefix = match[1] ?? ''
    return [{ key: `${kind} ${prefix}`, ...wordOf(prefix), tail: level, fewest: () => SURE }]
  }
  return token(level)
}

const isPlain = (level: string, prefix = ''): boolean => /^[0-9a-z]+$/i.test(level.slice(prefix.length))

const TOKEN = /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w-]{16,48}$/
const TURNS = /(?<=[a-z])[^a-z]|(?<=[A-Z])[^A-Z]|(?<=\d)\D/g

/** Random characters of base 62 or 64: they change between upper case, lower case and digits far more often than any `nameOfAThing2`. */
function token(level: string): LevelKind[] {
  if (!TOKEN.test(level) || (level.match(TURNS) ?? []).length * 3 < level.length) return []
  return [{ key: `token ${level.length}`, tail: level, fewest: () => SURE }]
}
