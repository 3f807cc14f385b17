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
import { makeFolders } from '../../core/make-folders.js'

/** A file that was compiled, and what tells that it is still the same. */
export interface ChunkFile {
  readonly name: string
  readonly size: number
  readonly mtimeMs: number
}

/** One or more chunks, as an earlier run left them. */
export interface CompiledScript {
  readonly chunks: readonly ChunkFile[]
  /** The script that V8 was given: an array of one function per chunk. */
  readonly source: Buffer
  /** What V8 made of it. */
  readonly code: Buffer
}

/** What V8 compiled in an earlier run, and whether that run came to a good end. */
export interface CompiledCode {
  readonly complete: boolean
  readonly scripts: readonly CompiledScript[]
}

export const noCode: CompiledCode = { complete: false, scripts: [] }

/** Bytes: check of all that follows, length of all, length of the index, a word each. */
const headLength = 12
const wordLength = 4

/**
 * Reads what `writeCompiledCode` left, or nothing: never fails. V8 runs whatever it is given, damaged or hostile (measured: a
 * flipped byte crashes Node), so the file must be ours, writable by nobody else, whole, and have a beginning and an end in each block that
 * are what was written. A checksum over all of it would cost a 25th of a command's time: `node:zlib` has the fast one, and loads streams.
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
  const words = wordsOf(bytes)
  const [check, length, indexLength = 0] = words
  if (length !== bytes.length || check !== checkOf(words)) return noCode
  const indexEnd = headLength + indexLength
  const { complete, scripts: index } = JSON.parse(bytes.toString('latin1', headLength, indexEnd)) as Index
  let start = indexEnd
  const scripts = index.map(({ chunks, lengths: [sourceLength, codeLength] }) => {
    const middle = start + sourceLength
    const end = middle + codeLength
    const script = { chunks, source: bytes.subarray(start, middle), code: bytes.subarray(middle, end) }
    start = end
    return script
  })
  return { complete, scripts }
}

interface Index {
  readonly complete: boolean
  /** The lengths are those of the source and of the code. */
  readonly scripts: readonly {
    readonly chunks: readonly ChunkFile[]
    readonly lengths: readonly [number, number]
  }[]
}

/** What file systems lose when the power goes, in words of 32 bits. */
const blockWords = 1024

/** Holds the words at both ends of each block; the first of all is its own place. */
function checkOf(words: Int32Array): number {
  let check = words.length
  for (let start = 0; start < words.length; start += blockWords) {
    const first = Math.max(start, 1)
    const last = Math.min(start + blockWords, words.length) - 1
    check = Math.imul(check, 0x01000193) ^ (words[first] ?? 0)
    check = Math.imul(check, 0x01000193) ^ (words[last] ?? 0)
  }
  return check
}

/** Calls of `readInt32LE` would take 0.5 ms. The file is for this machine alone, so its order of bytes does not matter. */
const wordsOf = (bytes: Buffer) => new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / wordLength)

/** Files in the folder: enough for every command of two versions, about 45 MB. */
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
export function writeCompiledCode(path: string, { complete, scripts }: CompiledCode): void {
  const temporary = `${path}.${process.pid}`
  try {
    const entries: Index['scripts'] = scripts.map(({ chunks, source, code }) => ({
      chunks,
      lengths: [source.length, code.length]
    }))
    const index = Buffer.from(JSON.stringify({ complete, scripts: entries } satisfies Index), 'latin1')
    const contents = scripts.flatMap(({ source, code }) => [source, code])
    const rest = contents.reduce((sum, { length }) => sum + length, index.length) % wordLength
    const padding = Buffer.alloc((wordLength - rest) % wordLength)
    const bytes = Buffer.concat([Buffer.alloc(headLength), index, ...contents, padding])
    const words = wordsOf(bytes)
    words[1] = bytes.length
    words[2] = index.length
    words[0] = checkOf(words)
    makeFolders(dirname(path), { make: (folder) => mkdirSync(folder, 0o700), parentOf: dirname })
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
