import { viewOf } from '../../core/utf8.js'
import type { ReadInto } from '../sockets/read-into.js'

/** The largest answer that is taken. A broker sends less than was asked for, or one batch that is larger. */
const LARGEST = 512 * 1024 * 1024
/** The number of the request that is answered. */
const LEAST = 4
/** Bytes that are read at once where no long answer is expected. */
const ROOM = 65_536
/** The rest of an answer is read to where it belongs if it is longer than this. */
const LONG_REST = 16_384
/** Answers of these sizes get memory that is used again: to make new memory of a megabyte costs more than to fill it. */
const LEAST_KEPT = 262_144
const MOST_KEPT = 8 * 1024 * 1024
/** So many are read at the same time: while the messages of one are written, the next one comes. */
const MOST_SPARE = 2

/** What the bytes of a network connection turn out to be. */
export interface FrameEvents {
  /** An answer, without its size: a view that nobody else writes to before it is released. Throws a RangeError for what is none. */
  take(answer: Buffer): void
  /** They are no answer. */
  violated(why: string): void
}

/** Cuts the bytes of a network connection into answers, each with its size before it. */
export class ResponseFrames implements ReadInto {
  #events: FrameEvents | undefined
  readonly #size = Buffer.alloc(4)
  #sizeBytes = 0
  #answer: Buffer | undefined
  #filled = 0
  #room: Buffer | undefined
  /** Memory of answers that were taken, and are not released. */
  readonly #lent = new WeakSet<ArrayBufferLike>()
  readonly #spare: Buffer[] = []

  /** Tells what comes from now on. Nothing may come before. */
  start(events: FrameEvents): void {
    this.#events = events
  }

  /** Where bytes of the network are to be read to: the rest of a long answer to where it belongs. */
  room(): Uint8Array {
    const answer = this.#answer
    if (answer !== undefined && answer.length - this.#filled > LONG_REST) return viewOf(answer, this.#filled)
    this.#room ??= Buffer.allocUnsafeSlow(ROOM)
    return this.#room
  }

  /** Takes the next bytes of the network connection, in `room` or elsewhere. */
  came(bytes: Uint8Array): void {
    try {
      this.#feed(bytes)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.#events?.violated(error.message)
    }
  }

  /** Nobody reads an answer any more, of which this is a view: another one may get its memory. */
  release({ buffer }: Uint8Array): void {
    if (this.#lent.delete(buffer) && this.#spare.length < MOST_SPARE)
      this.#spare.push(Buffer.from(buffer as ArrayBuffer))
  }

  #feed(bytes: Uint8Array): void {
    if (bytes.buffer === this.#answer?.buffer) {
      this.#filled += bytes.length
      this.#finish()
      return
    }
    for (let at = 0; at < bytes.length; ) {
      if (this.#answer === undefined) at = this.#begin(bytes, at)
      else {
        const count = Math.min(bytes.length - at, this.#answer.length - this.#filled)
        this.#answer.set(viewOf(bytes, at, at + count), this.#filled)
        this.#filled += count
        at += count
        this.#finish()
      }
    }
  }

  #begin(bytes: Uint8Array, from: number): number {
    let at = from
    while (this.#sizeBytes < 4 && at < bytes.length) this.#size[this.#sizeBytes++] = bytes[at++] as number
    if (this.#sizeBytes < 4) return at
    this.#sizeBytes = 0
    const size = this.#size.readUInt32BE()
    if (size < LEAST || size > LARGEST) throw new RangeError(`an answer of ${size} bytes`)
    // Allocated once and filled: joining a growing answer would copy it again and again.
    this.#answer = this.#memoryFor(size)
    this.#filled = 0
    return at
  }

  #memoryFor(size: number): Buffer {
    if (size < LEAST_KEPT || size > MOST_KEPT) return Buffer.allocUnsafeSlow(size)
    const at = this.#spare.findIndex(({ length }) => length >= size)
    // Memory that is too small goes: it would be too small for the next ones, too.
    const [spare] = this.#spare.splice(Math.max(0, at), 1)
    const isFit = spare !== undefined && spare.length >= size
    const memory = isFit ? spare : Buffer.allocUnsafeSlow(Math.ceil(size / LEAST_KEPT) * LEAST_KEPT)
    this.#lent.add(memory.buffer)
    return memory.subarray(0, size)
  }

  #finish(): void {
    const answer = this.#answer
    if (answer === undefined || this.#filled < answer.length) return
    this.#answer = undefined
    this.#events?.take(answer)
  }
}
