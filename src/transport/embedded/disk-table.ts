import { deserialize, serialize } from 'node:v8'
import type { Table } from './table.js'

/** Another process has the folder open. */
export class FolderInUse extends Error {}

interface Pending {
  readonly operations: Map<string, unknown>
  readonly stored: Promise<void>
  readonly settle: (error?: Error) => void
}

const DELETED = Symbol('deleted')

/**
 * A table in a LevelDB folder, which only one process can have open: throws `FolderInUse` to all others, and a process that
 * dies, however it dies, gives it up. What is put while a write is under way goes into the next one, so that writes stay in
 * order and their number follows the disk; what is deleted before it was written never is.
 */
export async function openDiskTable(folder: string): Promise<Table> {
  const { Level } = await import('level')
  const level = new Level<string, Buffer>(folder, { valueEncoding: 'buffer' })
  try {
    await level.open()
  } catch (error) {
    throw isLocked(error) ? new FolderInUse(folder) : error
  }
  let pending: Pending | undefined
  let writing: Promise<void> | undefined

  function change(key: string, value: unknown): void {
    if (pending === undefined) {
      pending = newPending()
      if (writing === undefined) queueMicrotask(write)
    }
    pending.operations.set(key, value)
  }

  function write(): void {
    const batch = pending
    pending = undefined
    if (batch === undefined) {
      writing = undefined
      return
    }
    writing = batch.stored
    level.batch(Array.from(batch.operations, toOperation)).then(
      () => batch.settle(),
      (error) => batch.settle(error)
    )
    batch.stored.then(write, write)
  }

  function flushed(): Promise<void> | undefined {
    return pending?.stored ?? writing
  }

  return {
    put: change,
    delete: (key) => change(key, DELETED),
    flushed,
    async *keys(prefix) {
      await flushed()
      yield* level.keys(below(prefix))
    },
    async *entries(prefix, from) {
      await flushed()
      for await (const [key, value] of level.iterator(below(prefix, from)))
        yield [key, deserialize(value)] as const
    },
    async close() {
      await flushed()
      await level.close()
    }
  }
}

function newPending(): Pending {
  let settle: Pending['settle'] = () => undefined
  const stored = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error))
  })
  // Whoever waits for it is told; that nobody waits is no crash.
  stored.catch(() => undefined)
  return { operations: new Map(), stored, settle }
}

function toOperation([key, value]: [string, unknown]) {
  return value === DELETED
    ? ({ type: 'del', key } as const)
    : ({ type: 'put', key, value: serialize(value) } as const)
}

/** Keys compare as UTF-8, where nothing is greater than 0xff: the bound is the prefix with its last character one higher. */
function below(prefix: string, from = prefix): { gte: string; lt: string } {
  const last = prefix.charCodeAt(prefix.length - 1)
  return { gte: from, lt: prefix.slice(0, -1) + String.fromCharCode(last + 1) }
}

function isLocked(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED'
}
