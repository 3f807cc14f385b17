import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Another process has the folder open. */
export class FolderInUse extends Error {}

/** What version 0.1 kept, by its keys, in their order. */
export interface OldStore {
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
 * it dies, gives it up. Version 0.1 kept its messages in it; since then nothing is in it.
 * @throws FolderInUse where another process has it
 */
export async function lockStore(folder: string): Promise<StoreLock> {
  const isNew = !existsSync(join(folder, 'CURRENT'))
  const { Level } = await import('level')
  const level = new Level<string, Buffer>(folder, { valueEncoding: 'buffer' })
  try {
    await level.open()
  } catch (error) {
    throw isLocked(error) ? new FolderInUse(folder) : error
  }
  return {
    old: isNew
      ? undefined
      : {
          // Every prefix ends with a colon, and the semicolon is the next character.
          entries: (prefix) => level.iterator({ gte: prefix, lt: `${prefix.slice(0, -1)};` }),
          clear: () => level.clear()
        },
    close: () => level.close()
  }
}

function isLocked(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED'
}
