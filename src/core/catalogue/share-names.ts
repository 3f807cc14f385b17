interface Group<T> {
  readonly names: string[]
  readonly items: T[]
}

/** Parts items so that two of them are together if a chain of common names joins them, in the order of appearance. */
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

/** The smaller moves into the larger, so that the work for many names grows with little more than their number. */
function join<T>(a: Group<T>, b: Group<T>, byName: Map<string, Group<T>>): Group<T> {
  const [into, from] = a.names.length < b.names.length ? [b, a] : [a, b]
  for (const name of from.names) {
    byName.set(name, into)
    into.names.push(name)
  }
  for (const item of from.items) into.items.push(item)
  return into
}
