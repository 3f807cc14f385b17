import fs from 'node:fs'
import { isGzip } from './gunzip.js'

const BRACE = 0x7b

/** Whether a name ends as those of recordings do, or is that of a file that begins as they do. */
export function looksLikeRecording(name: string): boolean {
  return /\.(jsonl|ndjson)(\.gz)?$/i.test(name) || beginsAsRecording(name)
}

function beginsAsRecording(name: string): boolean {
  try {
    // A pipe would be waited for.
    if (!fs.statSync(name).isFile()) return false
    const fd = fs.openSync(name, 'r')
    try {
      const start = Buffer.alloc(2)
      fs.readSync(fd, start)
      return start[0] === BRACE || isGzip(start)
    } finally {
      fs.closeSync(fd)
    }
  } catch {
    return false
  }
}
