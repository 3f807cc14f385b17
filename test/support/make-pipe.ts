import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Makes a named pipe in a folder, and returns its path. */
export function makePipe(folder: string, name: string): string {
  const pipe = join(folder, name)
  execFileSync('mkfifo', [pipe])
  return pipe
}
