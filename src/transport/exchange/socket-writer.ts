import type { OpenedSocket } from '../sockets/open-socket.js'
import type { OpenBatch } from './open-batch.js'

/** Holds the frames for a chunk of 128 KiB of lines, so that they go out in one write and not in a large and a small one. */
const BUFFER_SIZE = 163_840
/** Publishing pauses when this many bytes wait for the socket. */
const FULL = 524_288
/** Buffers kept for reuse. */
const POOLED = 6

interface Buffered {
  readonly bytes: Buffer
  /** Writes to the socket that still read from it. */
  pending: number
}

/** Messages of one batch in one write that count as sent once the socket has taken it. */
interface Flushing {
  readonly batch: OpenBatch
  count: number
}

const spare: Buffered[] = []

/**
 * Gathers what is written to one network connection in large reused buffers, so that many messages cost one system call. Counts what the
 * socket has not yet taken.
 */
export class SocketWriter {
  readonly #socket: OpenedSocket['stream']
  readonly #onTaken: (sent: number) => void
  #buffer: Buffered = spare.pop() ?? { bytes: Buffer.allocUnsafeSlow(BUFFER_SIZE), pending: 0 }
  #start = 0
  #end = 0
  #gathered: Flushing[] = []
  readonly #written = new Set<Flushing[]>()
  #unflushed = 0
  #lost = false

  /** @param onTaken called each time the socket has taken a write, with how many messages counted by `countFlushing` that has sent */
  constructor(socket: OpenedSocket['stream'], onTaken: (sent: number) => void) {
    this.#socket = socket
    this.#onTaken = onTaken
  }

  /** Whether so many bytes wait for the socket that publishing pauses. */
  get full(): boolean {
    return this.#unflushed + this.#end - this.#start >= FULL
  }

  get idle(): boolean {
    return this.#unflushed === 0 && this.#end === this.#start
  }

  get lost(): boolean {
    return this.#lost
  }

  /** Where `reserve` has made room. */
  get bytes(): Buffer {
    return this.#buffer.bytes
  }

  /** Takes `size` bytes in one piece, which the caller then writes to in `bytes`. Returns where they begin. */
  reserve(size: number): number {
    if (this.#end + size > this.#buffer.bytes.length) this.#renew(size)
    const at = this.#end
    this.#end = at + size
    return at
  }

  /** Hands what was gathered to the socket. */
  flush(): void {
    if (this.#end === this.#start) return
    const buffer = this.#buffer
    const bytes = buffer.bytes.subarray(this.#start, this.#end)
    this.#start = this.#end
    buffer.pending++
    this.#write(bytes, buffer)
  }

  /** Writes these very bytes behind what was gathered. They must stay untouched until the socket has taken them. */
  writeThrough(bytes: Buffer): void {
    this.flush()
    this.#write(bytes, undefined)
  }

  /** One message of the batch, in what is gathered or written next, counts as sent once the socket has taken it. */
  countFlushing(batch: OpenBatch): void {
    const last = this.#gathered.at(-1)
    if (last?.batch === batch) last.count++
    else this.#gathered.push({ batch, count: 1 })
  }

  /** The connection is gone: nothing more is written. Gives up the counted messages that the socket has not taken. */
  lose(): void {
    this.#lost = true
    this.#end = this.#start
    this.giveUp()
  }

  /** Gives up the counted messages that the socket has not taken. They are sent at most once, so they are never sent again. */
  giveUp(): void {
    this.#written.add(this.#gathered)
    for (const flushing of this.#written) for (const { batch, count } of flushing) batch.giveUp(count)
    this.#written.clear()
    this.#gathered = []
  }

  #write(bytes: Buffer, buffer: Buffered | undefined): void {
    if (this.#socket.destroyed) return
    const flushing = this.#gathered
    if (flushing.length > 0) {
      this.#gathered = []
      this.#written.add(flushing)
    }
    this.#unflushed += bytes.length
    this.#socket.write(bytes, (error) => {
      if (buffer !== undefined) this.#release(buffer)
      if (this.#lost || error) return
      this.#unflushed -= bytes.length
      this.#onTaken(this.#written.delete(flushing) ? send(flushing) : 0)
    })
  }

  #renew(size: number): void {
    this.flush()
    const full = this.#buffer
    if (full.pending === 0) recycle(full)
    this.#buffer =
      size > BUFFER_SIZE
        ? { bytes: Buffer.allocUnsafeSlow(size), pending: 0 }
        : (spare.pop() ?? { bytes: Buffer.allocUnsafeSlow(BUFFER_SIZE), pending: 0 })
    this.#start = 0
    this.#end = 0
  }

  #release(buffer: Buffered): void {
    buffer.pending--
    if (buffer.pending > 0) return
    if (buffer !== this.#buffer) recycle(buffer)
    else if (this.#start === this.#end) {
      this.#start = 0
      this.#end = 0
    }
  }
}

function send(flushing: readonly Flushing[]): number {
  let sent = 0
  for (const { batch, count } of flushing) {
    batch.send(count)
    sent += count
  }
  return sent
}

function recycle(buffer: Buffered): void {
  if (spare.length < POOLED && buffer.bytes.length === BUFFER_SIZE) spare.push(buffer)
}
