import type { LevelKind } from './level-kind.js'
import { levelKinds } from './level-kinds.js'

/** Items whose names are identifiers of one kind. */
export interface IdentifierGroup<T> {
  /** The word before the identifiers, if any. */
  readonly word?: string
  /** The least number of members that make a group of this kind. */
  readonly fewest: number
  readonly members: T[]
}

interface Candidate<T> {
  readonly item: T
  readonly kind: LevelKind
}

/** Groups the items whose names are identifiers by the kind of identifier. Each item is in at most one group. */
export function identifierGroups<T>(items: Iterable<T>, nameOf: (item: T) => string): IdentifierGroup<T>[] {
  const kinds = new Map([...items].map((item) => [item, levelKinds(nameOf(item))]))
  const undecided = new Set(kinds.keys())
  const ranks = Math.max(0, ...new Set([...kinds.values()].map(({ length }) => length)))
  const groups: IdentifierGroup<T>[] = []
  for (let rank = 0; rank < ranks; rank++) {
    const candidates = candidatesOf(undecided, (item) => kinds.get(item)?.[rank] ?? [])
    for (const members of candidates) {
      const group = groupOf(members.filter((member) => undecided.has(member.item)))
      if (group === undefined) continue
      groups.push(group)
      for (const member of group.members) undecided.delete(member)
    }
  }
  return groups
}

/** The items that have a kind in common; the largest list comes first. */
function candidatesOf<T>(items: Iterable<T>, kindsOf: (item: T) => readonly LevelKind[]): Candidate<T>[][] {
  const byKey = new Map<string, Candidate<T>[]>()
  for (const item of items) {
    for (const kind of kindsOf(item)) {
      const same = byKey.get(kind.key)
      if (same === undefined) byKey.set(kind.key, [{ item, kind }])
      else same.push({ item, kind })
    }
  }
  return [...byKey.values()].sort((a, b) => b.length - a.length)
}

function groupOf<T>(members: readonly Candidate<T>[]): IdentifierGroup<T> | undefined {
  const [first] = members
  if (first === undefined || members.length < 2) return undefined
  const { word, fewest } = first.kind
  const needed = fewest(members.map(({ kind }) => kind.tail))
  if (members.length < needed) return undefined
  return { ...(word !== undefined && { word }), fewest: needed, members: members.map(({ item }) => item) }
}
