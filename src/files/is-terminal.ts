import { fstatSync, statSync } from 'node:fs'

/** Whether an open file is a terminal; `node:tty`, which takes 3 ms to load, is asked only about what may be one. */
export function isTerminal(fd: number): boolean {
  try {
    const file = fstatSync(fd)
    if (!file.isCharacterDevice() || file.rdev === statSync('/dev/null', { throwIfNoEntry: false })?.rdev)
      return false
    return process.getBuiltinModule('node:tty').isatty(fd)
  } catch {
    return false
  }
}
