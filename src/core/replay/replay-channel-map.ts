import { checkChannelName } from '../channel-name.js'
import { compilePattern } from '../channel-pattern.js'
import { TidingsError } from '../errors.js'
import { quoteName } from '../visible-text.js'

/** Gives a channel its new name, or `undefined` if the rule does not concern it. */
export type ChannelRule = (channel: string) => string | undefined

/**
 * Reads a rule such as `plant/+/# -> test/+/#`: what the first `+` of the pattern stands for goes where the first `+` of the
 * target is, the second to the second, and what `#` stands for to `#` (nothing, if it stands for nothing).
 * Throws a `TidingsError` of kind usage for a rule without an arrow, a bad pattern, or a target with more wildcards.
 */
export function parseChannelRule(text: string): ChannelRule {
  const [, pattern, target] = /^\s*(.*?)\s*->\s*(.*?)\s*$/s.exec(text) ?? []
  if (pattern === undefined || target === undefined || target === '')
    throw badRule(text, 'it has no arrow between two names')
  const matches = compilePattern(pattern)
  if (pattern.startsWith('$share/')) throw badRule(text, 'a shared pattern is for subscribing')
  const from = pattern.split('/')
  const to = target.split('/')
  checkTarget(text, from, to)
  return (channel) => (matches(channel) ? fill(to, capture(from, channel.split('/'))) : undefined)
}

function checkTarget(text: string, from: readonly string[], to: readonly string[]): void {
  const count = (levels: readonly string[], wildcard: string) =>
    levels.filter((level) => level === wildcard).length
  if (to.some((level) => level.length > 1 && /[+#]/.test(level)))
    throw badRule(text, 'a wildcard of the target is not a whole level')
  if (to.slice(0, -1).includes('#')) throw badRule(text, '"#" is not the last level of the target')
  for (const wildcard of ['+', '#']) {
    if (count(to, wildcard) > count(from, wildcard))
      throw badRule(text, `the target has more "${wildcard}" than the pattern`)
  }
  const literal = to.filter((level) => level !== '+' && level !== '#').join('/')
  if (literal !== '') checkChannelName(literal)
}

function badRule(text: string, why: string): TidingsError {
  return new TidingsError('usage', `cannot map channels by ${quoteName(text)}: ${why}`, {
    code: 'bad-channel-rule',
    suggestion: "write it like --map 'plant/# -> test/plant/#'"
  })
}

interface Captures {
  readonly levels: readonly string[]
  readonly rest: readonly string[]
}

function capture(pattern: readonly string[], channel: readonly string[]): Captures {
  const levels: string[] = []
  let rest: readonly string[] = []
  pattern.forEach((level, index) => {
    if (level === '+') levels.push(channel[index] ?? '')
    else if (level === '#') rest = channel.slice(index)
  })
  return { levels, rest }
}

function fill(target: readonly string[], { levels, rest }: Captures): string {
  const captured = levels.values()
  return target
    .flatMap((level) => (level === '+' ? [captured.next().value ?? ''] : level === '#' ? rest : [level]))
    .join('/')
}

/**
 * What a channel is called when it is replayed: by the first rule that concerns it, then with the prefix as its first levels.
 * Throws a `TidingsError` of kind usage for a prefix that no channel can begin with. Remembers the latest channels, as they come again.
 */
export function channelMapping(
  rules: readonly ChannelRule[],
  prefix: string | undefined
): (channel: string) => string {
  const start = prefix === undefined || prefix === '' ? '' : prefix.endsWith('/') ? prefix : `${prefix}/`
  if (start !== '') checkChannelName(start)
  if (rules.length === 0 && start === '') return (channel) => channel
  const known = new Map<string, string>()
  return (channel) => {
    let mapped = known.get(channel)
    if (mapped === undefined) {
      mapped = channel
      for (const rule of rules) {
        const renamed = rule(channel)
        if (renamed === undefined) continue
        mapped = renamed
        break
      }
      mapped = checkChannelName(start + mapped)
      if (known.size >= 10_000) known.clear()
      known.set(channel, mapped)
    }
    return mapped
  }
}
