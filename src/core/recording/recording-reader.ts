import { unknownFields } from '../envelope/envelope.js'
import { TidingsError } from '../errors.js'
import { lineBatches } from '../lines.js'
import type { Message } from '../message.js'
import { readCsvRecording } from './mqtt-programs/foreign-csv.js'
import { readJsonRecording } from './mqtt-programs/foreign-json.js'
import { parseMosquittoLine } from './mqtt-programs/foreign-mosquitto.js'
import { parseVerboseLine } from './mqtt-programs/foreign-verbose.js'
import { parseEntry } from './recording-entry.js'
import { NEWER_RECORDING, parseRecordingHeader, type RecordingHeader } from './recording-header.js'
import { atLine, type RecordedMessage, type RecordingItem } from './recording-item.js'
import { RecordingPosition } from './recording-position.js'

/**
 * What wrote a recording: tidings, `mosquitto_sub -F %j` or `%J`, `mosquitto_sub -v`, mqtt_recorder without or with `--encode_b64` (CSV or
 * JSON), or MQTTX.
 */
export const RECORDING_FORMATS = [
  'tidings',
  'mosquitto',
  'mosquitto-verbose',
  'mqtt-recorder',
  'mqtt-recorder-base64',
  'mqttx'
] as const

export type RecordingFormat = (typeof RECORDING_FORMATS)[number]

export interface ReadRecordingOptions {
  /** The file's name, for errors. */
  readonly name: string
  /** The format of the recording. If absent, the content decides. */
  readonly format?: RecordingFormat | undefined
  /** The greatest number of messages in a batch. If absent, a batch has all messages of a chunk. */
  readonly most?: number | undefined
  /** Places the entries; given by who wants to know how, and a new one when absent. */
  readonly position?: RecordingPosition | undefined
  /** Told of the fields of a line that no envelope has; may refuse the line with a `TidingsError`. */
  readonly onUnknown?: ((names: readonly string[]) => void) | undefined
  /** Called for every header. */
  readonly onHeader?: ((header: RecordingHeader) => void) | undefined
}

const NEWLINE = 0x0a
const HEAD = 4096

/**
 * Reads a recording of any known format in constant memory: batches of messages in the file's order, a broken line as an item
 * of its own in its place. Blank lines are left out. Rejects with what the chunks reject with, and at a header of a newer format with a `TidingsError` of
 * kind bad-input, after everything before it.
 */
export async function* readRecording(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadRecordingOptions
): AsyncGenerator<RecordingItem[]> {
  const source = chunks[Symbol.asyncIterator]()
  const head = await readHead(source)
  const all = resume(head, source)
  const format = options.format ?? recogniseFormat(textOf(head))
  if (format === 'tidings') return yield* readLines(all, options, parseEntry)
  if (format === 'mosquitto') return yield* readLines(all, options, readMosquitto)
  if (format === 'mosquitto-verbose') return yield* readLines(all, options, readVerbose)
  const base64 = format === 'mqtt-recorder' ? false : format === 'mqtt-recorder-base64' ? true : undefined
  const isJson = format === 'mqttx' || format === 'json' || startsList(textOf(head))
  yield* isJson
    ? readJsonRecording(all, { ...options, base64 })
    : readCsvRecording(all, { ...options, base64 })
}

/**
 * As much as tells the format: the first line, or the beginning of a long one. Waits for no more, as stdin may be slow, but where the
 * first line is a bracket alone and says nothing.
 */
async function readHead(source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array()
  while (head.length < HEAD && !/^\s*(?!\{\s*\n)\S[^\n]*\n/.test(textOf(head))) {
    const { done, value } = await source.next()
    if (done) break
    head = head.length === 0 ? value : Buffer.concat([head, value])
  }
  return head
}

async function* resume(head: Uint8Array, source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
  } finally {
    await source.return?.()
  }
}

