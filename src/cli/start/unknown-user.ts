import { homedir, userInfo } from 'node:os'

/**
 * Gives a user whom the system does not know (`docker run --user 1234`) the shell and the home that libraries ask the system for, where
 * the environment names none: what they ask would fail.
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
