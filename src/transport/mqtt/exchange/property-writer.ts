import { LONE_SURROGATE } from '../../../core/channel-grammar.js'
import type { RefusalReason } from '../../../core/connection.js'
import type { MessageFacts } from '../../../core/message.js'
import { quoteName } from '../../../core/visible-text.js'

const NONE = Uint8Array.of(0)
const LARGEST_EXPIRY = 0xffff_ffff

/** Why no packet can hold a message. */
export type Flaw = Pick<RefusalReason, 'reason' | 'suggestion'>

export const tooLong = (what: string): Flaw => ({
  reason: `${what} is longer than 65535 bytes`,
  suggestion: 'make it shorter'
})

/** A flaw that no text of MQTT may have [MQTT-1.5.4-1, MQTT-1.5.4-2]: brokers close the connection over it. */
function textFlaw(what: string, text: string): Flaw | undefined {
  if (text.includes('\0'))
    return { reason: `${what} holds a NUL character`, suggestion: 'leave that character out' }
  if (LONE_SURROGATE.test(text)) {
    const reason = `${what} holds half of a surrogate pair, which is not Unicode`
    return { reason, suggestion: 'write the whole character' }
  }
  return undefined
}

/**
 * The properties of a PUBLISH with their length, or why no packet can hold them. The expiry is rounded up, because MQTT knows whole seconds
 * only.
 */
export function encodePublishProperties(facts: MessageFacts): Uint8Array | Flaw {
  const { mqtt, expiry, headers } = facts
  const parts: Uint8Array[] = []
  if (mqtt?.payloadUtf8 !== undefined) parts.push(Uint8Array.of(0x01, mqtt.payloadUtf8 ? 1 : 0))
  if (expiry !== undefined) {
    const seconds = Math.ceil(expiry)
    if (!(seconds >= 0 && seconds <= LARGEST_EXPIRY))
      return {
        reason: `an expiry of ${expiry} is not a number of seconds up to ${LARGEST_EXPIRY}`,
        suggestion: 'choose a shorter --expiry'
      }
    const part = Buffer.alloc(5)
    part[0] = 0x02
    part.writeUInt32BE(seconds, 1)
    parts.push(part)
  }
  for (const [identifier, name, value] of [
    [0x03, 'content type', facts.contentType],
    [0x08, 'response channel', facts.responseChannel],
    [0x09, 'correlation', facts.correlation]
  ] as const) {
    if (value === undefined) continue
    const flaw = typeof value === 'string' ? textFlaw(`the ${name}`, value) : undefined
    if (flaw !== undefined) return flaw
    const bytes = typeof value === 'string' ? Buffer.from(value) : value
    if (bytes.length > 65_535) return tooLong(`the ${name}`)
    parts.push(Uint8Array.of(identifier), withLength(bytes))
  }
  for (const [name, value] of headers) {
    if (typeof value !== 'string')
      return {
        reason: 'a header holds bytes that are not text',
        suggestion: 'write them as text, for example as base64'
      }
    const flaw = textFlaw("a header's name", name) ?? textFlaw(`the header ${quoteName(name)}`, value)
    if (flaw !== undefined) return flaw
    const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)]
    if (nameBytes.length > 65_535 || valueBytes.length > 65_535) return tooLong('a header')
    parts.push(Uint8Array.of(0x26), withLength(nameBytes), withLength(valueBytes))
  }
  if (parts.length === 0) return NONE
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  if (size > 268_435_455)
    return { reason: 'the headers are larger than any packet', suggestion: 'send fewer of them' }
  const length = Buffer.alloc(4)
  return Buffer.concat([length.subarray(0, writeVariableInteger(length, 0, size)), ...parts])
}

/** Writes a variable byte integer and returns the position behind it. */
export function writeVariableInteger(target: Uint8Array, at: number, value: number): number {
  let next = at
  let left = value
  while (left > 0x7f) {
    target[next++] = (left & 0x7f) | 0x80
    left >>>= 7
  }
  target[next++] = left
  return next
}

function withLength(bytes: Uint8Array): Uint8Array {
  const part = Buffer.allocUnsafe(bytes.length + 2)
  part.writeUInt16BE(bytes.length, 0)
  part.set(bytes, 2)
  return part
}
