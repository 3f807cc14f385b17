import { identifierGroups } from './identifier-groups.js'
import { SURE } from './level-kind.js'
import { type LevelNode, replaceByParameter } from './level-tree.js'
import type { ObservedChannel } from './observed-channel.js'
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
  for (const { word, fewest, members } of identifierGroups(node)) {
    for (const alike of alikeByPayload(members, fewest <= SURE)) {
      if (alike.length >= fewest)
        replaceByParameter(node, alike, { origin: 'identifier', ...(word !== undefined && { word }) })
    }
  }
  for (const child of node.children.values()) collapseLevels(child)
  for (const alike of alikeByStructure(node)) {
    if (alike.length >= ALIKE) replaceByParameter(node, alike, { origin: 'structure' })
  }
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
  const [largest = [], ...others] = gathered.sort((a, b) => b.length - a.length)
  return [[...largest, ...silent], ...others]
}

/** The names of a node's objects; objects whose names are not known, or that have none, go together. */
function objectNames({ channels }: LevelNode): readonly string[] {
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
  return [...groups.values()]
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

/**
 * Numbers and texts are one form: a sensor that says `21.5` may also say `unavailable`. Some bytes of a binary protocol happen to
 * be a text. Empty payloads have no form.
 */
function payloadForm(channels: readonly ObservedChannel[]): string {
  for (const { kinds, shape } of channels) {
    if (shape?.objects) return 'object'
    if (shape && shape.arrays > 0) return 'array'
    if (kinds.includes('binary')) return 'binary'
    if (shape || kinds.includes('text')) return 'plain'
  }
  return ''
}
