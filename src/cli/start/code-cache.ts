import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
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

/** One or more chunks, compiled. */
export interface CompiledScript {
  readonly chunks: readonly ChunkFile[]
  /** The script that V8 was given: an array of one function per chunk. */
  readonly source: Buffer
  /** What V8 made of it. */
  readonly code: Buffer
}

/** A script of an earlier run. */
export interface KeptScript {
  readonly chunks: readonly ChunkFile[]
  /** Undefined where it is no longer what was written. */
  read(): CompiledScript | undefined
}

/** What V8 compiled in an earlier run, and whether that run came to a good end. */
export interface CompiledCode {
  readonly complete: boolean
  readonly scripts: readonly KeptScript[]
}

export const noCode: CompiledCode = { complete: false, scripts: [] }

/** Bytes: check of the index, length of all, length of the index, a word each. The index follows, and then each script. */
const headLength = 12
const wordLength = 4
/** Holds head and index of all but the largest commands. */
const firstRead = 4096

/**
 * Reads what `writeCompiledCode` left, or nothing: never fails. V8 runs whatever it is given, damaged or hostile (measured: a
 * flipped byte crashes Node), so the file must be ours, writable by nobody else, whole, and have some words in each block that are
 * what was written. A checksum over all of it would cost a 25th of a command's time: `node:zlib` has the fast one, and loads streams.
 * Scripts are read when they are needed: a usage error never connects.
 */
export function readCompiledCode(path: string): CompiledCode {
  try {
    // Open for as long as the program runs: who replaces the file meanwhile leaves this one as it is.
    const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    const { uid, mode, size } = fstatSync(descriptor)
    const foreign = process.geteuid !== undefined && (uid !== process.geteuid() || (mode & 0o022) !== 0)
    const code = foreign ? noCode : parse(descriptor, size)
    if (code === noCode) closeSync(descriptor)
    return code
  } catch {
    return noCode
  }
}

function parse(descriptor: number, size: number): CompiledCode {
  const start = bytesAt(descriptor, 0, Math.min(firstRead, size))
  const [check, length, indexLength = 0] = wordsOf(start)
  const indexEnd = headLength + indexLength
  if (length !== size || indexEnd > size) return noCode
  const index = (indexEnd <= start.length ? start : bytesAt(descriptor, 0, indexEnd)).subarray(
    headLength,
    indexEnd
  )
  if (check !== checkOf(wordsOf(index))) return noCode
  const { complete, scripts } = JSON.parse(index.toString('latin1')) as Index
  let next = indexEnd
  return {
    complete,
    scripts: scripts.map((entry) => {
      const position = next
      next += entry.size
      return { chunks: entry.chunks, read: () => readScript(descriptor, position, entry) }
    })
  }
}

function readScript(
  descriptor: number,
  position: number,
  { chunks, size, lengths: [sourceLength, codeLength], check }: IndexEntry
): CompiledScript | undefined {
  try {
    const bytes = bytesAt(descriptor, position, size)
    if (check !== checkOf(wordsOf(bytes))) return undefined
    const end = sourceLength + codeLength
    return { chunks, source: bytes.subarray(0, sourceLength), code: bytes.subarray(sourceLength, end) }
  } catch {
    return undefined
  }
}

/** Fewer bytes where the file ends, which are then not what was written. */
function bytesAt(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length)
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position))
}

interface Index {
  readonly complete: boolean
  readonly scripts: readonly IndexEntry[]
}

interface IndexEntry {
  readonly chunks: readonly ChunkFile[]
  /** How many bytes of the file are its own. */
  readonly size: number
  /** Those of the source and of the code. */
  readonly lengths: readonly [number, number]
  readonly check: number
}

/** Words between those that the check holds: eight in each block that a file system may lose when the power goes. */
const stride = 128

/** Holds every so many words, and each of the last. */
function checkOf(words: Int32Array): number {
  let check = words.length
  for (let at = 0; at < words.length; at += at + stride < words.length ? stride : 1)
    check = Math.imul(check, 0x01000193) ^ (words[at] ?? 0)
  return check
}

/** Calls of `readInt32LE` would take 0.5 ms. The file is for this machine alone, so its order of bytes does not matter. */
const wordsOf = (bytes: Buffer) =>
  new Int32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / wordLength))

/** Whole words, so that the check holds the end, too. */
const inWords = (length: number) => Math.ceil(length / wordLength) * wordLength

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
export function writeCompiledCode(
  path: string,
  { complete, scripts }: { readonly complete: boolean; readonly scripts: readonly CompiledScript[] }
): void {
  const temporary = `${path}.${process.pid}`
  try {
    const contents = scripts.map(({ source, code }) => concatenated([source, code]))
    const entries = scripts.map(({ chunks, source, code }, at): IndexEntry => {
      const bytes = contents[at] as Buffer
      const lengths = [source.length, code.length] as const
      return { chunks, size: bytes.length, lengths, check: checkOf(wordsOf(bytes)) }
    })
    const json = JSON.stringify({ complete, scripts: entries } satisfies Index)
    const index = concatenated([Buffer.from(json.padEnd(inWords(json.length)), 'latin1')])
    const head = Buffer.alloc(headLength)
    const size = contents.reduce((sum, { length }) => sum + length, headLength + index.length)
    wordsOf(head).set([checkOf(wordsOf(index)), size, index.length])
    makeFolders(dirname(path), { make: (folder) => mkdirSync(folder, 0o700), parentOf: dirname })
    writeFileSync(temporary, Buffer.concat([head, index, ...contents]), { mode: 0o600, flag: 'wx' })
    renameSync(temporary, path)
    removeOldest(dirname(path))
  } catch {
    removeIfThere(temporary)
  }
}

/** In memory of its own, since a pooled buffer may begin within a word. */
function concatenated(parts: readonly Buffer[]): Buffer {
  const bytes = Buffer.alloc(inWords(parts.reduce((sum, part) => sum + part.length, 0)))
  let end = 0
  for (const part of parts) end += part.copy(bytes, end)
  return bytes
}

function removeIfThere(path: string): void {
  try {
    rmSync(path)
  } catch {
    // It was never made, or cannot be removed any more than it could be written.
  }
}
