import type { Duplex } from 'node:stream'

/**
 * Bounds the connections of one way in. Whoever is silent makes room: a new connection takes the place of the oldest one that has not
 * been let in as an MQTT client, whether it waits in TLS, in WebSocket or behind them.
 */
export class ConnectionLane {
  readonly #most: number
  /** Connections that are not let in yet, oldest first. */
  readonly #silent = new Map<unknown, Duplex>()
  #connected = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Counts a connection. False: there is no room, and it is closed. */
  admit(key: unknown, socket: Duplex): boolean {
    if (this.#silent.size + this.#connected >= this.#most) {
      const [oldest] = this.#silent
      if (oldest === undefined) {
        socket.destroy()
        return false
      }
      this.#silent.delete(oldest[0])
      oldest[1].destroy()
    }
    this.#silent.set(key, socket)
    socket.once('close', () => {
      if (this.#silent.get(key) === socket) this.#silent.delete(key)
    })
    return true
  }

  /** A connection's client is let in. */
  connected(key: unknown): void {
    const socket = this.#silent.get(key)
    if (socket === undefined) return
    this.#silent.delete(key)
    this.#connected++
    socket.once('close', () => this.#connected--)
  }
}
