import type { Table } from './table.js'

/** A table that is forgotten when it is closed. */
export function openMemoryTable(): Table {
  const values = new Map<string, unknown>()

  function sortedKeys(prefix: string, from = prefix): string[] {
    const keys: string[] = []
    for (const key of values.keys()) if (key >= from && key.startsWith(prefix)) keys.push(key)
    return keys.sort()
  }

  return {
    put: (key, value) => void values.set(key, value),
    delete: (key) => void values.delete(key),
    flushed: () => undefined,
    async *keys(prefix) {
      yield* sortedKeys(prefix)
    },
    async *entries(prefix, from) {
      for (const key of sortedKeys(prefix, from)) {
        if (values.has(key)) yield [key, values.get(key)] as const
      }
    },
    close: async () => values.clear()
  }
}
