import { Duplex } from 'node:stream'

/** The network in memory, for what a server should not send: what the client writes is thrown away. */
export class HostileSocket extends Duplex {
  bytesIn = 0
  #ended = false

  override _read(): void {}

  override _write(_chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    done()
  }

  feed(bytes: Buffer): void {
    this.bytesIn += bytes.length
    if (!this.destroyed && !this.#ended) this.push(bytes)
  }

  closeByBroker(): void {
    if (!this.#ended && !this.destroyed) this.push(null)
    this.#ended = true
    // As a socket does that is open in neither direction.
    setImmediate(() => this.destroy())
  }
}
