import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * The program's folder among the user's caches; undefined where it would be a relative path. A relative XDG_CACHE_HOME is ignored, as its
 * specification demands.
 */
export function cacheFolder(): string | undefined {
  const { XDG_CACHE_HOME, HOME } = process.env
  const folder =
    XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(HOME || homedir(), '.cache')
  return isAbsolute(folder) ? join(folder, 'tidings') : undefined
}
