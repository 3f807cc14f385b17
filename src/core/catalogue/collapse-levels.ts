import { identifierGroups } from './identifier-groups.js'
import { SURE } from './level-kind.js'
import { type LevelNode, type LevelParameter, parameterOf, replaceByParameter } from './level-tree.js'
import type { ObservedChannel } from './observed-channel.js'
import { payloadForm } from './payload-form.js'
import { shareNames } from './share-names.js'

/** So many siblings whose names are words must be built alike to become values of a parameter. */
const ALIKE = 3
/** Objects are alike only if they have so many names in common: `{value}` alone proves nothing. */
const NAMES_ALIKE = 2

/**
 * Replaces levels by parameters below a node. The rule:
 *
 * 1. Sibling levels that are identifiers of one kind become one parameter. `levelKinds` knows the kinds: numbers, UUIDs, hardware
 *    addresses, hexadecimal numbers, serial numbers, dates, or a word with one of these after it. Two siblings are enough where the
 *    kind is sure; three are needed for short numbers and for what may be a word. Levels with messages of their own are put together
 *    only if their payloads are alike (objects, arrays, plain values, binary). Numbers may also number different things (Tasmota's
 *    `INFO1`, `INFO2`, `INFO3`), so their objects must have a name in common.
 * 2. Sibling levels that are words become one parameter if at least 3 of them have the same levels below them, with payloads that
 *    are alike; or have no levels below them, and objects with the same two or more names. If all payloads are binary, or no message
 *    came, nothing is known to be alike: Sparkplug's `NBIRTH`, `NDATA` and `NDEATH` stay words, although each has the same nodes
 *    below it.
 *
 * The caller takes out hidden channels, which belong to the broker.
 */
export function collapseLevels(node: LevelNode): void {
  for (const { word, fewest, members } of identifierGroups(written(node), levelOf)) {
    const parameter = { origin: 'identifier', ...(word !== undefined && { word }) } as const
    for (const alike of alikeByPayload(members, fewest <= SURE))
      if (alike.length >= fewest) replaceIfAlike(node, alike, parameter)
  }
  for (const child of node.children.values()) collapseLevels(child)
  for (const alike of alikeByStructure(node))
    if (alike.length >= ALIKE) replaceIfAlike(node, alike, { origin: 'structure' })
}

const written = (node: LevelNode) =>
  [...node.children.values()].filter(({ parameter }) => parameter === undefined)
const levelOf = ({ level }: LevelNode) => level

/** A node has one child for a parameter. Members that are not like the channels of that child stay as they are written. */
function replaceIfAlike(node: LevelNode, members: readonly LevelNode[], parameter: LevelParameter): void {
  const known = parameterOf(node, parameter)
  const channels = members.flatMap((member) => member.channels)
  if (known === undefined || areAlike(known.channels, channels)) replaceByParameter(node, members, parameter)
}

function areAlike(some: readonly ObservedChannel[], others: readonly ObservedChannel[]): boolean {
  const [form, otherForm] = [payloadForm(some), payloadForm(others)]
  if (form === '' || otherForm === '') return true
  if (form !== otherForm || form !== 'object') return form === otherForm
  const names = new Set(namesIn(some))
  return namesIn(others).some((name) => names.has(name))
}

/** Groups levels by their payloads. Levels without messages of their own join the largest group; levels below them do not count here. */
function alikeByPayload(members: readonly LevelNode[], sure: boolean): LevelNode[][] {
  const silent: LevelNode[] = []
  const groups = new Map<string, LevelNode[]>()
  for (const member of members) {
    const form = payloadForm(member.channels)
    const group = groups.get(form)
    if (form === '') silent.push(member)
    else if (group === undefined) groups.set(form, [member])
    else group.push(member)
  }
  const gathered = [...groups].flatMap(([form, group]) =>
    form === 'object' && !sure ? shareNames(group, objectNames) : [group]
  )
  const [largest = [], ...others] = largestFirst(gathered)
  return [[...largest, ...silent], ...others]
}

/** Sorts groups by size, and groups of one size by name, so that the order of messages decides nothing. */
function largestFirst(groups: readonly LevelNode[][]): LevelNode[][] {
  const ranked = groups.map((group) => {
    const first = group.reduce((least, { level }) => (level < least ? level : least), group[0]?.level ?? '')
    return { group, first }
  })
  return ranked
    .sort((a, b) => b.group.length - a.group.length || (a.first < b.first ? -1 : 1))
    .map(({ group }) => group)
}

const objectNames = ({ channels }: LevelNode) => namesIn(channels)

/** The names in the objects of channels. Objects without names, or with unknown names, get one common name, so that they go together. */
function namesIn(channels: readonly ObservedChannel[]): readonly string[] {
  const names = channels.flatMap(({ shape }) => [...(shape?.objects?.members?.keys() ?? [])])
  return names.length === 0 ? [''] : names
}

function alikeByStructure(node: LevelNode): LevelNode[][] {
  const groups = new Map<string, LevelNode[]>()
  for (const child of node.children.values()) {
    if (child.parameter !== undefined || child.level === '') continue
    const structure = child.children.size > 0 ? knownStructure(child) : namesOf(child.channels)
    if (structure === undefined) continue
    const group = groups.get(structure)
    if (group === undefined) groups.set(structure, [child])
    else group.push(child)
  }
  return largestFirst([...groups.values()])
}

function knownStructure(node: LevelNode): string | undefined {
  return isUnknown(node) ? undefined : structureOf(node)
}

/** Whether the payloads, here and below, are unknown: no message came, or all are binary. */
function isUnknown({ channels, children }: LevelNode): boolean {
  const areSilent = channels.every(({ count }) => count === 0)
  return (areSilent || payloadForm(channels) === 'binary') && [...children.values()].every(isUnknown)
}

function structureOf(node: LevelNode): string {
  const below = [...node.children].map(([key, child]) => `${JSON.stringify(key)}:${structureOf(child)}`)
  return `${payloadForm(node.channels)}{${below.sort().join()}}`
}

/** The names in the objects of the first channel, if the channels carry objects with enough names. */
function namesOf(channels: readonly ObservedChannel[]): string | undefined {
  const members = channels[0]?.shape?.objects?.members
  if (payloadForm(channels) !== 'object' || members === undefined || members.size < NAMES_ALIKE)
    return undefined
  return JSON.stringify([...members.keys()].sort())
}
