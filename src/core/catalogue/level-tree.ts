import type { ObservedChannel } from './observed-channel.js'

/** Why a level is a parameter: a rule of the user says so, it is an identifier, or its siblings are built alike. */
export interface LevelParameter {
  readonly origin: 'rule' | 'identifier' | 'structure'
  /** The name, if the user gave one. */
  readonly name?: string
  /** The word that the parameter's values start with: `lamp` for `lamp-1`, `lamp-2`. */
  readonly word?: string
}

/** A node in the tree of levels: the channels that end here, and the children. */
export interface LevelNode {
  /** The level's text; empty for a parameter. */
  readonly level: string
  readonly parameter?: LevelParameter
  readonly channels: ObservedChannel[]
  readonly children: Map<string, LevelNode>
}

export function newNode(level: string, parameter?: LevelParameter): LevelNode {
  return { level, ...(parameter && { parameter }), channels: [], children: new Map() }
}

// No level contains `+`, so a parameter's key never equals the key of a literal level.
const parameterKey = ({ name, word }: LevelParameter): string => `+${name ?? ''}+${word ?? ''}`

/** The child for a parameter, if there is one. */
export function parameterOf(node: LevelNode, parameter: LevelParameter): LevelNode | undefined {
  return node.children.get(parameterKey(parameter))
}

/** The child for a parameter. It is made if it is missing. */
export function parameterChild(node: LevelNode, parameter: LevelParameter): LevelNode {
  return child(node, parameterKey(parameter), () => newNode('', parameter))
}

/** The child for a level as it is written. It is made if it is missing. */
export function literalChild(node: LevelNode, level: string): LevelNode {
  return child(node, level, () => newNode(level))
}

function child(node: LevelNode, key: string, make: () => LevelNode): LevelNode {
  const known = node.children.get(key)
  if (known !== undefined) return known
  const made = make()
  node.children.set(key, made)
  return made
}

/** Merges the children `alike` into one child that is a parameter. */
export function replaceByParameter(
  node: LevelNode,
  alike: readonly LevelNode[],
  parameter: LevelParameter
): void {
  for (const { level } of alike) node.children.delete(level)
  const merged = parameterChild(node, parameter)
  for (const one of alike) graft(merged, one)
}

function graft(into: LevelNode, from: LevelNode): void {
  for (const channel of from.channels) into.channels.push(channel)
  for (const [key, below] of from.children) {
    const same = into.children.get(key)
    if (same === undefined) into.children.set(key, below)
    else graft(same, below)
  }
}
