import fs from 'node:fs'

/**
 * Whether this process may use its terminal. The kernel stops a job in the background when it reads from the terminal (SIGTTIN) or changes
 * its mode (SIGTTOU). True where the system does not say.
 */
export function isInForeground(): boolean {
  try {
    // The name in parentheses may hold anything; then: state, parent, group, session, terminal, the terminal's foreground group.
    const fields = fs
      .readFileSync('/proc/self/stat', 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')
    return fields[4] === '0' || fields[2] === fields[5]
  } catch {
    return true
  }
}
