import { formatByteSize } from '../../../core/byte-size.js'
import { counted } from '../../../core/counted.js'
import { jsonProblem } from '../../../core/json/json-text.js'
import { decodeUtf8, isUtf8 } from '../../../core/utf8.js'
import { type FieldShape, fieldOf, type TextField } from './text-field.js'
import { isSeen } from './typed-text.js'

/** The longest payload that is edited in the form, in code units. A longer one is edited in an editor. */
export const LONGEST_PAYLOAD = 64 * 1024

const LONG = 200

/** How a payload is edited in the form. */
export const PAYLOAD_SHAPE: FieldShape = { hasLines: true, longest: LONGEST_PAYLOAD }

/** A payload that is being written: a text, or bytes that are sent as they are. */
export type PayloadField =
  | { readonly kind: 'text'; readonly field: TextField }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly why: 'binary' | 'long' | 'unseen' }

/** The payload to begin with. What the form cannot show is kept byte for byte. */
export function payloadFieldOf(bytes: Uint8Array): PayloadField {
  if (!isUtf8(bytes)) return { kind: 'bytes', bytes, why: 'binary' }
  const text = decodeUtf8(bytes)
  if (text.length > LONGEST_PAYLOAD) return { kind: 'bytes', bytes, why: 'long' }
  if (!isSeen(text)) return { kind: 'bytes', bytes, why: 'unseen' }
  // Of a long text, the user wants to see the beginning.
  const isLong = text.includes('\n') || text.length > LONG
  return { kind: 'text', field: isLong ? { text, cursor: 0 } : fieldOf(text) }
}

/** The bytes that are sent. */
export const bytesOf = (payload: PayloadField): Uint8Array =>
  payload.kind === 'text' ? Buffer.from(payload.field.text) : payload.bytes

/** A size in words: exact where it is small. */
export const byteSizeOf = ({ length }: Uint8Array): string =>
  length < 1024 ? counted(length, 'byte') : formatByteSize(length)

/** What is known of a payload while it is being written. */
export interface PayloadState {
  readonly text: string
  readonly tone: 'good' | 'dim' | 'bad'
  /** Where the text stops being JSON, in code units; only where it was to be JSON. */
  readonly brokenAt?: number
}

const KEPT = {
  binary: 'not text; Del removes them',
  long: 'too long for this form; ^E edits them, Del removes them',
  unseen: 'text with control characters; ^E edits it, Del removes it'
} as const

/** Says what the payload is, and where it stops being JSON if it looks as if it is to be JSON. */
export function payloadState(payload: PayloadField, contentType: string): PayloadState {
  const bytes = bytesOf(payload)
  const size = byteSizeOf(bytes)
  if (payload.kind === 'bytes') return { text: `${size}: ${KEPT[payload.why]}`, tone: 'dim' }
  if (bytes.length === 0) return { text: 'empty', tone: 'dim' }
  const problem = jsonProblem(bytes)
  if (!problem) return { text: `JSON, ${size}`, tone: 'good' }
  const { text } = payload.field
  if (!/^\s*[[{"]/.test(text) && !/[/+]json\b/i.test(contentType))
    return { text: `text, ${size}`, tone: 'dim' }
  const { line, column, reason } = problem
  return {
    text: `not JSON at line ${line}, column ${column}: ${reason}`,
    tone: 'bad',
    brokenAt: placeOf(text, problem)
  }
}

/** The place of a line and a column, both from 1, in code units. Columns count characters. */
function placeOf(text: string, { line, column }: { line: number; column: number }): number {
  let at = 0
  for (let passed = 1; passed < line; passed++) at = text.indexOf('\n', at) + 1
  for (let passed = 1; passed < column && at < text.length; passed++)
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
  return at
}
