import { identifierGroups } from './identifier-groups.js'
import { SURE } from './level-kind.js'
import { type LevelNode, type LevelParameter, parameterOf, replaceByParameter } from './level-tree.js'
import type { ObservedChannel } from './observed-channel.js'
import { payloadForm } from './payload-form.js'
import { shareNames } from './share-names.js'

/** How many siblings must be built alike to be taken for values of a parameter, when their names are words. */
const ALIKE = 3
/** Objects are alike only if they have that many names in common: a lone `{value}` says nothing. */
const NAMES_ALIKE = 2

/**
 * Replaces levels by parameters below a node. The rule:
 *
 * 1. Levels side by side that are identifiers of one kind (`levelKinds`: numbers, UUIDs, hardware addresses, hexadecimal numbers,
 *    serial numbers, dates, a word with one of them behind it) are one parameter: from 2 on where the kind is sure, from 3 on for
 *    short numbers and what may as well be a word;
 *    those with messages of their own only together with others whose payloads are alike (objects, arrays, plain values, binary).
 *    Numbers also number different things (Tasmota's `INFO1`, `INFO2`, `INFO3`): their objects must have a name in common.
 * 2. Levels side by side that are words are one parameter if at least 3 of them have the same levels below them, with payloads
 *    alike; or, with nothing below them, objects of the same two or more names. Where everything is binary, or no message came at
 *    all, nothing is known to be alike: Sparkplug's `NBIRTH`, `NDATA` and `NDEATH` stay words, although each has the same nodes
 *    below it.
 *
 * What starts with `$` belongs to the broker and is left as it is.
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

/** An address has one parameter at a place: what is not like those that have it already stays as it is written. */
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

/** Those that say nothing, without messages of their own, go with the largest group: what is below them decides nothing here. */
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

/** Of groups of one size, the first by name comes first: which message came first must decide nothing. */
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

/** The names of the objects of channels; objects whose names are not known, or that have none, go together. */
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

/** All that is known of the payloads, here and below, is that they are bytes, if any came. */
function isUnknown({ channels, children }: LevelNode): boolean {
  const areSilent = channels.every(({ count }) => count === 0)
  return (areSilent || payloadForm(channels) === 'binary') && [...children.values()].every(isUnknown)
}

function structureOf(node: LevelNode): string {
  const below = [...node.children].map(([key, child]) => `${JSON.stringify(key)}:${structureOf(child)}`)
  return `${payloadForm(node.channels)}{${below.sort().join()}}`
}

/** The names that all objects of the channels have, if that is what the channels carry. */
function namesOf(channels: readonly ObservedChannel[]): string | undefined {
  const members = channels[0]?.shape?.objects?.members
  if (payloadForm(channels) !== 'object' || members === undefined || members.size < NAMES_ALIKE)
    return undefined
  return JSON.stringify([...members.keys()].sort())
}
