import { decodePayload, type PayloadEncoding } from '../core/encoded-payload.js'
import { TidingsError } from '../core/errors.js'
import { jsonProblem } from '../core/json/json-text.js'
import { decodeUtf8 } from '../core/utf8.js'
import { isMangledJson, QUOTE_IT } from './mangled-json.js'

/** What the user has said of the payloads. */
export interface SaidOfPayloads {
  /** They are text that stands for the bytes. */
  readonly encoding: PayloadEncoding | undefined
  readonly contentType?: string | undefined
}

/**
 * Turns what was read into the payload.
 * @param place names what was read: `"file.json"`, `stdin`
 * @throws TidingsError of kind bad-input if it is not what the user has said
 */
export type PayloadReading = (read: Uint8Array, place: string) => Uint8Array

/** The place of a payload on the command line. */
export const ARGUMENT = 'PAYLOAD'

/** `application/json` and its like, such as `application/cloudevents+json; charset=utf-8`. */
const JSON_TYPE = /^\s*(?:[\w.+-]+\/(?:[\w.-]+\+)?json)\s*(?:;|$)/i

/** How payloads are read; `undefined` where each is published as it was read. */
export function payloadReadingOf({ encoding, contentType }: SaidOfPayloads): PayloadReading | undefined {
  const isJson = contentType !== undefined && JSON_TYPE.test(contentType)
  if (encoding === undefined && !isJson) return undefined
  return (read, place) => {
    const payload = encoding === undefined ? read : decoded(read, encoding, place)
    if (isJson) checkJson(payload, contentType, place)
    return payload
  }
}

function decoded(read: Uint8Array, encoding: PayloadEncoding, place: string): Uint8Array {
  const payload = decodePayload(read, encoding)
  if (typeof payload !== 'string') return payload
  throw new TidingsError('bad-input', `cannot publish ${place}: it is not ${encoding}: ${payload}`, {
    code: 'invalid-encoding',
    suggestion: 'leave out --encoding to publish the text as it is'
  })
}

function checkJson(payload: Uint8Array, contentType: string, place: string): void {
  const problem = jsonProblem(payload)
  if (problem === undefined) return
  const { line, column, reason } = problem
  const where = `line ${line}, column ${column}`
  const isUnquoted = place === ARGUMENT && isMangledJson(decodeUtf8(payload))
  throw new TidingsError('bad-input', `cannot publish ${place} as ${contentType}: ${where}: ${reason}`, {
    code: 'invalid-json',
    suggestion: isUnquoted ? QUOTE_IT : 'correct it, or name another --content-type',
    details: { line, column }
  })
}
