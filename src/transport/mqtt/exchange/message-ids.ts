import type { MessageIdProvider } from './exchange-options.js'

const LARGEST = 65_535
const FREE = 0
const OF_SESSION = 1
const OF_PUBLISHING = 2

/**
 * The packet identifiers in use, shared by mqtt.js (SUBSCRIBE, UNSUBSCRIBE) and our publishing so that they never
 * collide [MQTT-2.2.1-2]. mqtt.js clears its ids with each CONNACK; those of messages in flight stay.
 */
export class MessageIds implements MessageIdProvider {
  readonly #owners = new Uint8Array(LARGEST + 1)
  #last = 0
  /** How many ids mqtt.js holds. */
  #ofSession = 0
  #lastOfSession: number | null = null

  allocate(): number | null {
    const id = this.#take(OF_SESSION)
    if (id !== null) {
      this.#lastOfSession = id
      this.#ofSession++
    }
    return id
  }

  getLastAllocated(): number | null {
    return this.#lastOfSession
  }

  register(id: number): boolean {
    if (id < 1 || id > LARGEST || this.#owners[id] !== FREE) return false
    this.#owners[id] = OF_SESSION
    this.#ofSession++
    return true
  }

  deallocate(id: number): void {
    if (this.#owners[id] !== OF_SESSION) return
    this.#owners[id] = FREE
    this.#ofSession--
  }

  clear(): void {
    // mqtt.js mostly holds none. A walk over all ids would take a good part of the time to connect.
    for (let id = 1; this.#ofSession > 0 && id <= LARGEST; id++) this.deallocate(id)
  }

  /** An id for a message, or null when all 65,535 are in use. */
  take(): number | null {
    return this.#take(OF_PUBLISHING)
  }

  release(id: number): void {
    if (this.#owners[id] === OF_PUBLISHING) this.#owners[id] = FREE
  }

  #take(owner: number): number | null {
    let id = this.#last
    for (let tried = 0; tried < LARGEST; tried++) {
      id = id === LARGEST ? 1 : id + 1
      if (this.#owners[id] === FREE) {
        this.#owners[id] = owner
        this.#last = id
        return id
      }
    }
    return null
  }
}