/** The beginning of a file, without a byte order mark; each byte is one character. */
function textOf(head: Uint8Array): string {
  return Buffer.from(head.subarray(0, HEAD))
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
}

const startsList = (text: string) => /^\[\s*(\{|\]|$)/.test(text)

/**
 * mosquitto_sub writes `tst` first; a list of objects is of mqtt_recorder or MQTTX, an object over several lines that is a connection of
 * MQTTX; other objects are ours; what is no object can only be CSV. Topic and payload (`mosquitto_sub -v`) are never guessed: a damaged
 * recording may look the same.
 */
function recogniseFormat(text: string): 'tidings' | 'mosquitto' | 'csv' | 'json' {
  if (/^\{\s*"tst"\s*:/.test(text)) return 'mosquitto'
  if (startsList(text)) return 'json'
  if (/^\{\s*\n/.test(text) && /\n\s*"clientId"\s*:/.test(text) && /\n\s*"host"\s*:/.test(text)) return 'json'
  return text === '' || text.startsWith('{') ? 'tidings' : 'csv'
}

/** Reads a line that says no more of its place than a time. */
function placed(parse: (line: Uint8Array) => Message) {
  return (line: Uint8Array, position: RecordingPosition): RecordedMessage => {
    const message = parse(line)
    return { position: position.place(undefined, message.time), message }
  }
}

const readMosquitto = placed(parseMosquittoLine)
const readVerbose = placed(parseVerboseLine)

/** Notes whether the last line has a line feed: a broken last line without one was torn by a crash. */
async function* watchEnd(
  chunks: AsyncIterable<Uint8Array>,
  end: { torn: boolean }
): AsyncGenerator<Uint8Array> {
  let last: number | undefined
  for await (const chunk of chunks) {
    last = chunk.at(-1) ?? last
    yield chunk
  }
  end.torn = last !== undefined && last !== NEWLINE
}

async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadRecordingOptions,
  parse: (line: Uint8Array, position: RecordingPosition) => RecordedMessage
): AsyncGenerator<RecordingItem[]> {
  const { most = Number.POSITIVE_INFINITY, position = new RecordingPosition() } = options
  const end = { torn: false }
  let number = 0
  const read = (line: Uint8Array): RecordingItem | undefined => {
    try {
      const header = parse === parseEntry ? parseRecordingHeader(line) : undefined
      if (header !== undefined) {
        position.startAt(header.started)
        options.onHeader?.(header)
        return undefined
      }
      const entry = parse(line, position)
      if (parse === parseEntry && unknownFields.length > 0) options.onUnknown?.(unknownFields)
      return entry
    } catch (error) {
      const broken = atLine(error, options.name, number, end.torn)
      // No line of a format that is unknown can be told from a damaged one.
      if (broken.code === NEWER_RECORDING) throw broken
      return { position: position.last, broken }
    }
  }
  try {
    for await (const lines of lineBatches(watchEnd(chunks, end))) {
      let items: RecordingItem[] = []
      for (const line of lines) {
        number++
        const text = number === 1 ? withoutMark(line) : line
        let item: RecordingItem | undefined
        try {
          if (!isBlank(text) || parse === readVerbose) item = read(text)
        } catch (error) {
          yield items
          throw error
        }
        if (item !== undefined) items.push(item)
        if (items.length < most) continue
        yield items
        items = []
      }
      if (items.length > 0) yield items
    }
  } catch (error) {
    if (!(error instanceof TidingsError && error.code === 'line-too-long')) throw error
    yield [{ position: position.last, broken: atLine(error, options.name, number + 1, false) }]
  }
}

/** Removes the byte order mark that some editors put before the first line. */
function withoutMark(line: Uint8Array): Uint8Array {
  return line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? line.subarray(3) : line
}

/** mosquitto_sub writes an empty line for a payload that is not JSON. */
function isBlank(line: Uint8Array): boolean {
  return line.length === 0 || (line.length === 1 && line[0] === 0x0d)
}
