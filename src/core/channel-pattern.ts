import type { ChannelGrammar, ParsedPattern } from './channel-grammar.js'
import { TidingsError } from './errors.js'
import { quoteName } from './visible-text.js'

const PLUS = 0x2b
const HASH = 0x23

/**
 * Reads a pattern. In every protocol `+` stands for one level and `#` for all that follow.
 * @throws TidingsError of kind usage if the protocol does not accept the pattern
 */
export function parseChannelPattern(text: string, grammar: ChannelGrammar): ParsedPattern {
  const parsed = grammar.parsePattern(text)
  if (!('why' in parsed)) return parsed
  throw new TidingsError('usage', `cannot use pattern ${quoteName(text)}: ${parsed.why}`, {
    code: 'bad-pattern',
    suggestion: `"+" stands for one whole level and "#" for all further ones: ${grammar.examples.patterns}`
  })
}

/** Says which wildcard of a pattern is misplaced; `undefined` if every wildcard is a whole level. */
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

/** The part of a grammar that decides which channels a pattern matches. */
export type PatternRules = Pick<ChannelGrammar, 'separator' | 'hidden'>

/**
 * Whether a broker sends a message on `channel` to a subscriber of `pattern`, which `parseChannelPattern` returned.
 * Takes linear time: `+` is exactly one level, so the matcher never goes back. `a/#` also matches the parent `a`.
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

/** Returns `matchesPattern` for one pattern, to be called with many channels. `parseChannelPattern` must have returned the pattern. */
export function compilePattern(pattern: string, rules: PatternRules): (channel: string) => boolean {
  if (!/[+#]/.test(pattern)) return (channel) => channel === pattern
  return (channel) => matchesPattern(pattern, channel, rules)
}

/**
 * Whether `outer` matches every channel that `inner` matches. `parseChannelPattern` must have returned both patterns. They are compared
 * character by character, because a wildcard may stand behind a beginning that is no level of its own, as in `/exchanges/NAME/+`.
 */
export function coversPattern(outer: string, inner: string, { separator, hidden }: PatternRules): boolean {
  if (hidden !== undefined && /^[+#]/.test(outer) && mayBeHidden(inner, hidden)) return false
  let at = 0
  for (let i = 0; i < outer.length; i++) {
    const wanted = outer[i]
    if (wanted === '#') return true
    if (wanted === '+') {
      if (inner[at] === '#') return false
      at = endOfLevel(inner, at, separator)
    } else if (inner[at] === wanted) at++
    else return at === inner.length && beginsRest(outer, i, separator)
  }
  return at === inner.length
}

/** Whether some channel is one that both match; both as `parseChannelPattern` returns them. */
export function overlapsPattern(one: string, other: string, { separator, hidden }: PatternRules): boolean {
  if (hidden !== undefined && (hides(one, other, hidden) || hides(other, one, hidden))) return false
  let [left, right] = [0, 0]
  while (left < one.length || right < other.length) {
    const [first, second] = [one[left], other[right]]
    if (first === '#' || second === '#') return true
    if (first === '+' || second === '+') {
      left = endOfLevel(one, left, separator)
      right = endOfLevel(other, right, separator)
    } else if (first === second) {
      left++
      right++
    } else if (first === undefined) return beginsRest(other, right, separator)
    else return second === undefined && beginsRest(one, left, separator)
  }
  return true
}

function endOfLevel(pattern: string, at: number, separator: string): number {
  const end = pattern.indexOf(separator, at)
  return end < 0 ? pattern.length : end
}

/** Whether all that follows is `/#`, which also matches nothing. */
const beginsRest = (pattern: string, at: number, separator: string): boolean =>
  pattern[at] === separator && pattern[at + 1] === '#'

/** Whether the one begins with a wildcard, and so matches none of the hidden channels, which are all that the other matches. */
const hides = (one: string, other: string, hidden: string): boolean =>
  /^[+#]/.test(one) && other.replace(/[+#].*/s, '').startsWith(hidden)

/** Whether a pattern can match hidden channels, which a pattern that begins with a wildcard does not match. */
function mayBeHidden(pattern: string, hidden: string): boolean {
  const beginning = pattern.replace(/[+#].*/s, '')
  if (beginning === '') return false
  return beginning.startsWith(hidden) || (beginning.length < pattern.length && hidden.startsWith(beginning))
}
