import type { Guarantee, Message } from '../../core/message.js'
import type { UniformBatch } from '../../core/message-batch.js'
import type { OpenBatch } from '../exchange/open-batch.js'
import type { ProducerNumber } from './producer-identity.js'
import type { Compression } from './records/compression.js'
import { headersWithFacts } from './records/header-facts.js'
import { RecordBatch, recordSize } from './records/record-batch.js'

/**
 * Bytes of a batch. A topic takes 1,048,588 unless it is configured otherwise; a message that is larger makes a batch of its own, and the
 * broker decides.
 */
const LARGEST_BATCH = 1_000_000
/** A batch so full has gathered: the next partition without a key has its turn. */
const GATHERED = 0.9
/** Bytes for a batch, and for a chunk of the input behind it. */
const CAPACITY = LARGEST_BATCH + 160_000
/** Room for one short message, so that a lone message takes little memory. */
const FIRST_CAPACITY = 1024

/** Consecutive messages of a batch that was handed to `publish`, on their way. */
export interface Run {
  readonly open: OpenBatch
  /** The place of the first one in that batch. */
  readonly index: number
  count: number
}

/** Records for one partition that are sent together. */
export interface PendingBatch {
  readonly records: RecordBatch
  readonly runs: Run[]
  readonly guarantee: Guarantee
  /** As it is sent. The same bytes are sent again, so that an idempotent producer's copy is recognised. */
  sealed: Buffer | undefined
  /** The number of its first record, with an idempotent producer, and that producer. */
  sequence: number | undefined
  producerId: number | undefined
  /** When a broker first said that it cannot take it at present, in milliseconds since the machine's start. */
  troubledSince: number | undefined
  /** How often in a row the network connection ended while it was on its way. */
  losses: number
}

/** The messages that wait to be sent to one partition, in their order. */
export class PartitionQueue {
  readonly waiting: PendingBatch[] = []
  /** The batch that is on its way. One at a time, so that no other can overtake it. */
  sending: PendingBatch | undefined
  /** The number of the next record, with an idempotent producer. */
  #sequence = 0
  #producerId = -1
  #largest = LARGEST_BATCH

  constructor(
    readonly topic: string,
    readonly partition: number
  ) {}

  /** Whether the last batch that waits has room for much more. */
  get hasRoom(): boolean {
    const last = this.waiting.at(-1)
    return last !== undefined && last.sealed === undefined && last.records.size < this.#largest * GATHERED
  }

  /** Batches get no more bytes than this, unless one message alone has more. */
  limitTo(bytes: number): void {
    this.#largest = Math.min(this.#largest, bytes)
  }

  /**
   * Appends a message.
   * @param now milliseconds since 1970, for a message that has no time of its own
   */
  append(open: OpenBatch, index: number, message: Message, guarantee: Guarantee, now: number): void {
    const headers = headersWithFacts(message)
    const batch = this.#batchFor(recordSize(message, headers), guarantee)
    batch.records.append(message, headers, timestampOf(message, now))
    addRun(batch, open, index, 1)
  }

  /**
   * Appends messages that differ only in their payloads, up to the end of the batch that gathers.
   * @param message the first of them
   * @param from its index
   * @returns the index behind the last one that was appended
   */
  appendUniform(
    open: OpenBatch,
    messages: UniformBatch,
    from: number,
    message: Message,
    guarantee: Guarantee,
    now: number
  ): number {
    const headers = headersWithFacts(message)
    const batch = this.#batchFor(recordSize(message, headers), guarantee)
    const facts = { key: message.key, headers, kafka: message.kafka }
    const to = batch.records.appendUniform(messages, from, facts, timestampOf(message, now), this.#largest)
    addRun(batch, open, from, to - from)
    return to
  }

  /** The batch that gathers, or a new one where that has no room for so many bytes more. */
  #batchFor(size: number, guarantee: Guarantee): PendingBatch {
    const last = this.waiting.at(-1)
    if (isOpenFor(last, size, guarantee, this.#largest)) return last
    const capacity = last === undefined ? Math.max(FIRST_CAPACITY, size + 100) : CAPACITY
    const batch = newBatch(guarantee, capacity)
    this.waiting.push(batch)
    return batch
  }

  /**
   * The bytes of a batch as they are sent, the same each time: so an idempotent producer's copy is recognised.
   * @param producer the number of an idempotent producer
   */
  seal(batch: PendingBatch, producer: ProducerNumber | undefined, compression?: Compression): Buffer {
    // One that was sent keeps its number: the broker may have taken it, and have lost the answer.
    if (batch.sealed !== undefined) return batch.sealed
    if (producer === undefined) {
      batch.sealed = batch.records.seal(undefined, compression)
      return batch.sealed
    }
    if (producer.producerId !== this.#producerId) {
      this.#producerId = producer.producerId
      this.#sequence = 0
    }
    batch.producerId = producer.producerId
    batch.sequence = this.#sequence
    this.#sequence = sequenceAfter(this.#sequence, batch.records.count)
    batch.sealed = batch.records.seal({ ...producer, sequence: batch.sequence }, compression)
    return batch.sealed
  }

  /** The broker has not taken this batch, and never will: its numbers go to the next one. */
  forgetSequence({ sequence, producerId }: PendingBatch): void {
    if (sequence !== undefined && producerId === this.#producerId) this.#sequence = sequence
  }

  /** Puts these messages before all others, in batches of at most so many. */
  putBack(runs: readonly Run[], guarantee: Guarantee, now: number, most = Number.POSITIVE_INFINITY): void {
    const rebuilt = new PartitionQueue(this.topic, this.partition)
    rebuilt.limitTo(this.#largest)
    for (const { open, index, count } of runs)
      for (let at = index; at < index + count; at++) {
        const message = open.messages.at(at)
        if (message === undefined) throw new Error('there is no such message')
        const last = rebuilt.waiting.at(-1)
        if (last !== undefined && last.records.count >= most) last.sealed = EMPTY
        rebuilt.append(open, at, message, guarantee, now)
      }
    for (const batch of rebuilt.waiting) batch.sealed = undefined
    this.waiting.unshift(...rebuilt.waiting)
  }
}

/** The number of the record behind `count` others. Brokers begin anew at 0 behind 2^31 - 1. */
export const sequenceAfter = (sequence: number, count: number): number => (sequence + count) % 2 ** 31

/** Marks a batch to which nothing more is appended. */
const EMPTY = Buffer.alloc(0)

function isOpenFor(
  batch: PendingBatch | undefined,
  size: number,
  guarantee: Guarantee,
  largest: number
): batch is PendingBatch {
  return (
    batch !== undefined &&
    batch.sealed === undefined &&
    batch.guarantee === guarantee &&
    batch.records.size + size <= largest
  )
}

const timestampOf = ({ sourceTime }: Message, now: number): number =>
  sourceTime === undefined ? now : Math.floor(sourceTime / 1000)

function addRun({ runs }: PendingBatch, open: OpenBatch, index: number, count: number): void {
  const last = runs.at(-1)
  if (last?.open === open && last.index + last.count === index) last.count += count
  else runs.push({ open, index, count })
}

const newBatch = (guarantee: Guarantee, capacity: number): PendingBatch => ({
  records: new RecordBatch(capacity),
  runs: [],
  guarantee,
  sealed: undefined,
  sequence: undefined,
  producerId: undefined,
  losses: 0,
  troubledSince: undefined
})
