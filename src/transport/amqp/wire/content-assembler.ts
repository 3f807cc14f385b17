import { ArgumentReader } from './argument-reader.js'
import { BASIC } from './methods.js'
import { ProtocolError } from './protocol-error.js'

/** RabbitMQ takes no larger body, whatever its configuration says. */
export const LARGEST_BODY = 536_870_912

const NOTHING = Buffer.alloc(0)

/**
 * A content of one channel, put together from the frames of its method, its header and its body. What it holds is valid until the next
 * method; the bytes are views that are never written to again.
 */
export class ContentAssembler {
  /** The method that the content belongs to; 0 while there is none. */
  method = 0
  /** The method's arguments are `argumentBytes[argumentStart..argumentEnd]`. */
  argumentBytes: Buffer = NOTHING
  argumentStart = 0
  argumentEnd = 0
  /** Flags and values of the properties are `propertyBytes[propertyStart..propertyEnd]`. */
  propertyBytes: Buffer = NOTHING
  propertyStart = 0
  propertyEnd = 0
  body: Buffer = NOTHING
  #size = -1
  #held = 0

  /** How many bytes of the body are gathered. */
  get held(): number {
    return this.#held
  }

  /** Whether frames of a content are still to come. */
  get isOpen(): boolean {
    return this.method !== 0
  }

  begin(method: number, bytes: Buffer, start: number, end: number): void {
    this.method = method
    this.argumentBytes = bytes
    this.argumentStart = start
    this.argumentEnd = end
    this.#size = -1
  }

  /** Forgets a content that never became whole, or that was taken. */
  reset(): void {
    this.method = 0
    this.argumentBytes = NOTHING
    this.propertyBytes = NOTHING
    this.body = NOTHING
    this.#held = 0
  }

  /**
   * Takes a frame with a content header. Returns whether the content is whole.
   * @throws ProtocolError for a header that nobody expects, or of a body that no broker sends
   */
  header(bytes: Buffer, start: number, end: number): boolean {
    if (this.method === 0 || this.#size >= 0) throw new ProtocolError('a content header without its method')
    const from = new ArgumentReader(bytes, start, end)
    if (from.twoBytes() !== BASIC) throw new ProtocolError('a content of another class than its method')
    from.twoBytes()
    const size = from.eightBytes()
    if (size > LARGEST_BODY)
      throw new ProtocolError(`a body of ${size} bytes, and ${LARGEST_BODY} are the most`)
    this.propertyBytes = bytes
    this.propertyStart = start + 12
    this.propertyEnd = end
    this.#size = size
    this.#held = 0
    this.body = NOTHING
    return size === 0
  }

  /**
   * Takes a frame with a part of the body. Returns whether the content is whole.
   * @throws ProtocolError for a part that nobody expects, or that is too long
   */
  part(bytes: Buffer, start: number, end: number): boolean {
    const count = end - start
    if (this.method === 0 || this.#size < 0) throw new ProtocolError('a body without its content header')
    if (this.#held + count > this.#size) throw new ProtocolError('a body that is longer than its header says')
    if (count === this.#size) {
      this.body = bytes.subarray(start, end)
      return true
    }
    this.#gather(bytes, start, end)
    return this.#held === this.#size
  }

  /** The body grows with what really comes: a size that is only claimed costs no memory. */
  #gather(bytes: Buffer, start: number, end: number): void {
    const needed = this.#held + end - start
    if (needed > this.body.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(this.#size, Math.max(needed, 2 * this.body.length)))
      this.body.copy(grown, 0, 0, this.#held)
      this.body = grown
    }
    bytes.copy(this.body, this.#held, start, end)
    this.#held = needed
  }
}
