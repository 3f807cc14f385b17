import { ByteWriter } from '../byte-writer.js'
import { encodeEnvelope, parseEnvelope } from '../envelope/envelope.js'
import { badField } from '../envelope/field-reader.js'
import { findJsonValue } from '../json/json-pointer.js'
import type { Message } from '../message.js'
import { asBuffer, decodeUtf8 } from '../utf8.js'
import type { RecordedMessage } from './recording-item.js'
import type { RecordingPosition } from './recording-position.js'

const START = Buffer.from('{"offset":')
const COMMA = 0x2c

// The buffer holds one line at a time.
const scratch = new ByteWriter(4096)

/**
 * Appends an entry: the envelope line with a first field `offset`, the microseconds since the recording's start on a clock that never
 * jumps. `offset` comes first so that a reader of recordings finds it without a search. Readers of envelopes ignore the field.
 */
export function encodeEntry(message: Message, offset: number, into: ByteWriter): void {
  into.writeBytes(START)
  into.writeText(String(offset))
  into.writeByte(COMMA)
  encodeEnvelope(message, scratch)
  const line = scratch.take()
  into.writeBytes(line, 1, line.length)
}

/**
 * Reads an entry, or an envelope line without an offset, and gives it a position in time. Throws a `TidingsError` of kind bad-input,
 * whose message is the reason.
 */
export function parseEntry(line: Uint8Array, position: RecordingPosition): RecordedMessage {
  const comma = leadingOffset(line)
  const message = parseEnvelope(line, undefined, comma === 0 ? 0 : comma + 1)
  return { position: position.place(comma === 0 ? anyOffset(line) : leading, message.time), message }
}

/** The offset of an entry: microseconds since the recording's start. Throws what `parseEntry` throws. */
export function parseOffset(line: Uint8Array): number | undefined {
  parseEnvelope(line)
  return leadingOffset(line) === 0 ? anyOffset(line) : leading
}

/** The number that `leadingOffset` has found. */
let leading = 0

/** Reads the offset at the start of the line, where `encodeEntry` writes it. Returns the place of the comma after it; 0 without offset. */
function leadingOffset(line: Uint8Array): number {
  for (let i = 0; i < START.length; i++) if (line[i] !== START[i]) return 0
  leading = 0
  for (let at = START.length; at < line.length; at++) {
    const byte = line[at] as number
    if (byte === COMMA) return at > START.length ? at : 0
    // No number in JSON, or too large a one: whoever reads the whole line says so.
    if (at - START.length === MOST_DIGITS || (leading === 0 && at > START.length)) return 0
    if (byte < 0x30 || byte > 0x39) return 0
    leading = leading * 10 + byte - 0x30
  }
  return 0
}

/** 31 years. */
const LONGEST_OFFSET = 999_999_999_999_999
const MOST_DIGITS = 15

const OFFSET = ['offset']
const FIELD = Buffer.from('"offset"')

/** Finds the offset at any place of the line: programs such as `jq -S` change the order of fields. */
function anyOffset(line: Uint8Array): number | undefined {
  if (!asBuffer(line).includes(FIELD)) return undefined
  const place = findJsonValue(line, OFFSET)
  if (place === undefined) return undefined
  const value: unknown = JSON.parse(decodeUtf8(line, place.start, place.end))
  // jq writes null for what it does not find, and fractions for what it has divided.
  if (value === null) return undefined
  if (typeof value === 'number' && value >= 0 && value <= LONGEST_OFFSET) return Math.round(value)
  throw badField('offset', value, `must be a number of microseconds from 0 to ${LONGEST_OFFSET}`)
}
