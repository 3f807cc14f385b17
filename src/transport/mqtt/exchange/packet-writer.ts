import type { Duplex } from 'node:stream'
import { type Message, payloadBytes } from '../../../core/message.js'
import { asBuffer } from '../../../core/utf8.js'
import type { OpenBatch } from '../../exchange/open-batch.js'
import { LARGEST_REMAINING_LENGTH, PINGREQ, PUBREL } from './packet-types.js'
import { writeVariableInteger } from './property-writer.js'
import type { PublishTemplate } from './publish-template.js'
import { ReadReceipts } from './read-receipts.js'

/** Holds the packets for a chunk of 128 KiB of lines, so that they go out in one write and not in a large and a small one. */
const BUFFER_SIZE = 163_840
/** A payload from this size on is written to the socket as it is, instead of being copied into a buffer. */
const LARGE_PAYLOAD = 32_768
/** A larger write than `LARGE_WRITE` goes out in pieces of this size, each after the socket has taken the one before, so that a slow network shows progress. */
const PIECE = 65_536
const LARGE_WRITE = 4 * PIECE
/** Publishing pauses when this many bytes wait for the socket. */
const FULL = 524_288
const MANY_ACKNOWLEDGEMENTS = 262_144
/** Buffers kept for reuse. */
const POOLED = 6

interface Buffered {
  readonly bytes: Buffer
  /** Writes to the socket that still read from it. */
  pending: number
}

/** QoS 0 messages of one batch in one write. */
interface Flushing {
  readonly batch: OpenBatch
  count: number
}

interface Piece {
  readonly bytes: Buffer
  /** Called when the socket has taken the piece, or cannot; absent where further pieces of the same write follow. */
  readonly taken: ((error: Error | null | undefined) => void) | undefined
}

const spare: Buffered[] = []

/**
 * Writes whole packets to one network connection: ours gathered in large reused buffers, those of mqtt.js as they come.
 * Counts what the socket has not yet taken, and acknowledges QoS 0 messages when it has.
 */
export class PacketWriter {
  readonly receipts = new ReadReceipts()
  readonly #socket: Duplex
  readonly #onRoom: () => void
  #buffer: Buffered = spare.pop() ?? { bytes: Buffer.allocUnsafeSlow(BUFFER_SIZE), pending: 0 }
  #start = 0
  #end = 0
  #gathered: Flushing[] = []
  readonly #written = new Set<Flushing[]>()
  #unflushed = 0
  /** The pieces of a large write, and what was written after it. The socket has the first one. */
  #pieces: Piece[] = []
  /** A piece is on its way, or its taking is being told, which may add pieces. */
  #isPutting = false
  /** How many pieces of large writes the socket has taken. */
  piecesTaken = 0
  /** Acknowledgements written since the socket last had taken everything. */
  #acknowledgements = 0
  #lost = false

  /** @param onRoom called each time the socket has taken a write */
  constructor(socket: Duplex, onRoom: () => void) {
    this.#socket = socket
    this.#onRoom = onRoom
  }

  /** Whether so many bytes wait for the socket that publishing pauses. */
  get full(): boolean {
    return this.#unflushed + this.#end - this.#start >= FULL
  }

  /** Whether so many acknowledgements wait, for a broker that does not read them, that no further messages may be read. */
  get flooded(): boolean {
    return this.#acknowledgements > MANY_ACKNOWLEDGEMENTS
  }

  get idle(): boolean {
    return this.#unflushed === 0 && this.#end === this.#start
  }

  get lost(): boolean {
    return this.#lost
  }

