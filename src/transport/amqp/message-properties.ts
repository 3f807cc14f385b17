import { tableOf } from '../../core/amqp/field-table.js'
import { LONE_SURROGATE } from '../../core/channel-grammar.js'
import type { RefusalReason } from '../../core/connection.js'
import type { Message } from '../../core/message.js'
import type { TextOrBytes } from '../../core/text-or-bytes.js'
import { LONGEST_SHORT_TEXT } from './wire/argument-writer.js'
import type { BasicProperties } from './wire/basic-properties.js'

/** Why no content can hold a message. */
export type Flaw = Pick<RefusalReason, 'reason' | 'suggestion'>

/** The delivery mode of a message that its queue keeps on disk. It is that of a message that asks for none. */
const PERSISTENT = 2
const LARGEST_BYTE = 255

/** What a content header says of the message, or why it cannot. Its expiry is rounded up to whole milliseconds. */
export function propertiesOf(message: Message): BasicProperties | Flaw {
  const { headers, contentType, responseChannel, correlation, expiry, sourceTime, amqp } = message
  const texts: Readonly<Record<string, TextOrBytes | undefined>> = {
    'content type': contentType,
    'response channel': responseChannel,
    correlation,
    'message id': amqp?.messageId,
    type: amqp?.type,
    'app id': amqp?.appId,
    'user id': amqp?.userId,
    'content encoding': amqp?.contentEncoding
  }
  for (const name in texts) {
    const flaw = textFlaw(`the ${name}`, texts[name])
    if (flaw !== undefined) return flaw
  }
  if (expiry !== undefined && !(expiry >= 0 && expiry * 1000 <= Number.MAX_SAFE_INTEGER))
    return {
      reason: `an expiry of ${expiry} is not a number of seconds`,
      suggestion: 'choose a shorter --expiry'
    }
  const { priority, deliveryMode = PERSISTENT } = amqp ?? {}
  if (!isByte(priority ?? 0) || !isByte(deliveryMode))
    return { reason: 'its priority or delivery mode is not a number from 0 to 255' }
  const table = headers.length === 0 && amqp?.table === undefined ? undefined : encodeHeaders(message)
  if (table !== undefined && 'reason' in table) return table
  return {
    contentType,
    contentEncoding: amqp?.contentEncoding,
    table,
    deliveryMode,
    priority,
    correlationId: correlation,
    replyTo: responseChannel,
    expiration: expiry === undefined ? undefined : String(Math.ceil(expiry * 1000)),
    messageId: amqp?.messageId,
    timestamp: sourceTime === undefined ? undefined : Math.max(0, Math.floor(sourceTime / 1_000_000)),
    type: amqp?.type,
    userId: amqp?.userId,
    appId: amqp?.appId
  }
}

export const isFlaw = (value: BasicProperties | Flaw): value is Flaw => 'reason' in value

const isByte = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= LARGEST_BYTE

function encodeHeaders({ headers, amqp }: Message): Uint8Array | Flaw {
  try {
    return tableOf(headers, amqp?.table)
  } catch (error) {
    if (error instanceof RangeError) return { reason: error.message, suggestion: 'make it shorter' }
    throw error
  }
}

function textFlaw(what: string, text: TextOrBytes | undefined): Flaw | undefined {
  if (text === undefined) return undefined
  const bytes = typeof text === 'string' ? Buffer.byteLength(text) : text.length
  if (bytes > LONGEST_SHORT_TEXT)
    return {
      reason: `${what} is ${bytes} bytes long, and ${LONGEST_SHORT_TEXT} is the most`,
      suggestion: 'make it shorter'
    }
  if (typeof text === 'string' && LONE_SURROGATE.test(text))
    return {
      reason: `${what} holds half of a surrogate pair, which is not Unicode`,
      suggestion: 'write the whole character'
    }
  return undefined
}
