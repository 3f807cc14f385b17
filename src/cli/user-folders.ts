import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

const home = () => process.env.HOME || homedir()

/** Whether oclif finds a list of plug-ins that the user has installed. */
export function hasUserPlugins(): boolean {
  const { TIDINGS_DATA_DIR, XDG_DATA_HOME } = process.env
  const folder = TIDINGS_DATA_DIR || join(XDG_DATA_HOME || join(home(), '.local', 'share'), 'tidings')
  return existsSync(join(folder, 'package.json'))
}

/** Whether oclif finds colours that the user has chosen for help. */
export function hasUserTheme(): boolean {
  const { TIDINGS_CONFIG_DIR, XDG_CONFIG_HOME } = process.env
  const folder = TIDINGS_CONFIG_DIR || join(XDG_CONFIG_HOME || join(home(), '.config'), 'tidings')
  return existsSync(join(folder, 'theme.json'))
}

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

/** Where the channels are kept that completion offers; undefined where there is no place for them. */
export function recentChannelsFile(): string | undefined {
  const folder = cacheFolder()
  return folder && join(folder, 'recent-channels.json')
}