  /** @param batch is told when the socket has taken a QoS 0 message */
  publish(template: PublishTemplate, message: Message, id: number, dup: boolean, batch: OpenBatch): void {
    const payload = payloadBytes(message)
    const remaining = template.size + payload.length
    const separate = payload.length >= LARGE_PAYLOAD
    this.#reserve(5 + (separate ? template.size : remaining))
    const target = this.#buffer.bytes
    target[this.#end] = dup ? template.firstByte | 8 : template.firstByte
    let at = writeVariableInteger(target, this.#end + 1, remaining)
    at = copy(template.topic, target, at)
    if (template.qos > 0) {
      target[at++] = id >> 8
      target[at++] = id & 0xff
    }
    at = copy(template.properties, target, at)
    this.#end = separate ? at : copy(payload, target, at)
    if (separate) this.flush()
    if (template.qos === 0) this.#countFlushing(batch)
    if (separate) this.#write(asBuffer(payload), undefined, undefined)
  }

  /** A PUBACK, PUBREC, PUBREL or PUBCOMP; a reason code only where MQTT 5 is spoken. */
  acknowledge(type: number, id: number, code = 0): void {
    this.#acknowledgements++
    this.#reserve(5)
    const target = this.#buffer.bytes
    target[this.#end++] = (type << 4) | (type === PUBREL ? 2 : 0)
    target[this.#end++] = code === 0 ? 2 : 3
    target[this.#end++] = id >> 8
    target[this.#end++] = id & 0xff
    if (code !== 0) target[this.#end++] = code
  }

  /** Writes a whole packet of mqtt.js, behind all that was written before. */
  pass(packet: Buffer, written: () => void): void {
    this.flush()
    if ((packet[0] as number) >> 4 === PINGREQ) this.receipts.asked()
    this.#write(packet, undefined, written)
  }

  /** Hands what was gathered to the socket. */
  flush(): void {
    if (this.#end === this.#start) return
    const buffer = this.#buffer
    const bytes = buffer.bytes.subarray(this.#start, this.#end)
    this.#start = this.#end
    buffer.pending++
    this.#write(bytes, buffer, undefined)
  }

  /** Ends our side of the connection, behind all that was written before. */
  end(done: () => void): void {
    this.flush()
    if (this.#pieces.length === 0) this.#socket.end(done)
    else this.#pieces.push({ bytes: Buffer.alloc(0), taken: () => this.#socket.end(done) })
  }

  /** Ends our exchange on this connection. mqtt.js may still send DISCONNECT. */
  lose(): void {
    this.#lost = true
    this.#end = this.#start
    this.giveUp()
  }

  /** Gives up the QoS 0 messages that the socket has not taken. They are sent at most once, so they are never sent again. */
  giveUp(): void {
    this.#written.add(this.#gathered)
    for (const flushing of this.#written) for (const { batch, count } of flushing) batch.giveUp(count)
    this.#written.clear()
    this.#gathered = []
  }

  #countFlushing(batch: OpenBatch): void {
    this.receipts.wrote()
    const last = this.#gathered.at(-1)
    if (last?.batch === batch) last.count++
    else this.#gathered.push({ batch, count: 1 })
  }

  #write(bytes: Buffer, buffer: Buffered | undefined, written: (() => void) | undefined): void {
    if (this.#socket.destroyed) {
      written?.()
      return
    }
    const flushing = this.#gathered
    if (flushing.length > 0) {
      this.#gathered = []
      this.#written.add(flushing)
    }
    this.#unflushed += bytes.length
    this.#put(bytes, (error) => {
      written?.()
      if (buffer !== undefined) this.#release(buffer)
      if (this.#lost || error) return
      this.#unflushed -= bytes.length
      if (this.#unflushed === 0) this.#acknowledgements = 0
      if (this.#written.delete(flushing)) {
        for (const { batch, count } of flushing) {
          this.receipts.flushed(count)
          batch.send(count)
        }
      }
      this.#onRoom()
    })
  }

  #put(bytes: Buffer, taken: (error: Error | null | undefined) => void): void {
    if (this.#pieces.length === 0 && bytes.length <= LARGE_WRITE) {
      this.#socket.write(bytes, taken)
      return
    }
    let at = 0
    for (; at + PIECE < bytes.length; at += PIECE)
      this.#pieces.push({ bytes: bytes.subarray(at, at + PIECE), taken: undefined })
    this.#pieces.push({ bytes: bytes.subarray(at), taken })
    if (!this.#isPutting) this.#putPiece()
  }

  #putPiece(): void {
    const piece = this.#pieces[0]
    this.#isPutting = piece !== undefined
    if (piece === undefined) return
    this.#socket.write(piece.bytes, (error) => {
      this.piecesTaken++
      this.#pieces.shift()
      piece.taken?.(error)
      this.#putPiece()
    })
  }

  /** Makes room for `size` bytes in one piece. */
  #reserve(size: number): void {
    if (this.#end + size <= this.#buffer.bytes.length) return
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

/** The length of the whole packet, fixed header included; infinite if no packet can be so large. */
export function publishSize(template: PublishTemplate, payloadSize: number): number {
  const remaining = template.size + payloadSize
  if (remaining < 128) return remaining + 2
  if (remaining < 16_384) return remaining + 3
  if (remaining < 2_097_152) return remaining + 4
  return remaining > LARGEST_REMAINING_LENGTH ? Number.POSITIVE_INFINITY : remaining + 5
}

function recycle(buffer: Buffered): void {
  if (spare.length < POOLED && buffer.bytes.length === BUFFER_SIZE) spare.push(buffer)
}

/** Below about 40 bytes, a loop is faster than a call of `set`. */
function copy(from: Uint8Array, target: Buffer, at: number): number {
  const length = from.length
  if (length > 40) target.set(from, at)
  else for (let i = 0; i < length; i++) target[at + i] = from[i] as number
  return at + length
}
