import fs from 'node:fs'

/**
 * Whether this process may use its terminal. A job in the background is stopped by the kernel when it reads from it (SIGTTIN) or
 * changes its mode (SIGTTOU). Where the system does not tell, it may.
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
