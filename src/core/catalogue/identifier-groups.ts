import type { LevelKind } from './level-kind.js'
import { levelKinds } from './level-kinds.js'
import type { LevelNode } from './level-tree.js'

/** Levels side by side that are identifiers of one kind. */
export interface IdentifierGroup {
  /** The word before the identifiers, if any. */
  readonly word?: string
  /** How many of them it takes at least. */
  readonly fewest: number
  readonly members: LevelNode[]
}

interface Candidate {
  readonly node: LevelNode
  readonly kind: LevelKind
}

/** The children that are written out and are identifiers, gathered by the kind of identifier; each one is in one group at most. */
export function identifierGroups(node: LevelNode): IdentifierGroup[] {
  const undecided = new Set([...node.children.values()].filter((below) => below.parameter === undefined))
  const kinds = new Map([...undecided].map((below) => [below, levelKinds(below.level)]))
  const ranks = Math.max(0, ...new Set([...kinds.values()].map(({ length }) => length)))
  const groups: IdentifierGroup[] = []
  for (let rank = 0; rank < ranks; rank++) {
    const candidates = candidatesOf(undecided, (below) => kinds.get(below)?.[rank] ?? [])
    for (const members of candidates) {
      const group = groupOf(members.filter((member) => undecided.has(member.node)))
      if (group === undefined) continue
      groups.push(group)
      for (const member of group.members) undecided.delete(member)
    }
  }
  return groups
}

/** Those that have a kind in common, the most first. */
function candidatesOf(
  nodes: Iterable<LevelNode>,
  kindsOf: (node: LevelNode) => readonly LevelKind[]
): Candidate[][] {
  const byKey = new Map<string, Candidate[]>()
  for (const node of nodes) {
    for (const kind of kindsOf(node)) {
      const same = byKey.get(kind.key)
      if (same === undefined) byKey.set(kind.key, [{ node, kind }])
      else same.push({ node, kind })
    }
  }
  return [...byKey.values()].sort((a, b) => b.length - a.length)
}

function groupOf(members: readonly Candidate[]): IdentifierGroup | undefined {
  const [first] = members
  if (first === undefined || members.length < 2) return undefined
  const { word, fewest } = first.kind
  const needed = fewest(members.map(({ kind }) => kind.tail))
  if (members.length < needed) return undefined
  return { ...(word !== undefined && { word }), fewest: needed, members: members.map(({ node }) => node) }
}
