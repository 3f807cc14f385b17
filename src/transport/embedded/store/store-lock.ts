import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { ClassicLevel } from 'classic-level'

/** Another process has the folder open. */
export class FolderInUse extends Error {}

/** What version 0.1 kept, by its keys, in their order. */
export interface OldStore {
  isEmpty(): Promise<boolean>
  entries(prefix: string): AsyncIterable<readonly [key: string, value: Buffer]>
  /** Forgets all of it in one step, and notes that it was taken over. */
  clear(): Promise<void>
  /** Whether it was cleared, and nobody has said since that all is done. */
  isTakenOver(): Promise<boolean>
  /** For a store without entries: forgets the note, too, and leaves nothing in its files. */
  finish(): Promise<void>
}

/** Where it is noted. Version 0.1 does not know it, and leaves it alone. */
const TAKEN_OVER = 'taken-over'

export interface StoreLock {
  /** Absent where version 0.1 has left nothing, as at every start but the first. */
  readonly old: OldStore | undefined
  /** Gives the folder up. */
  close(): Promise<void>
}

/**
 * Takes a folder for this process alone. The folder is LevelDB's, because LevelDB's lock is the system's: a process that dies, however
 * it dies, gives it up. Version 0.1 keeps its messages in it; later ones keep nothing in it.
 * @throws FolderInUse where another process has it, and what LevelDB says where the folder cannot be opened
 */
export async function lockStore(folder: string): Promise<StoreLock> {
  try {
    const mayHoldEntries = holdsEntries(folder)
    const level = openLevel(folder)
    await level.open()
    return { old: mayHoldEntries ? oldStoreIn(level) : undefined, close: () => level.close() }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw isLocked(cause) ? new FolderInUse(folder) : cause
  }
}

/** Whether LevelDB's files may hold anything: it keeps entries in tables, and the newest ones in a log. */
function holdsEntries(folder: string): boolean {
  if (!existsSync(join(folder, 'CURRENT'))) return false
  return readdirSync(folder).some(
    (name) => name.endsWith('.ldb') || (name.endsWith('.log') && statSync(join(folder, name)).size > 0)
  )
}

/** Loads the library when it is needed, and not by `import`: that would load Node's loader of ES modules, which nothing else here needs. */
function openLevel(folder: string): ClassicLevel<string, Buffer> {
  const { ClassicLevel: Level }: typeof import('classic-level') = createRequire(import.meta.url)(
    'classic-level'
  )
  return new Level(folder, { valueEncoding: 'buffer' })
}

function oldStoreIn(level: ClassicLevel<string, Buffer>): OldStore {
  const isTakenOver = async () => (await level.get(TAKEN_OVER)) !== undefined
  return {
    async isEmpty() {
      for await (const key of level.keys()) if (key !== TAKEN_OVER) return false
      return true
    },
    // Every prefix ends with a colon, and the semicolon is the next character.
    entries: (prefix) => level.iterator({ gte: prefix, lt: `${prefix.slice(0, -1)};` }),
    async clear() {
      // One batch is written as a whole or not at all.
      const batch = level.batch()
      for await (const key of level.keys()) batch.del(key)
      await batch.put(TAKEN_OVER, Buffer.alloc(0)).write({ sync: true })
    },
    isTakenOver,
    async finish() {
      if (await isTakenOver()) await level.del(TAKEN_OVER, { sync: true })
      // Otherwise its files would hold what was cleared.
      await level.compactRange('', '\u{10ffff}')
    }
  }
}

const isLocked = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'LEVEL_LOCKED'
