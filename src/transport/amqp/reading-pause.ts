import { pause } from '../connecting/back-off.js'
import type { AmqpNetworkConnection } from './network-connection.js'

/** How long to wait until a queue that cannot be read for a while is tried again, in milliseconds. */
const RETRY = 1000

/** A time in which a queue cannot be read, of which the user is told once. */
export class ReadingPause {
  readonly #what: string
  readonly #warn: (text: string) => void
  #isTold = false

  /** @param what the queue, in words */
  constructor(what: string, warn: (text: string) => void) {
    this.#what = what
    this.#warn = warn
  }

  /** Tells why, and waits until the queue may be tried again; not longer than the network connection lasts. */
  async wait(reason: string, network: AmqpNetworkConnection): Promise<void> {
    if (!this.#isTold) this.#warn(`cannot read ${this.#what} at present: ${reason}; waiting`)
    this.#isTold = true
    const over = new AbortController()
    void network.ended.then(() => over.abort())
    await pause(RETRY, over.signal)
  }

  /** The queue is read. */
  end(): void {
    if (this.#isTold) this.#warn(`${this.#what} is read again`)
    this.#isTold = false
  }
}
