import { compactJson, scanJson } from '../json/json-text.js'
import { asBuffer, decodeUtf8, viewOf } from '../utf8.js'
import { badEnvelope, badField, isBase64 } from './field-reader.js'
import { ends, hasAny, isPresent, isSame, lineField, parseField, starts } from './line-fields.js'

const PAYLOAD = lineField('payload')
const ENCODING = lineField('encoding')
const RAW = lineField('raw')

/**
 * The payload of a line that `findFields` has searched. The payload may be a view of the line.
 * @throws TidingsError of kind bad-input if there is no payload, or the payload is not what `encoding` says
 */
export function readPayload(line: Uint8Array): Uint8Array | null {
  if (!hasAny(1 << PAYLOAD)) {
    // A tombstone removes what was there, so that it has to be said in full.
    if (hasAny(1 << ENCODING) && parseField(line, ENCODING) === 'null')
      throw badEnvelope(MISSING, 'write "payload":null,"encoding":"null" for no payload')
    throw badEnvelope(MISSING)
  }
  const start = starts[PAYLOAD] as number
  const end = ends[PAYLOAD] as number
  const encoding = readEncoding(line)
  if (encoding === 'json') return readJson(line, start, end)
  if (encoding === 'null') {
    if (line[start] === 0x6e) return null
    throw badField('payload', parseField(line, PAYLOAD), 'must be null, as "encoding" is "null"')
  }
  if (encoding !== 'text' && encoding !== 'base64')
    throw badField('encoding', encoding, 'must be "json", "text", "base64" or "null"')
  if (line[start] !== 0x22)
    throw badEnvelope(`field "payload" must be a string, as "encoding" is "${encoding}"`)
  return encoding === 'text'
    ? readText(line, PAYLOAD, 'payload')
    : readBase64(decodeUtf8(line, start + 1, end - 1))
}

const MISSING = 'field "payload" is missing'
const BOTH_NULL = 'fields "payload" and "encoding" are both null: is it no payload, or the JSON value null?'
const WHICH_NULL = 'write "encoding":"null" for no payload, "encoding":"json" for the JSON value null'
const JSON_ENCODING = Buffer.from('"json"')

function readEncoding(line: Uint8Array): unknown {
  if (!isPresent(line, ENCODING)) {
    // jq writes null for what it does not find, but which null is meant here?
    if (hasAny(1 << ENCODING) && line[starts[PAYLOAD] as number] === 0x6e)
      throw badEnvelope(BOTH_NULL, WHICH_NULL)
    return 'json'
  }
  if (isSame(JSON_ENCODING, line, starts[ENCODING] as number, ends[ENCODING] as number)) return 'json'
  return parseField(line, ENCODING)
}

/** `raw` is the exact text of JSON that spanned lines. It counts only if it says the same as `payload`, so that an edit with jq wins. */
function readJson(line: Uint8Array, start: number, end: number): Uint8Array {
  const payload = viewOf(line, start, end)
  if (!isPresent(line, RAW)) return payload
  const raw = readText(line, RAW, 'raw')
  if (!scanJson(raw).ok) return payload
  return asBuffer(compactJson(raw)).equals(compactJson(payload)) ? raw : payload
}

function readText(line: Uint8Array, field: number, name: string): Uint8Array {
  const start = starts[field] as number
  const end = ends[field] as number
  if (line[start] === 0x22) {
    const inside = viewOf(line, start + 1, end - 1)
    if (!inside.includes(0x5c)) return inside
  }
  const text = parseField(line, field)
  if (typeof text !== 'string') throw badField(name, text, 'must be a string')
  if (/\p{Surrogate}/u.test(text))
    throw badField(name, text, 'holds half of a surrogate pair, which UTF-8 cannot say')
  return Buffer.from(text)
}

function readBase64(text: string): Uint8Array {
  if (!isBase64(text)) throw badField('payload', text, 'must be base64, as "encoding" says')
  return Buffer.from(text, 'base64')
}
