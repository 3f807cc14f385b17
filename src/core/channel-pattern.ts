import type { ChannelGrammar, ParsedPattern } from './channel-grammar.js'
import { TidingsError } from './errors.js'
import { quoteName } from './visible-text.js'

const PLUS = 0x2b
const HASH = 0x23

/**
 * Reads a pattern: `+` stands for one level, `#` for all that follow, everywhere.
 * @throws TidingsError of kind usage if the protocol cannot be asked for it
 */
export function parseChannelPattern(text: string, grammar: ChannelGrammar): ParsedPattern {
  const parsed = grammar.parsePattern(text)
  if (!('why' in parsed)) return parsed
  throw new TidingsError('usage', `cannot use pattern ${quoteName(text)}: ${parsed.why}`, {
    code: 'bad-pattern',
    suggestion: `"+" stands for one whole level and "#" for all further ones: ${grammar.examples.patterns}`
  })
}

/** Why a pattern's wildcards are not where they mean something; `undefined` if they are. */
export function whyWildcardsMisplaced(text: string, separator: string): string | undefined {
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character !== PLUS && character !== HASH) continue
    const starts = at === 0 || text[at - 1] === separator
    if (character === HASH && !(starts && at === text.length - 1)) return '"#" is not a whole last level'
    const ends = at === text.length - 1 || text[at + 1] === separator
    if (!starts || !ends) return '"+" is not a whole level'
  }
  return undefined
}

/** What of a grammar decides which channels a pattern matches. */
export type PatternRules = Pick<ChannelGrammar, 'separator' | 'hidden'>

/**
 * Whether a broker would send what is published to `channel` to a subscriber of `pattern`, as `parseChannelPattern` returns it.
 * Takes linear time: `+` is exactly one level, so nothing is ever tried twice. `a/#` matches `a` as well: the parent is included.
 */
export function matchesPattern(
  pattern: string,
  channel: string,
  { separator, hidden }: PatternRules
): boolean {
  const first = pattern.charCodeAt(0)
  if (hidden !== undefined && (first === PLUS || first === HASH) && channel.startsWith(hidden)) return false
  const divider = separator.charCodeAt(0)
  let at = 0
  for (let i = 0; i < pattern.length; i++) {
    const wanted = pattern.charCodeAt(i)
    if (wanted === HASH) return true
    if (wanted === PLUS) {
      while (at < channel.length && channel.charCodeAt(at) !== divider) at++
    } else if (at < channel.length && channel.charCodeAt(at) === wanted) {
      at++
    } else {
      return at === channel.length && wanted === divider && pattern.charCodeAt(i + 1) === HASH
    }
  }
  return at === channel.length
}

/** The same for many channels. The pattern is one that `parseChannelPattern` has returned. */
export function compilePattern(pattern: string, rules: PatternRules): (channel: string) => boolean {
  if (!/[+#]/.test(pattern)) return (channel) => channel === pattern
  return (channel) => matchesPattern(pattern, channel, rules)
}

/** Whether every channel that `inner` matches is one that `outer` matches; both as `parseChannelPattern` returns them. */
export function coversPattern(outer: string, inner: string, { separator, hidden }: PatternRules): boolean {
  if (hidden !== undefined && /^[+#]/.test(outer) && mayBeHidden(inner, hidden)) return false
  const wanted = outer.split(separator)
  const levels = inner.split(separator)
  for (const [at, level] of wanted.entries()) {
    if (level === '#') return true
    const given = levels[at]
    if (given === undefined || given === '#') return false
    if (level !== '+' && level !== given) return false
  }
  return wanted.length === levels.length
}

/** Whether some channel is one that both match; both as `parseChannelPattern` returns them. */
export function overlapsPattern(one: string, other: string, { separator, hidden }: PatternRules): boolean {
  if (hidden !== undefined && (hides(one, other, hidden) || hides(other, one, hidden))) return false
  const left = one.split(separator)
  const right = other.split(separator)
  for (let at = 0; ; at++) {
    const [first, second] = [left[at], right[at]]
    if (first === '#' || second === '#') return true
    if (first === undefined || second === undefined) return first === second
    if (first !== '+' && second !== '+' && first !== second) return false
  }
}

/** Whether the one begins with a wildcard, and so matches none of the hidden channels, which are all that the other matches. */
const hides = (one: string, other: string, hidden: string): boolean =>
  /^[+#]/.test(one) && other.replace(/[+#].*/s, '').startsWith(hidden)

/** Whether a pattern matches channels that one with a wildcard at its beginning does not. */
function mayBeHidden(pattern: string, hidden: string): boolean {
  const beginning = pattern.replace(/[+#].*/s, '')
  if (beginning === '') return false
  return beginning.startsWith(hidden) || (beginning.length < pattern.length && hidden.startsWith(beginning))
}
