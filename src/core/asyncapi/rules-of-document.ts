import type { FamilyRules } from '../catalogue/channel-family.js'
import { hasBraces } from '../catalogue/family-address.js'
import { levelKinds } from '../catalogue/level-kinds.js'
import type { LevelParameter } from '../catalogue/level-tree.js'
import type { ParameterRule } from '../catalogue/parameter-rule.js'
import { addressPattern, type DocumentedChannel, type DocumentedParameter } from './documented-channels.js'

/** A level that is a whole parameter, or has no parameter and no wildcard in it. */
const WHOLE_LEVEL = /^(?:\{[A-Za-z0-9_-]{1,64}\}|[^{}+#]*)$/

/** A channel with the levels of its address. */
interface DividedChannel extends DocumentedChannel {
  readonly levels: readonly string[]
}

/** For each limited level, by its position: whether a value may stand there. */
type Limits = ReadonlyMap<number, (value: string) => boolean>

/**
 * Extends `rules` so that observed channels are gathered into the families that the document describes: the document's parameters keep
 * their names, and its channels without parameters stay families of their own.
 */
export function rulesOf(
  channels: readonly DocumentedChannel[],
  rules: FamilyRules,
  separator: string
): FamilyRules {
  const apart = new Set(channels.map(({ address }) => address).filter((address) => !address.includes('{')))
  const own = channels
    .filter(({ address }) => address.includes('{'))
    .map((channel): DividedChannel => ({ ...channel, levels: channel.address.split(separator) }))
    .filter(({ levels }) => levels.every((level) => WHOLE_LEVEL.test(level)))
    .sort(compareChannels)
  const byPattern = new Map<string, DividedChannel[]>()
  for (const channel of own) {
    const pattern = addressPattern(channel.address, separator)
    const same = byPattern.get(pattern)
    if (same === undefined) byPattern.set(pattern, [channel])
    else same.push(channel)
  }
  const groups = [...byPattern.values()]
  // An address that lists a level with braces comes before any address that would accept the level as well.
  const listing = groups.flatMap((group) =>
    rulesOfLimits(
      group.filter(({ parameters }) => parameters.some(isForBraces)),
      group.length === 1 ? listedBraces : listedOrKind
    )
  )
  const parameters = [...listing, ...groups.flatMap(rulesOfPattern)]
  return { ...rules, parameters: [...parameters, ...(rules.parameters ?? [])], apart }
}

/** Channels are gathered from the root of their tree: if two addresses fit a channel, the first level where only one is literal decides. */
function compareChannels(a: DividedChannel, b: DividedChannel): number {
  for (const [at, level] of a.levels.entries()) {
    const other = b.levels[at] ?? ''
    if (level.startsWith('{') !== other.startsWith('{')) return level.startsWith('{') ? 1 : -1
  }
  return 0
}

/**
 * Rules for addresses that differ only in the names of their parameters. The values that a parameter lists, and the kinds of its
 * examples, decide which address a channel belongs to; the address with the most such limits is tried first. A channel that fits no
 * limits goes to the first address that accepts it.
 */
function rulesOfPattern(channels: readonly DividedChannel[]): ParameterRule[] {
  if (channels.length === 1) return rulesOfLimits(channels, anyBraces)
  const braces = channels.filter(({ parameters }) => parameters.some(isForBraces))
  const others = channels.filter((channel) => !braces.includes(channel))
  return [
    ...rulesOfLimits(channels, listedOrKind),
    ...rulesOfLimits(braces, listedBraces),
    ...rulesOfLimits(others.slice(0, 1), () => undefined),
    ...rulesOfLimits(braces.slice(0, 1), anyBraces)
  ]
}

/** The rules of these channels, those with the most limits first. */
function rulesOfLimits(channels: readonly DividedChannel[], limitOf: LimitOf): ParameterRule[] {
  return channels
    .map((channel) => ({ channel, limits: limitsOf(channel, limitOf) }))
    .sort((a, b) => b.limits.size - a.limits.size)
    .map(({ channel, limits }) => ruleOf(channel, limits))
}

type LimitOf = (parameter: DocumentedParameter) => ((value: string) => boolean) | undefined

/** A parameter whose values all contain braces stands for levels with braces: an address cannot contain braces otherwise. */
function isForBraces({ values }: DocumentedParameter): boolean {
  return values !== undefined && values.length > 0 && values.every(hasBraces)
}

const listedBraces: LimitOf = (parameter) => {
  const listed = new Set(parameter.values)
  return isForBraces(parameter) ? (value) => listed.has(value) : undefined
}

const anyBraces: LimitOf = (parameter) => (isForBraces(parameter) ? hasBraces : undefined)

const kindOfExamples: LimitOf = ({ examples }) => {
  const [first = new Set<string>(), ...others] = examples.map(keysOf)
  const common = [...first].filter((key) => others.every((keys) => keys.has(key)))
  if (common.length === 0) return undefined
  return (value) => {
    const keys = keysOf(value)
    return common.some((key) => keys.has(key))
  }
}

const keysOf = (level: string): ReadonlySet<string> =>
  new Set(
    levelKinds(level)
      .flat()
      .map(({ key }) => key)
  )

const listedOrKind: LimitOf = (parameter) => listedBraces(parameter) ?? kindOfExamples(parameter)

function limitsOf({ parameters }: DocumentedChannel, limitOf: LimitOf): Limits {
  const limits = parameters.flatMap((parameter) => {
    const limit = limitOf(parameter)
    return limit === undefined ? [] : [[parameter.level, limit] as const]
  })
  return new Map(limits)
}

function ruleOf({ levels: written }: DividedChannel, limits: Limits): ParameterRule {
  const parameters = new Map<number, LevelParameter>()
  const levels = written.map((level, at) => {
    if (!level.startsWith('{')) return level
    parameters.set(at, { origin: 'rule', name: level.slice(1, -1) })
    return '+'
  })
  if (limits.size === 0) return { levels, parameters, isFinal: true }
  return {
    levels,
    parameters,
    isFinal: true,
    accepts: (seen) => [...limits].every(([at, isAllowed]) => isAllowed(seen[at] ?? ''))
  }
}
