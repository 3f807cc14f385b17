import type { ChannelGrammar } from '../channel-grammar.js'
import { checkChannelName } from '../channel-name.js'
import { compilePattern, parseChannelPattern } from '../channel-pattern.js'
import { TidingsError } from '../errors.js'
import { quoteName } from '../visible-text.js'

/** The grammar of the channels that were recorded, and the grammar of the broker that they are replayed to. */
export interface ReplayGrammars {
  readonly recorded: ChannelGrammar
  readonly target: ChannelGrammar
}

/** Gives a channel its new name; `undefined` if the rule does not apply to the channel. */
export type ChannelRule = (channel: string) => string | undefined

/**
 * Reads a rule such as `plant/+/# -> test/+/#`. The level that the first `+` of the pattern matches replaces the first `+` of the
 * target, and so on. The levels that `#` matches, which may be none, replace `#` of the target.
 * Throws a `TidingsError` of kind usage for a rule without an arrow, for a bad pattern, and for a target with more wildcards than the
 * pattern.
 */
export function parseChannelRule(text: string, { recorded, target: grammar }: ReplayGrammars): ChannelRule {
  const [, pattern, target] = /^\s*(.*?)\s*->\s*(.*?)\s*$/s.exec(text) ?? []
  if (pattern === undefined || target === undefined || target === '')
    throw badRule(text, 'it has no arrow between two names')
  const parsed = parseChannelPattern(pattern, recorded)
  if (parsed.group !== undefined) throw badRule(text, 'a shared pattern is for subscribing')
  const matches = compilePattern(parsed.pattern, recorded)
  const from = parsed.pattern.split(recorded.separator)
  const to = grammar.spellChannel(target).split(grammar.separator)
  checkTarget(text, from, to, grammar)
  return (channel) =>
    matches(channel)
      ? fill(to, capture(from, channel.split(recorded.separator))).join(grammar.separator)
      : undefined
}

function checkTarget(
  text: string,
  from: readonly string[],
  to: readonly string[],
  grammar: ChannelGrammar
): void {
  const count = (levels: readonly string[], wildcard: string) =>
    levels.filter((level) => level === wildcard).length
  if (to.some((level) => level.length > 1 && /[+#]/.test(level)))
    throw badRule(text, 'a wildcard of the target is not a whole level')
  if (to.slice(0, -1).includes('#')) throw badRule(text, '"#" is not the last level of the target')
  for (const wildcard of ['+', '#']) {
    if (count(to, wildcard) > count(from, wildcard))
      throw badRule(text, `the target has more "${wildcard}" than the pattern`)
  }
  const literal = to.filter((level) => level !== '+' && level !== '#').join(grammar.separator)
  if (literal !== '') checkChannelName(literal, grammar)
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

function fill(target: readonly string[], { levels, rest }: Captures): readonly string[] {
  const captured = levels.values()
  return target.flatMap((level) =>
    level === '+' ? [captured.next().value ?? ''] : level === '#' ? rest : [level]
  )
}

/**
 * Returns a function that gives a replayed channel its name. The first rule that applies renames the channel; then the prefix is put
 * before its first level. If the target has another separator, it replaces the recorded one. The function remembers up to 10,000
 * channels, because channels repeat.
 * Throws a `TidingsError` of kind usage for a prefix that no channel can begin with.
 */
export function channelMapping(
  rules: readonly ChannelRule[],
  prefix: string | undefined,
  { recorded, target }: ReplayGrammars
): (channel: string) => string {
  const { separator } = target
  const spelled = prefix === undefined ? '' : target.spellChannel(prefix)
  const start = spelled === '' || spelled.endsWith(separator) ? spelled : `${spelled}${separator}`
  if (start !== '') checkChannelName(start, target)
  if (rules.length === 0 && start === '' && separator === recorded.separator) return (channel) => channel
  const known = new Map<string, string>()
  return (channel) => {
    let mapped = known.get(channel)
    if (mapped === undefined) {
      mapped = start + (renamed(channel, rules) ?? channel.split(recorded.separator).join(separator))
      if (known.size >= 10_000) known.clear()
      known.set(channel, mapped)
    }
    return mapped
  }
}

function renamed(channel: string, rules: readonly ChannelRule[]): string | undefined {
  for (const rule of rules) {
    const name = rule(channel)
    if (name !== undefined) return name
  }
  return undefined
}
