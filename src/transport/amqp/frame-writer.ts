import { asBuffer } from '../../core/utf8.js'
import type { OpenBatch } from '../exchange/open-batch.js'
import type { SocketWriter } from '../exchange/socket-writer.js'
import type { PublishTemplate } from './publish-template.js'
import { BODY, FRAME_END, FRAME_HEAD, FRAME_OVERHEAD } from './wire/frame-types.js'

/** A payload from this size on is written to the socket as it is, instead of being copied into a buffer. */
const LARGE_PAYLOAD = 32_768

/** Below about 40 bytes, a loop is faster than a call of `set`. */
const SHORT = 40

/** Writes whole frames to one network connection. */
export class FrameWriter {
  readonly #out: SocketWriter
  readonly #largestBody: number

  /** @param frameMax the largest frame that the broker takes, in bytes */
  constructor(out: SocketWriter, frameMax: number) {
    this.#out = out
    this.#largestBody = frameMax - FRAME_OVERHEAD
  }

  /**
   * Writes a message: the method, the content header, and the payload in as many frames as it needs.
   * @param counted the batch that is told when the socket has taken the message; absent for a message that the broker confirms
   */
  publish(template: PublishTemplate, payload: Uint8Array, counted?: OpenBatch): void {
    const { head, sizeAt } = template
    const size = payload.length
    if (size >= LARGE_PAYLOAD || size > this.#largestBody) {
      this.#publishLarge(template, payload, counted)
      return
    }
    const length = head.length + (size === 0 ? 0 : size + FRAME_OVERHEAD)
    let at = this.#out.reserve(length)
    const target = this.#out.bytes
    target.set(head, at)
    writeFourBytes(target, size, at + sizeAt)
    if (size > 0) {
      at = writeBodyHead(target, at + head.length, template.channel, size)
      if (size > SHORT) target.set(payload, at)
      else for (let i = 0; i < size; i++) target[at + i] = payload[i] as number
      target[at + size] = FRAME_END
    }
    if (counted !== undefined) this.#out.countFlushing(counted)
  }

  #publishLarge({ head, sizeAt, channel }: PublishTemplate, payload: Uint8Array, counted?: OpenBatch): void {
    const start = this.#out.reserve(head.length)
    this.#out.bytes.set(head, start)
    writeFourBytes(this.#out.bytes, payload.length, start + sizeAt)
    const bytes = asBuffer(payload)
    for (let from = 0; from < bytes.length; from += this.#largestBody) {
      const part = bytes.subarray(from, from + this.#largestBody)
      const at = this.#out.reserve(FRAME_HEAD)
      writeBodyHead(this.#out.bytes, at, channel, part.length)
      this.#out.writeThrough(part)
      const end = this.#out.reserve(1)
      this.#out.bytes[end] = FRAME_END
    }
    if (counted !== undefined) this.#out.countFlushing(counted)
  }
}

function writeBodyHead(target: Buffer, at: number, channel: number, size: number): number {
  target[at] = BODY
  target[at + 1] = channel >> 8
  target[at + 2] = channel & 0xff
  writeFourBytes(target, size, at + 3)
  return at + FRAME_HEAD
}

function writeFourBytes(target: Buffer, value: number, at: number): void {
  target[at] = value >>> 24
  target[at + 1] = (value >>> 16) & 0xff
  target[at + 2] = (value >>> 8) & 0xff
  target[at + 3] = value & 0xff
}
