import type { FamilyRules } from '../catalogue/channel-family.js'
import { hasBraces } from '../catalogue/family-address.js'
import { levelKinds } from '../catalogue/level-kinds.js'
import type { LevelParameter } from '../catalogue/level-tree.js'
import type { ParameterRule } from '../catalogue/parameter-rule.js'
import { addressPattern, type DocumentedChannel, type DocumentedParameter } from './documented-channels.js'

/** A level that is a parameter as a whole or not at all, and nothing that would be a wildcard. */
const WHOLE_LEVEL = /^(?:\{[A-Za-z0-9_-]{1,64}\}|[^{}+#]*)$/

/** A channel with the levels of its address. */
interface DividedChannel extends DocumentedChannel {
  readonly levels: readonly string[]
}

/** Whether a value may stand at a level; levels are told by position. */
type Limits = ReadonlyMap<number, (value: string) => boolean>

/** The rules under which what flows is gathered as the document has it: its parameters keep their names, its channels stay apart. */
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
  const parameters = [...byPattern.values()].flatMap(rulesOfPattern)
  return { ...rules, parameters: [...parameters, ...(rules.parameters ?? [])], apart }
}

/** A tree of channels is gathered from its root on: where two addresses fit a channel, the first literal level decides. */
function compareChannels(a: DividedChannel, b: DividedChannel): number {
  for (const [at, level] of a.levels.entries()) {
    const other = b.levels[at] ?? ''
    if (level.startsWith('{') !== other.startsWith('{')) return level.startsWith('{') ? 1 : -1
  }
  return 0
}

/**
 * Addresses that differ only in the names of their parameters are told apart by the values these list and by the kinds of their
 * examples, the narrowest first; what fits none of them goes to the first that can take it.
 */
function rulesOfPattern(channels: readonly DividedChannel[]): ParameterRule[] {
  const limited = (of: readonly DividedChannel[], limitOf: LimitOf) =>
    of
      .map((channel) => ({ channel, limits: limitsOf(channel, limitOf) }))
      .sort((a, b) => b.limits.size - a.limits.size)
      .map(({ channel, limits }) => ruleOf(channel, limits))
  if (channels.length === 1) return limited(channels, anyBraces)
  const braces = channels.filter(({ parameters }) => parameters.some(isForBraces))
  const others = channels.filter((channel) => !braces.includes(channel))
  return [
    ...limited(channels, (parameter) => listedBraces(parameter) ?? kindOfExamples(parameter)),
    ...limited(braces, listedBraces),
    ...limited(others.slice(0, 1), () => undefined),
    ...limited(braces.slice(0, 1), anyBraces)
  ]
}

type LimitOf = (parameter: DocumentedParameter) => ((value: string) => boolean) | undefined

/** A parameter whose values all contain braces stands for levels with braces, which an address cannot say otherwise. */
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
