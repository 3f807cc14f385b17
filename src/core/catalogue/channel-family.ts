import type { PatternRules } from '../channel-pattern.js'
import type { ChannelEntry } from './channel-entry.js'
import { collapseLevels } from './collapse-levels.js'
import { type NamedLevel, nameParameters } from './family-address.js'
import type { JsonObject } from './json-tree.js'
import { type LevelNode, literalChild, newNode, parameterChild } from './level-tree.js'
import type { ObservedChannel } from './observed-channel.js'
import { type ParameterRule, ParameterRules } from './parameter-rule.js'
import { payloadForm } from './payload-form.js'
import { shapeSchema } from './shape-schema.js'
import { ValueShape } from './value-shape.js'

/** A level of an address that differs between the members of a family. */
export interface ChannelParameter {
  /** Its name without braces, such as `device_id`. */
  readonly name: string
  /** Position of the level in the address, from 0. */
  readonly level: number
  /** Distinct values seen, in the order of their appearance. */
  readonly values: readonly string[]
}

/** Channels that differ only in parameters, or one single channel. */
export interface ChannelFamily {
  /** The address with its parameters in braces: `device/{device_id}/temp`. */
  readonly address: string
  readonly parameters: readonly ChannelParameter[]
  readonly members: readonly ChannelEntry[]
  /** The schema that fits all members; `undefined` if no member had a JSON payload. */
  schema(): JsonObject | undefined
}

/** How channels are gathered into families. */
export interface FamilyRules {
  /** Rules that make levels parameters, independent of what was observed. */
  readonly parameters?: readonly ParameterRule[]
  /** Channels that stay single, independent of what was observed. */
  readonly apart?: ReadonlySet<string>
  /** Whether to find further parameters by the rule of `collapseLevels`; `true` if absent. */
  readonly automatic?: boolean
}

/** Deeper channels stay single: nobody writes an address of so many levels, and the tree is walked recursively. */
const DEEPEST_LEVEL = 32
/** How many places the schema of one family may have. */
const MOST_PLACES = 4000

/**
 * Gathers channels into families, in the order of their addresses. Every channel is in exactly one family. The separator divides the
 * levels of channels.
 */
export function findFamilies(
  channels: readonly ObservedChannel[],
  rules: FamilyRules,
  { separator, hidden }: PatternRules
): ChannelFamily[] {
  const compiled = new ParameterRules(rules.parameters ?? [], hidden)
  const root = newNode('')
  const families = new Families(separator)
  for (const channel of channels) {
    const levels = channel.name.split(separator)
    const isApart = levels.length > DEEPEST_LEVEL || rules.apart?.has(channel.name)
    const rule = isApart ? undefined : compiled.find(levels)
    if (isApart || rule?.isFinal) families.collect(pathOf(levels, rule), [channel])
    else plant(root, channel, pathOf(levels, rule))
  }
  if (rules.automatic !== false) collapseAll(root, hidden)
  walk(root, [], families)
  return families.inOrder()
}

/** Collapses all levels except hidden channels, which belong to the broker: a wildcard at the first level does not match them. */
function collapseAll(root: LevelNode, hidden: string | undefined): void {
  const own = hidden === undefined ? [] : [...root.children].filter(([key]) => key.startsWith(hidden))
  for (const [key] of own) root.children.delete(key)
  collapseLevels(root)
  for (const [key, node] of own) root.children.set(key, node)
}

function pathOf(levels: readonly string[], rule: ParameterRule | undefined): NamedLevel[] {
  return levels.map((level, at) => {
    const parameter = rule?.parameters.get(at)
    return parameter === undefined ? { level } : { level, parameter }
  })
}

function plant(root: LevelNode, channel: ObservedChannel, path: readonly NamedLevel[]): void {
  let node = root
  for (const { level, parameter } of path)
    node = parameter === undefined ? literalChild(node, level) : parameterChild(node, parameter)
  node.channels.push(channel)
}

function walk(node: LevelNode, path: readonly NamedLevel[], families: Families): void {
  if (node.channels.length > 0) families.collect(path, node.channels)
  for (const child of node.children.values()) walk(child, [...path, child], families)
}

/** The families found so far, by their addresses. */
class Families {
  private readonly byAddress = new Map<string, Gathered>()

  constructor(private readonly separator: string) {}

  collect(path: readonly NamedLevel[], members: readonly ObservedChannel[]): void {
    const { address, names } = nameParameters(path, this.separator)
    const same = this.byAddress.get(address)
    if (same === undefined) this.byAddress.set(address, { path, names, members: [...members] })
    else same.members.push(...members)
  }

  inOrder(): Family[] {
    for (const gathered of [...this.byAddress.values()]) this.separate(gathered)
    const families = [...this.byAddress].map(
      ([address, { names, members }]) => new Family(address, names, members, this.separator)
    )
    return families.sort((a, b) => (a.address < b.address ? -1 : 1))
  }

  /** Members whose payloads differ from most members leave the family: only the levels of the user's rules stay parameters for them. */
  private separate(gathered: Gathered): void {
    if (!gathered.path.some(isFound)) return
    const [most, others] = mostAlike(gathered.members)
    gathered.members = most
    for (const channel of others) {
      const levels = channel.name.split(this.separator)
      const path = gathered.path.map((named, at) => (isFound(named) ? { level: levels[at] ?? '' } : named))
      this.collect(path, [channel])
    }
  }
}

interface Gathered {
  readonly path: readonly NamedLevel[]
  readonly names: ReadonlyMap<number, string>
  members: ObservedChannel[]
}

const isFound = ({ parameter }: NamedLevel): boolean => parameter !== undefined && parameter.origin !== 'rule'

/** Divides channels: first those with the most common form of payload, or with none known; then the others. */
function mostAlike(channels: readonly ObservedChannel[]): [ObservedChannel[], ObservedChannel[]] {
  const counts = new Map<string, number>()
  for (const channel of channels) {
    const form = payloadForm([channel])
    if (form !== '') counts.set(form, (counts.get(form) ?? 0) + 1)
  }
  const [most] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  const isAlike = (channel: ObservedChannel) => ['', most?.[0]].includes(payloadForm([channel]))
  return [channels.filter(isAlike), channels.filter((channel) => !isAlike(channel))]
}

class Family implements ChannelFamily {
  constructor(
    readonly address: string,
    private readonly names: ReadonlyMap<number, string>,
    readonly members: ObservedChannel[],
    private readonly separator: string
  ) {}

  get parameters(): ChannelParameter[] {
    const values = new Map([...this.names.keys()].map((level) => [level, new Set<string>()]))
    for (const { name } of this.members) {
      const levels = name.split(this.separator)
      for (const [level, seen] of values) seen.add(levels[level] ?? '')
    }
    return [...this.names].map(([level, name]) => ({ name, level, values: [...(values.get(level) ?? [])] }))
  }

  schema(): JsonObject | undefined {
    if (this.members.length === 1) return this.members[0]?.schema()
    const shapes = this.members.flatMap(({ shape }) => shape ?? [])
    if (shapes.length === 0) return undefined
    const merged = new ValueShape({ places: MOST_PLACES })
    for (const shape of shapes) merged.merge(shape)
    return shapeSchema(merged)
  }
}
