import { existsSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { makeFolders } from '../../core/make-folders.js'
import { cacheFolder } from '../user-folders.js'

/**
 * Lets Node keep the code that V8 compiles, in a folder of the user, for the next start. A command then takes 0.85 of the time. Node 20 and
 * Node 22.0 cannot do that. Where the folder cannot be made, or others may have written to it, no code is kept, and no message is shown.
 */
export function keepCompiledCode(): void {
  const caches = cacheFolder()
  if (caches === undefined) return
  try {
    const folder = join(caches, 'compile-cache')
    if (!('enableCompileCache' in module) || typeof module.enableCompileCache !== 'function') {
      if (existsSync(join(caches, 'code'))) removeOldCode(caches)
    } else {
      if (makeFolders(folder, { make: (path) => mkdirSync(path, 0o700), parentOf: dirname }))
        removeOldCode(caches)
      // Node runs the code that it finds there, whoever has written it.
      if (isOurs(folder)) module.enableCompileCache(folder)
    }
  } catch {
    // Without the cache, the next start is as slow as this one.
  }
}

/** Version 0.1 kept compiled code in its own way: up to 45 MB, which nothing reads any more. */
function removeOldCode(caches: string): void {
  if (isOurs(caches)) rmSync(join(caches, 'code'), { recursive: true, force: true })
}

/** Whether a folder is no link, and nobody but this user can have written to it. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder)
  if (!found.isDirectory()) return false
  return process.geteuid === undefined || (found.uid === process.geteuid() && (found.mode & 0o022) === 0)
}
