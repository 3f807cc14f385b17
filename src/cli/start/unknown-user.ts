import { homedir, userInfo } from 'node:os'

/**
 * Sets SHELL and HOME, where they are missing, for a user whom the system does not know (`docker run --user 1234`). Libraries would ask the
 * system for them, and that fails.
 */
export function nameUnknownUser(env: NodeJS.ProcessEnv): void {
  env.SHELL ??= orNothing(() => userInfo().shell) ?? '/bin/sh'
  env.HOME ??= orNothing(homedir) ?? '/'
}

function orNothing(ask: () => string | null): string | null {
  try {
    return ask()
  } catch {
    return null
  }
}
