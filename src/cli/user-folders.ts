import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

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
