import fs from 'node:fs'
import { dirname } from 'node:path'
import { TidingsError } from '../../core/errors.js'
import type { RecordRequest } from '../../core/recording/record-request.js'
import type {
  ContinuedRecording,
  RecordingFiles,
  RecordingWriter
} from '../../core/recording/recording-files.js'
import { parseRecordingHeader, RECORDING_VERSION } from '../../core/recording/recording-header.js'
import { isCompressed, numberedName } from '../../core/recording/recording-name.js'
import { judgeTail } from '../../core/recording/recording-tail.js'
import { inputFailure, readFileChunks } from '../input.js'
import { outputFailure } from '../output.js'
import { gunzip } from './gunzip.js'
import { GzipWriter, PlainWriter, type Syncing } from './recording-writers.js'

const OWNER_ONLY = 0o600
const NEWLINE = 0x0a
const BRACE = 0x7b

/** Recordings in the file system. */
export function recordingFiles(syncing: Syncing): RecordingFiles {
  const writerTo = (fd: number, name: string, size: number): RecordingWriter => {
    const plain = new PlainWriter(fd, name, syncing, size)
    return isCompressed(name) ? new GzipWriter(plain, syncing) : plain
  }
  const create = async (name: string, overwrite: boolean): Promise<RecordingWriter> => {
    const fd = overwrite || isStream(name) ? openOver(name) : openNew(name)
    if (syncing !== 'never') syncFolder(name)
    return writerTo(fd, name, 0)
  }
  return {
    create,
    async continue(name): Promise<ContinuedRecording> {
      if (!fs.existsSync(name) || fs.statSync(name).size === 0) {
        const writer = await create(name, fs.existsSync(name))
        return { writer, started: undefined, lastOffset: undefined, dropped: 0 }
      }
      const repaired = isCompressed(name) ? await repairGzip(name, syncing) : repairPlain(name)
      const fd = openToAppend(name)
      const { started, lastOffset, dropped } = repaired
      return { writer: writerTo(fd, name, fs.fstatSync(fd).size), started, lastOffset, dropped }
    }
  }
}

/** Throws a `TidingsError` of kind usage if the recording must be new and its file exists. To be called before any other work. */
export function refuseExisting({
  output,
  mode,
  rotate
}: Pick<RecordRequest, 'output' | 'mode' | 'rotate'>): void {
  const name = rotate === undefined ? output : numberedName(output, 1)
  if (mode === 'new' && fs.existsSync(name) && !isStream(name)) throw existsFailure(name)
}

/** Whether the file is a pipe or a device, such as /dev/stdout, which holds nothing that could be overwritten. */
function isStream(name: string): boolean {
  if (!fs.existsSync(name)) return false
  const file = fs.statSync(name)
  return file.isFIFO() || file.isCharacterDevice()
}

function existsFailure(name: string): TidingsError {
  return new TidingsError('usage', `cannot record to "${name}": the file exists`, {
    code: 'file-exists',
    suggestion: 'continue it with --append, or replace it with --force',
    details: { file: name }
  })
}

function openNew(name: string): number {
  try {
    // At its end, wherever that is: the end of a compressed file is taken away before more is written.
    return fs.openSync(name, 'ax', OWNER_ONLY)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST'
      ? existsFailure(name)
      : outputFailure(`"${name}"`, error)
  }
}

function openOver(name: string): number {
  try {
    const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = fs.constants
    const fd = fs.openSync(name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, OWNER_ONLY)
    if (fs.fstatSync(fd).isFile()) fs.fchmodSync(fd, OWNER_ONLY)
    return fd
  } catch (error) {
    throw outputFailure(`"${name}"`, error)
  }
}

function openToAppend(name: string): number {
  try {
    return fs.openSync(name, 'a')
  } catch (error) {
    throw outputFailure(`"${name}"`, error)
  }
}

/**
 * Syncs the folder of a new file: until then a loss of power can take the file's name away. Does nothing on systems where folders cannot
 * be synced.
 */
export function syncFolder(name: string): void {
  try {
    const fd = fs.openSync(dirname(name), 'r')
    fs.fsyncSync(fd)
    fs.closeSync(fd)
  } catch {
    return
  }
}

type Repair = Omit<ContinuedRecording, 'writer'>

/**
 * What offsets count from; `undefined` where a header has to come before more is appended: there is none, or what is appended has a newer
 * format than it says. Only what we can read may be appended to.
 */
function startedOf(name: string, firstLine: Uint8Array): number | undefined {
  if (firstLine[0] !== BRACE) throw appendFailure(name, 'it is no recording of tidings', 'unknown-recording')
  try {
    const header = parseRecordingHeader(firstLine)
    return header?.version === RECORDING_VERSION ? header.started : undefined
  } catch (error) {
    if (!(error instanceof TidingsError)) throw error
    throw appendFailure(name, error.message, error.code)
  }
}

