import type { HistoryPosition } from '../../core/connection.js'
import { AskingError, askOnce } from './asking-channel.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import { REPLY } from './reply-words.js'
import type { ArgumentReader } from './wire/argument-reader.js'
import { ArgumentWriter } from './wire/argument-writer.js'
import { QUEUE_DECLARE } from './wire/methods.js'

/** The bits of Queue.Declare. */
const PASSIVE = 1
const DURABLE = 2
const EXCLUSIVE = 4
const AUTO_DELETE = 8

/** The bit of Basic.Consume that lets nobody else read the queue. */
const EXCLUSIVE_CONSUMER = 4

/** How long a queue that tidings made is kept while nobody reads it, in milliseconds: seven days. */
export const QUEUE_LIFE = 7 * 24 * 3600 * 1000

/** The queue of a session or of a group. */
export const keptQueue = (name: string): string => `tidings.${name}`

/** Asks for a queue as it is, without making one. */
export const writePassiveDeclare =
  (queue: string) =>
  (to: ArgumentWriter): void =>
    writeDeclare(to, queue, PASSIVE, NO_TABLE)

/** Makes a queue that survives its readers, and the broker's restart. */
export const writeKeptDeclare =
  (queue: string) =>
  (to: ArgumentWriter): void =>
    writeDeclare(to, queue, DURABLE, numberEntry('x-expires', QUEUE_LIFE))

/** Makes a queue of this type, which the broker's nodes keep. */
export const writeTypedDeclare =
  (queue: string, type: 'quorum' | 'stream') =>
  (to: ArgumentWriter): void =>
    writeDeclare(to, queue, DURABLE, textEntry('x-queue-type', type))

/** Makes a queue of this connection alone, whose name the broker chooses. */
export const writePassingDeclare = (to: ArgumentWriter): void =>
  writeDeclare(to, '', EXCLUSIVE | AUTO_DELETE, NO_TABLE)

/** Deletes a queue, with readers and messages or without. */
export const writeDelete =
  (queue: string) =>
  (to: ArgumentWriter): void => {
    to.twoBytes(0)
    to.shortText(queue)
    to.byte(0)
  }

/** Asks for an exchange as it is, without making one. */
export const writePassiveExchange =
  (exchange: string) =>
  (to: ArgumentWriter): void => {
    to.twoBytes(0)
    to.shortText(exchange)
    // The type counts only where an exchange is made.
    to.shortText('')
    to.byte(PASSIVE)
    to.longBytes(NO_TABLE)
  }

const NO_TABLE = Buffer.alloc(0)

function writeDeclare(to: ArgumentWriter, queue: string, bits: number, table: Uint8Array): void {
  to.twoBytes(0)
  to.shortText(queue)
  to.byte(bits)
  to.longBytes(table)
}

/** An empty queue name is that of the queue which was declared last on the channel. */
export const writeBind =
  (queue: string, exchange: string, key: string) =>
  (to: ArgumentWriter): void => {
    to.twoBytes(0)
    to.shortText(queue)
    to.shortText(exchange)
    to.shortText(key)
    to.byte(0)
    to.longBytes(NO_TABLE)
  }

/** @param count how many messages the next consumer of the channel may hold unacknowledged */
export const writeQos =
  (count: number) =>
  (to: ArgumentWriter): void => {
    to.fourBytes(0)
    to.twoBytes(count)
    to.byte(0)
  }

export interface ConsumeRequest {
  readonly queue: string
  readonly tag: string
  readonly isExclusive: boolean
  /** Where to begin in a stream. */
  readonly from?: Exclude<HistoryPosition, { last: number }> | undefined
}

export const writeConsume =
  ({ queue, tag, isExclusive, from }: ConsumeRequest) =>
  (to: ArgumentWriter): void => {
    to.twoBytes(0)
    to.shortText(queue)
    to.shortText(tag)
    to.byte(isExclusive ? EXCLUSIVE_CONSUMER : 0)
    to.longBytes(from === undefined ? NO_TABLE : offsetEntry(from))
  }

const OFFSET = 'x-stream-offset'

function offsetEntry(from: NonNullable<ConsumeRequest['from']>): Uint8Array {
  if (typeof from !== 'string')
    return 'offset' in from
      ? numberEntry(OFFSET, from.offset)
      : entry(OFFSET, 'T', (to) => to.eightBytes(Math.max(0, Math.floor(from.time / 1_000_000))))
  return textEntry(OFFSET, from === 'beginning' ? 'first' : 'next')
}

const numberEntry = (name: string, value: number): Uint8Array =>
  entry(name, 'l', (to) => to.eightBytes(value))

const textEntry = (name: string, value: string): Uint8Array =>
  entry(name, 'S', (to) => to.longBytes(Buffer.from(value)))

function entry(name: string, type: string, write: (to: ArgumentWriter) => void): Uint8Array {
  const to = new ArgumentWriter(64)
  to.shortText(name)
  to.byte(type.charCodeAt(0))
  write(to)
  return to.written
}

/** What a broker says of a queue. */
export interface QueueState {
  /** How many messages wait for a reader. Of a stream, RabbitMQ tells what it held some seconds ago. */
  readonly ready: number
}

/** Reads the arguments of Queue.DeclareOk. */
export function readQueueState(answer: ArgumentReader): QueueState {
  answer.shortText()
  return { ready: answer.fourBytes() }
}

/**
 * How many messages are ready in a queue; `undefined` if there is no such queue. Rejects with `AskingError` if the broker does not say.
 */
export async function messagesIn(network: AmqpNetworkConnection, queue: string): Promise<number | undefined> {
  try {
    const state = await askOnce(network, QUEUE_DECLARE, writePassiveDeclare(queue), readQueueState)
    return state.ready
  } catch (error) {
    if (error instanceof AskingError && isMissing(error.error)) return undefined
    throw error
  }
}

/** Whether the broker says that there is no such queue. One whose node is down exists. */
export const isMissing = ({ code, text }: { code: number; text: string }): boolean =>
  code === REPLY.notFound && !text.includes('is down')
