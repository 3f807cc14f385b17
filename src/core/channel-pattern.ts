import { whyNotAddressable } from './channel-name.js'
import { TidingsError } from './errors.js'
import { quoteName } from './visible-text.js'

const PLUS = 0x2b
const HASH = 0x23
const SLASH = 0x2f
const DOLLAR = 0x24
const SHARED = '$share/'

/**
 * Returns the pattern, if it can be subscribed to: an MQTT topic filter, or `$share/GROUP/FILTER`. Otherwise throws a
 * `TidingsError` of kind usage: a `#` that is not a whole last level [MQTT-4.7.1-1], a `+` that is not a whole level
 * [MQTT-4.7.1-2], a shared pattern without a group or a filter [MQTT-4.8.2-1] [MQTT-4.8.2-2], or what rules out a channel too.
 */
export function checkChannelPattern(text: string): string {
  const why = whyNotAddressable(text) ?? whyNotShared(text) ?? whyWildcardsMisplaced(text)
  if (why === undefined) return text
  throw new TidingsError('usage', `cannot use pattern ${quoteName(text)}: ${why}`, {
    code: 'bad-pattern',
    suggestion: '"+" stands for one whole level and "#" for all further ones: lights/+/state, lights/#'
  })
}

function whyNotShared(text: string): string | undefined {
  if (!text.startsWith(SHARED)) return text === '$share' ? 'it names no group and no filter' : undefined
  const end = text.indexOf('/', SHARED.length)
  const group = end < 0 ? text.slice(SHARED.length) : text.slice(SHARED.length, end)
  if (group === '') return 'it names no group'
  if (/[+#]/.test(group)) return 'its group holds a wildcard'
  return end < 0 || end === text.length - 1 ? 'it names no filter after the group' : undefined
}

function whyWildcardsMisplaced(text: string): string | undefined {
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i)
    if (character !== PLUS && character !== HASH) continue
    const starts = i === 0 || text.charCodeAt(i - 1) === SLASH
    if (character === HASH && !(starts && i === text.length - 1)) return '"#" is not a whole last level'
    const ends = i === text.length - 1 || text.charCodeAt(i + 1) === SLASH
    if (!starts || !ends) return '"+" is not a whole level'
  }
  return undefined
}

/**
 * Whether a broker would send what is published to `channel` to a subscriber of `pattern`, a pattern that
 * `checkChannelPattern` accepts. Takes linear time: `+` is exactly one level, so nothing is ever tried twice.
 * A leading wildcard does not match a channel that starts with `$` [MQTT-4.7.2-1]. A `$share/GROUP/` is left aside.
 */
export function matchesPattern(pattern: string, channel: string): boolean {
  return matchesFrom(pattern, filterStart(pattern), channel)
}

/** The same for many channels. Throws a `TidingsError` of kind usage for a pattern that cannot be subscribed to. */
export function compilePattern(pattern: string): (channel: string) => boolean {
  checkChannelPattern(pattern)
  const filter = pattern.slice(filterStart(pattern))
  if (!/[+#]/.test(filter)) return (channel) => channel === filter
  return (channel) => matchesFrom(filter, 0, channel)
}

function filterStart(pattern: string): number {
  return pattern.startsWith(SHARED) ? pattern.indexOf('/', SHARED.length) + 1 : 0
}

function matchesFrom(pattern: string, start: number, channel: string): boolean {
  const first = pattern.charCodeAt(start)
  if ((first === PLUS || first === HASH) && channel.charCodeAt(0) === DOLLAR) return false
  let at = 0
  for (let i = start; i < pattern.length; i++) {
    const wanted = pattern.charCodeAt(i)
    if (wanted === HASH) return true
    if (wanted === PLUS) {
      while (at < channel.length && channel.charCodeAt(at) !== SLASH) at++
    } else if (at < channel.length && channel.charCodeAt(at) === wanted) {
      at++
    } else {
      // "a/#" matches "a" as well: the parent level is included.
      return at === channel.length && wanted === SLASH && pattern.charCodeAt(i + 1) === HASH
    }
  }
  return at === channel.length
}
