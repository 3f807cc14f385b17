import { joinLevels, levelsOf } from '../address-levels.js'
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
 * Reads a rule such as `plant/+/# -> test/+/#`: what the first `+` of the pattern stands for goes where the first `+` of the
 * target is, the second to the second, and what `#` stands for to `#` (nothing, if it stands for nothing).
 * Throws a `TidingsError` of kind usage for a rule without an arrow, a bad pattern, a level with a name (`{id}`), or a target with more
 * wildcards.
 */
export function parseChannelRule(text: string, { recorded, target: grammar }: ReplayGrammars): ChannelRule {
  const [, pattern, target] = /^\s*(.*?)\s*->\s*(.*?)\s*$/s.exec(text) ?? []
  if (pattern === undefined || target === undefined || target === '')
    throw badRule(text, 'it has no arrow between two names')
  const named = [...pattern.split(recorded.separator), ...target.split(grammar.separator)].find(isNamed)
  if (named !== undefined) throw badRule(text, `"${named}" names a level, which rules do not`, PLUS_INSTEAD)
  const parsed = parseChannelPattern(pattern, recorded)
  if (parsed.group !== undefined) throw badRule(text, 'a shared pattern is for subscribing')
  const matches = compilePattern(parsed.pattern, recorded)
  const from = levelsOf(parsed.pattern, recorded)
  const to = levelsOf(grammar.spellChannel(target), grammar)
  checkTarget(text, from, to, grammar)
  return (channel) =>
    matches(channel) ? joinLevels(fill(to, capture(from, levelsOf(channel, recorded))), grammar) : undefined
}

/** Rules, and which of them have given no channel its name yet. */
export interface WatchedRules {
  readonly rules: readonly ChannelRule[]
  unused(): readonly string[]
}

/** Reads rules as `parseChannelRule` does. */
export function watchedRules(texts: readonly string[], grammars: ReplayGrammars): WatchedRules {
  const used = new Set<string>()
  const rules = texts.map((text): ChannelRule => {
    const rule = parseChannelRule(text, grammars)
    return (channel) => {
      const name = rule(channel)
      if (name !== undefined) used.add(text)
      return name
    }
  })
  return { rules, unused: () => texts.filter((text) => !used.has(text)) }
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
  const literal = joinLevels(
    to.filter((level) => level !== '+' && level !== '#'),
    grammar
  )
  if (literal !== '') checkChannelName(literal, grammar)
}

const isNamed = (level: string) => /^\{\w+\}$/.test(level)

const PLUS_INSTEAD = "+ stands for one level, in the order of the pattern: --map 'device/+/temp -> temp/+'"

function badRule(
  text: string,
  why: string,
  suggestion = "write it like --map 'plant/# -> test/plant/#'"
): TidingsError {
  return new TidingsError('usage', `cannot map channels by ${quoteName(text)}: ${why}`, {
    code: 'bad-channel-rule',
    suggestion
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
 * before its first level. If the target has another separator, it replaces the recorded one, unless the channel is an address of one of
 * the protocols, which is meant literally. The function remembers up to 10,000 channels, because channels repeat.
 * @param onSpelled told of each channel that has another separator now, with its new name
 * Throws a `TidingsError` of kind usage for a prefix that no channel can begin with.
 */
export function channelMapping(
  rules: readonly ChannelRule[],
  prefix: string | undefined,
  { recorded, target }: ReplayGrammars,
  onSpelled: (channel: string, mapped: string) => void = () => {}
): (channel: string) => string {
  const { separator } = target
  const spelled = prefix === undefined ? '' : target.spellChannel(prefix)
  const start = spelled === '' || spelled.endsWith(separator) ? spelled : `${spelled}${separator}`
  if (start !== '') checkChannelName(start, target)
  if (rules.length === 0 && start === '' && separator === recorded.separator) return (channel) => channel
  const isAddress = (channel: string) => recorded.isLiteral?.(channel) || target.isLiteral?.(channel)
  const known = new Map<string, string>()
  return (channel) => {
    let mapped = known.get(channel)
    if (mapped === undefined) {
      const name = renamed(channel, rules) ?? (isAddress(channel) ? channel : undefined)
      mapped = start + (name ?? channel.split(recorded.separator).join(separator))
      if (name === undefined && separator !== recorded.separator) onSpelled(channel, mapped)
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
