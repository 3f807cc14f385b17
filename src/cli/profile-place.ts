import { isAbsolute, join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** Where the file of profiles is, and the user's home. */
export interface ProfilePlace {
  readonly file: string
  readonly home: string
}

/**
 * The file of profiles: in `TIDINGS_CONFIG_DIR`, else in the folder for settings of the platform; undefined where the environment names
 * neither that nor a home. A relative XDG_CONFIG_HOME is ignored, as its specification demands.
 */
export function profilePlace(
  env: Environment,
  platform: string = process.platform
): ProfilePlace | undefined {
  const home = env.HOME || env.USERPROFILE || ''
  const folder = env.TIDINGS_CONFIG_DIR || platformFolder(env, platform, home)
  return folder === undefined ? undefined : { file: join(folder, 'profiles.toml'), home }
}

function platformFolder(env: Environment, platform: string, home: string): string | undefined {
  const { APPDATA, XDG_CONFIG_HOME } = env
  if (platform === 'win32' && APPDATA) return join(APPDATA, 'tidings')
  if (platform === 'linux' && XDG_CONFIG_HOME && isAbsolute(XDG_CONFIG_HOME))
    return join(XDG_CONFIG_HOME, 'tidings')
  if (home === '') return undefined
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'tidings')
  return platform === 'win32' ? join(home, 'AppData', 'Roaming', 'tidings') : join(home, '.config', 'tidings')
}
