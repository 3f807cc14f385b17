import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Another process has the folder open. */
export class FolderInUse extends Error {}

/** What version 0.1 kept, by its keys, in their order. */
export interface OldStore {
  isEmpty(): Promise<boolean>
  entries(prefix: string): AsyncIterable<readonly [key: string, value: Buffer]>
  /** Forgets all of it. */
  clear(): Promise<void>
}

export interface StoreLock {
  /** Absent where the folder is new. */
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
  const isNew = !existsSync(join(folder, 'CURRENT'))
  const { Level } = await import('level')
  const level = new Level<string, Buffer>(folder, { valueEncoding: 'buffer' })
  try {
    await level.open()
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw isLocked(cause) ? new FolderInUse(folder) : cause
  }
  return {
    old: isNew
      ? undefined
      : {
          async isEmpty() {
            for await (const _ of level.keys({ limit: 1 })) return false
            return true
          },
          // Every prefix ends with a colon, and the semicolon is the next character.
          entries: (prefix) => level.iterator({ gte: prefix, lt: `${prefix.slice(0, -1)};` }),
          clear: () => level.clear()
        },
    close: () => level.close()
  }
}

const isLocked = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'LEVEL_LOCKED'
