import fs from 'node:fs'
import { TidingsError } from '../../core/errors.js'
import type { ContinuedRecording } from '../../core/recording/recording-files.js'
import { parseRecordingHeader, RECORDING_VERSION } from '../../core/recording/recording-header.js'
import { judgeTail } from '../../core/recording/recording-tail.js'
import { FileAppender, type Syncing } from '../file-appender.js'
import { readFileChunks } from '../file-chunks.js'
import { inputFailure } from '../input.js'
import { outputFailure } from '../output.js'
import { syncFolder } from '../sync-folder.js'
import { gunzip } from './gunzip.js'
import { GzipWriter } from './gzip-writer.js'
import { openNew } from './open-recording.js'

const NEWLINE = 0x0a
const BRACE = 0x7b

/** What is known of a recording that can be continued. */
export type Repair = Omit<ContinuedRecording, 'writer'>

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

/**
 * Drops a torn last line, so that the recording can be continued.
 * @throws TidingsError of kind bad-input if the file cannot be read, or is no recording that tidings can continue
 */
export function repairPlain(name: string): Repair {
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
export async function repairGzip(name: string, syncing: Syncing): Promise<Repair> {
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
  const writer = new GzipWriter(new FileAppender(openNew(copy), copy, atEnd, 0), atEnd)
  try {
    try {
      await copyReadable(name, keep, writer)
      if (addNewline) await writer.append(Buffer.from('\n'))
    } finally {
      await writer.close()
    }
    fs.renameSync(copy, name)
    if (atEnd === 'at-end') syncFolder(name)
  } catch (error) {
    fs.rmSync(copy, { force: true })
    throw error instanceof TidingsError ? error : outputFailure(`"${name}"`, error)
  }
}

/** Appends the first `length` bytes of a compressed recording, or as many as can be read. */
async function copyReadable(name: string, length: number, into: GzipWriter): Promise<void> {
  let left = length
  try {
    for await (const chunk of gunzip(readFileChunks(name), name)) {
      if (left <= 0) break
      await into.append(chunk.subarray(0, left))
      left -= chunk.length
    }
  } catch (error) {
    if (!(error instanceof TidingsError) || error.code !== 'torn-gzip') throw error
  }
}
