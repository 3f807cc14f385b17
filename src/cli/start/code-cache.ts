import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'

/** What V8 compiled in an earlier run: its code by chunk, and whether that run came to a good end. */
export interface CompiledCode {
  readonly complete: boolean
  readonly chunks: ReadonlyMap<string, Buffer>
}

export const noCode: CompiledCode = { complete: false, chunks: new Map() }

/** Bytes: checksum of all that follows, then the length of the index, both 32 bits. */
const headLength = 8

/**
 * Reads what `writeCompiledCode` left, or nothing: never fails. V8 runs whatever it is given, damaged or hostile (measured: a
 * flipped byte crashes Node), so the file must be ours, writable by nobody else, and have the right checksum.
 */
export function readCompiledCode(path: string): CompiledCode {
  try {
    return parse(readOwnFile(path))
  } catch {
    return noCode
  }
}

function readOwnFile(path: string): Buffer {
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  try {
    const { uid, mode } = fstatSync(descriptor)
    const foreign = process.geteuid !== undefined && (uid !== process.geteuid() || (mode & 0o022) !== 0)
    return foreign ? Buffer.alloc(0) : readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function parse(bytes: Buffer): CompiledCode {
  if (bytes.length < headLength || bytes.readUInt32LE(0) !== crc32(bytes.subarray(4))) return noCode
  const indexEnd = headLength + bytes.readUInt32LE(4)
  const { complete, lengths } = JSON.parse(bytes.toString('latin1', headLength, indexEnd))
  const chunks = new Map<string, Buffer>()
  let start = indexEnd
  for (const [name, length] of lengths as [string, number][]) {
    chunks.set(name, bytes.subarray(start, start + length))
    start += length
  }
  return { complete, chunks }
}

/** Files in the folder: enough for every command of two versions, about 25 MB. */
const mostFiles = 32

/** Each build, version of Node and command has a file of its own, and nothing else would ever remove one. */
function removeOldest(folder: string): void {
  const names = readdirSync(folder)
  if (names.length <= mostFiles) return
  const byAge = names
    .map((name) => join(folder, name))
    .map((path) => ({ path, written: statSync(path).mtimeMs }))
    .sort((a, b) => b.written - a.written)
  for (const { path } of byAge.slice(mostFiles)) removeIfThere(path)
}

/** Writes the file whole or not at all. A folder that cannot be written is no failure: the next start is a slow one, too. */
export function writeCompiledCode(path: string, { complete, chunks }: CompiledCode): void {
  const temporary = `${path}.${process.pid}`
  try {
    const lengths = [...chunks].map(([name, code]) => [name, code.length])
    const index = Buffer.from(JSON.stringify({ complete, lengths }), 'latin1')
    const bytes = Buffer.concat([Buffer.alloc(headLength), index, ...chunks.values()])
    bytes.writeUInt32LE(index.length, 4)
    bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0)
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(temporary, bytes, { mode: 0o600, flag: 'wx' })
    renameSync(temporary, path)
    removeOldest(dirname(path))
  } catch {
    removeIfThere(temporary)
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path)
  } catch {
    // It was never made, or cannot be removed any more than it could be written.
  }
}
