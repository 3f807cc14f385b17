import fs from 'node:fs'
import { dirname } from 'node:path'

/**
 * Syncs the folder of a new file: until then a loss of power can take the file's name away. Does nothing on systems where folders cannot
 * be synced.
 * @param name the path of the file
 */
export function syncFolder(name: string): void {
  let fd: number | undefined
  try {
    fd = fs.openSync(dirname(name), 'r')
    fs.fsyncSync(fd)
  } catch {
    return
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}
