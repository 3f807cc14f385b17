import { fstatSync, statSync } from 'node:fs'

/** Whether an open file is a terminal. `node:tty` takes 3 ms to load, so it is asked only about files that may be terminals. */
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
