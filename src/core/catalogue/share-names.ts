interface Group<T> {
  readonly names: string[]
  readonly items: T[]
}

/** Groups items: two items are in one group if a chain of common names connects them. */
export function shareNames<T>(items: readonly T[], namesOf: (item: T) => Iterable<string>): T[][] {
  const byName = new Map<string, Group<T>>()
  const groups = new Set<Group<T>>()
  for (const item of items) {
    let group: Group<T> = { names: [], items: [item] }
    for (const name of namesOf(item)) {
      const known = byName.get(name)
      if (known !== undefined && known !== group) {
        groups.delete(known)
        groups.delete(group)
        group = join(known, group, byName)
      } else if (known === undefined) {
        byName.set(name, group)
        group.names.push(name)
      }
    }
    groups.add(group)
  }
  return [...groups].map((group) => group.items)
}

/** Moves the smaller group into the larger one, so that the time for n names stays near n. */
function join<T>(a: Group<T>, b: Group<T>, byName: Map<string, Group<T>>): Group<T> {
  const [into, from] = a.names.length < b.names.length ? [b, a] : [a, b]
  for (const name of from.names) {
    byName.set(name, into)
    into.names.push(name)
  }
  for (const item of from.items) into.items.push(item)
  return into
}
