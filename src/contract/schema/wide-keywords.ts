import type { SchemaCopy } from './schema-copies.js'

/**
 * So many schemas of one keyword are compiled into one function. Ajv nests the code of each into the code of the one before, so that two
 * thousand would overflow the stack.
 */
export const MOST_TOGETHER = 200

/**
 * Takes schemas out of keywords with too many, and returns copies that have them, a group each. The names of members stay, because other
 * keywords ask for them. Who calls this has to apply all groups to the same value.
 */
export function takeWideKeywords(copy: SchemaCopy): readonly SchemaCopy[] {
  const groups: SchemaCopy[] = []
  for (const name of ['properties', 'dependentSchemas', 'dependencies']) {
    const members = Object.entries(copy[name] ?? {})
    if (members.length <= MOST_TOGETHER) continue
    for (const some of groupsOf(members)) groups.push({ [name]: Object.fromEntries(some) })
    copy[name] = Object.fromEntries(members.map(([member]) => [member, true]))
  }
  const all = (copy.allOf as readonly unknown[] | undefined) ?? []
  if (all.length > MOST_TOGETHER) {
    for (const some of groupsOf(all)) groups.push({ allOf: some })
    delete copy.allOf
  }
  return groups
}

function* groupsOf<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let at = 0; at < items.length; at += MOST_TOGETHER) yield items.slice(at, at + MOST_TOGETHER)
}
