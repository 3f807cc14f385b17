import {
  type EnvelopeDefaults,
  parseEnvelope,
  type UnknownFields,
  unknownFields
} from '../core/envelope/envelope.js'
import { TidingsError } from '../core/errors.js'
import { jsonProblem } from '../core/json/json-text.js'
import { type KeyedLine, splitKeyedLine } from '../core/keyed-line.js'
import { lineBatches, lineRuns, MAX_LINE_BYTES } from '../core/lines.js'
import { type Message, type MessageFacts, messageOf } from '../core/message.js'
import { KeyedBatch, UniformBatch } from '../core/message-batch.js'
import type { MessageTarget } from '../core/message-target.js'
import { parseRecordingHeader } from '../core/recording/recording-header.js'
import { asBuffer } from '../core/utf8.js'
import type { Input } from '../files/input.js'
import { readWholeFile } from '../files/whole-file.js'
import type { Acceptance } from './acceptance.js'
import type { PayloadReading } from './payload-reading.js'

const isJsonStructure = (payload: Uint8Array): boolean => {
  const first = asBuffer(payload).subarray(0, 64).toString('latin1').trimStart()[0]
  return (first === '{' || first === '[') && jsonProblem(payload) === undefined
}

const IMPLIED = { contentType: 'application/json', isContentTypeImplied: true } as const

/** One message. A JSON object or array gets the content type application/json, unless the user has given another one. */
export function payloadMessage(channel: string, payload: Uint8Array | null, facts: MessageFacts): Message {
  const isUnsaid = facts.contentType === undefined && payload !== null && isJsonStructure(payload)
  return messageOf(channel, payload, isUnsaid ? { ...facts, ...IMPLIED } : facts)
}

/** Reads a payload from a file. A `.json` file that is not read otherwise must hold JSON, or the error names line and column. */
export async function readPayloadFile(
  path: string,
  stop: AbortSignal,
  reading?: PayloadReading
): Promise<Uint8Array> {
  const payload = await readWholeFile(path, stop)
  if (payload.length > MAX_LINE_BYTES) throw tooLarge(`"${path}"`, 'split the file')
  if (reading !== undefined) return reading(payload, `"${path}"`)
  const problem = path.toLowerCase().endsWith('.json') ? jsonProblem(payload) : undefined
  if (problem) {
    throw new TidingsError(
      'bad-input',
      `cannot publish "${path}": line ${problem.line}, column ${problem.column}: ${problem.reason}`,
      {
        code: 'invalid-json',
        suggestion: 'correct the file, or give it another ending than .json to publish it as it is',
        details: { file: path, line: problem.line, column: problem.column }
      }
    )
  }
  return payload
}

const tooLarge = (what: string, suggestion: string) =>
  new TidingsError(
    'bad-input',
    `cannot publish ${what}: more than ${MAX_LINE_BYTES} bytes do not fit into one message`,
    { code: 'payload-too-large', suggestion }
  )

/** Reads all of stdin as one payload. */
export async function readWholeInput(input: Input, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of input.chunks(signal)) {
    chunks.push(chunk)
    size += chunk.length
    if (size > MAX_LINE_BYTES) {
      throw tooLarge('stdin', 'publish one message per line with --lines')
    }
  }
  if (size === 0 && !signal.aborted) {
    throw new TidingsError('bad-input', 'cannot publish stdin: it was empty', {
      code: 'empty-input',
      suggestion: 'name a PAYLOAD, or use --empty to publish an empty message'
    })
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

/** One message per line of input, all alike but for the payload, and for the key where a delimiter ends it. */
export async function* lineMessages(
  input: Input,
  channel: string,
  facts: MessageFacts,
  signal: AbortSignal,
  delimiter?: Uint8Array
): AsyncGenerator<UniformBatch | KeyedBatch> {
  for await (const { bytes, bounds } of lineRuns(input.chunks(signal))) {
    const lines = new UniformBatch(channel, facts, bytes, bounds)
    yield delimiter === undefined ? lines : new KeyedBatch(lines, delimiter)
  }
}

/** How each line becomes a message. */
export interface LineReading {
  /** What stands between key and payload; absent where the lines have no keys. */
  readonly delimiter?: Uint8Array | undefined
  /** Turns a line into the payload; absent where the line is the payload. */
  readonly reading?: PayloadReading | undefined
  readonly acceptance: Acceptance
}

/** One message per line of input, each looked at. The messages before a line that cannot be published come first. */
export async function* readLineMessages(
  input: Input,
  channel: string,
  facts: MessageFacts,
  { delimiter, reading, acceptance }: LineReading,
  signal: AbortSignal
): AsyncGenerator<Message[]> {
  let number = 0
  const cut = (line: Uint8Array): KeyedLine =>
    delimiter === undefined ? { payload: line } : splitKeyedLine(line, delimiter)
  for await (const lines of lineBatches(input.chunks(signal))) {
    const messages: Message[] = []
    for (const line of lines) {
      number++
      try {
        const { key, payload: text } = cut(line)
        const payload = reading === undefined ? text : reading(text, `line ${number} of stdin`)
        const message = messageOf(channel, payload, key === undefined ? facts : { ...facts, key })
        acceptance.check(message, number)
        messages.push(message)
      } catch (error) {
        if (acceptance.skips(error)) continue
        if (messages.length > 0) yield messages
        throw error
      }
    }
    if (messages.length > 0) yield messages
  }
}

/** Whether a line is only white space. Such lines between lines of JSON are skipped. */
const isBlank = (line: Uint8Array) => line[0] !== 0x7b && line.every((byte) => byte <= 0x20)

/** The line without UTF-8's byte order mark, which some editors put before the first line. */
const withoutMark = (line: Uint8Array) =>
  line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? line.subarray(3) : line

/** What envelopes have to fit, and who decides about those that do not. */
export interface EnvelopeReading {
  readonly target: MessageTarget
  readonly unknown: UnknownFields
  readonly acceptance: Acceptance
}

/**
 * Yields one message per envelope line, without a recording's header. A bad line throws an error with its number, after all messages before
 * it were yielded, unless it is left out.
 */
export async function* envelopeMessages(
  input: Input,
  defaults: EnvelopeDefaults,
  { target, unknown, acceptance }: EnvelopeReading,
  signal: AbortSignal
): AsyncGenerator<Message[]> {
  let number = 0
  for await (const lines of lineBatches(input.chunks(signal))) {
    const messages: Message[] = []
    for (const whole of lines) {
      number++
      const line = number === 1 ? withoutMark(whole) : whole
      if (isBlank(line)) continue
      try {
        if (number === 1 && parseRecordingHeader(line) !== undefined) continue
        const message = parseEnvelope(line, defaults)
        if (unknownFields.length > 0) unknown.add(unknownFields)
        const fitting = target.fit(message)
        acceptance.check(fitting, number)
        messages.push(fitting)
      } catch (error) {
        const failure = atLine(error, number)
        if (acceptance.skips(failure)) continue
        if (messages.length > 0) yield messages
        throw failure
      }
    }
    if (messages.length > 0) yield messages
  }
}

function atLine(error: unknown, line: number): unknown {
  if (!(error instanceof TidingsError) || error.details.line === line) return error
  return new TidingsError('bad-input', `cannot publish line ${line} of stdin: ${error.message}`, {
    code: error.code,
    suggestion: `${error.suggestion ?? 'each line is one JSON object such as {"channel":"a/b","payload":{"n":1}}'}; or go on without it: --skip-invalid`,
    details: { ...error.details, line },
    cause: error
  })
}