function appendFailure(name: string, why: string, code: string): TidingsError {
  return new TidingsError('bad-input', `cannot append to "${name}": ${why}`, {
    code,
    suggestion: 'record to another file; "tidings replay" merges several by time',
    details: { file: name }
  })
}

function repairPlain(name: string): Repair {
  let fd: number
  try {
    fd = fs.openSync(name, 'r+')
  } catch (error) {
    throw inputFailure(name, error)
  }
  try {
    const size = fs.fstatSync(fd).size
    const tail = readTail(fd, size)
    const { torn, lacksNewline, lastOffset } = judgeTail(tail)
    const head = Buffer.alloc(Math.min(size, 64 * 1024))
    fs.readSync(fd, head, 0, head.length, 0)
    const end = head.indexOf(NEWLINE)
    const started = torn === size ? undefined : startedOf(name, end < 0 ? head : head.subarray(0, end))
    if (torn > 0) fs.ftruncateSync(fd, size - torn)
    if (lacksNewline) fs.writeSync(fd, '\n', size)
    return { started, lastOffset, dropped: torn }
  } finally {
    fs.closeSync(fd)
  }
}

/** The end of a file, from the start of a line, with at least one whole line; or the whole file. */
function readTail(fd: number, size: number): Uint8Array {
  for (let length = 64 * 1024; ; length *= 4) {
    const start = Math.max(0, size - length)
    const tail = Buffer.allocUnsafe(size - start)
    for (let at = 0; at < tail.length; ) {
      const count = fs.readSync(fd, tail, at, tail.length - at, start + at)
      if (count === 0) break
      at += count
    }
    if (start === 0) return tail
    const last = tail.lastIndexOf(NEWLINE)
    const first = tail.indexOf(NEWLINE)
    if (first >= 0 && first < last) return tail.subarray(first + 1)
  }
}

/**
 * Repairs the end of a compressed recording. Compressed bytes cannot be cut at a line, so the readable part of a torn file is compressed
 * into a new file, which replaces the torn file in one step.
 */
async function repairGzip(name: string, syncing: Syncing): Promise<Repair> {
  let tail: Buffer = Buffer.alloc(0)
  let head: Buffer | undefined
  let size = 0
  let torn = false
  try {
    for await (const chunk of gunzip(readFileChunks(name), name)) {
      size += chunk.length
      tail = fromLastLines(Buffer.concat([tail, chunk]))
      if (head === undefined || head.indexOf(NEWLINE) < 0)
        head = Buffer.concat([head ?? Buffer.alloc(0), chunk])
    }
  } catch (error) {
    if (!(error instanceof TidingsError)) throw error
    // What is behind damage, or is no gzip at all, is not ours to throw away.
    if (error.code === 'damaged-gzip') throw appendFailure(name, String(error.details.reason), error.code)
    if (error.code !== 'torn-gzip') throw error
    torn = true
  }
  const judged = judgeTail(tail)
  const first = head?.subarray(0, Math.max(head.indexOf(NEWLINE), 0))
  const started = first === undefined || first.length === 0 ? undefined : startedOf(name, first)
  if (torn || judged.torn > 0 || judged.lacksNewline)
    await rewriteGzip(name, { keep: size - judged.torn, addNewline: judged.lacksNewline, syncing })
  return { started, lastOffset: judged.lastOffset, dropped: judged.torn }
}

/** The bytes from the start of the last whole line on. */
function fromLastLines(bytes: Buffer): Buffer {
  const last = bytes.lastIndexOf(NEWLINE)
  const before = last <= 0 ? -1 : bytes.lastIndexOf(NEWLINE, last - 1)
  return before < 0 ? bytes : bytes.subarray(before + 1)
}

async function rewriteGzip(
  name: string,
  { keep, addNewline, syncing }: { keep: number; addNewline: boolean; syncing: Syncing }
): Promise<void> {
  const atEnd = syncing === 'never' ? 'never' : 'at-end'
  const copy = `${name}.${process.pid}.repair`
  const writer = new GzipWriter(new PlainWriter(openNew(copy), copy, atEnd, 0), atEnd)
  try {
    let left = keep
    try {
      for await (const chunk of gunzip(readFileChunks(name), name)) {
        if (left <= 0) break
        await writer.append(chunk.subarray(0, left))
        left -= chunk.length
      }
    } catch (error) {
      if (!(error instanceof TidingsError) || error.code !== 'torn-gzip') throw error
    }
    if (addNewline) await writer.append(Buffer.from('\n'))
    await writer.close()
    fs.renameSync(copy, name)
    if (atEnd === 'at-end') syncFolder(name)
  } catch (error) {
    fs.rmSync(copy, { force: true })
    throw error instanceof TidingsError ? error : outputFailure(`"${name}"`, error)
  }
}
