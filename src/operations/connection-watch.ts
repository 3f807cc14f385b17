import type { Clock } from '../core/clock.js'
import type { ConnectionNotice } from '../core/connection.js'
import type { ConnectionState } from '../core/connection-state.js'

/** Knows from what it is told how it stands with a connection, and since when. */
export class ConnectionWatch {
  readonly #clock: Clock
  #state: ConnectionState

  constructor(clock: Clock) {
    this.#clock = clock
    this.#state = { kind: 'connecting', since: clock.now() }
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** The broker has granted the subscription. */
  subscribed(): void {
    if (this.#state.kind === 'connecting') this.#state = { kind: 'live', since: this.#clock.now() }
  }

  /** A loss counts from its beginning, whatever reasons follow the first one. */
  notice({ kind, reason, text }: ConnectionNotice): void {
    if (this.#state.kind === 'ended') return
    if (kind === 'reconnecting') {
      const { since, tries } =
        this.#state.kind === 'reconnecting' ? this.#state : { since: this.#clock.now(), tries: 0 }
      this.#state = { kind, since, reason: reason ?? text, tries }
    } else if (kind === 'reconnected') this.#state = { kind: 'live', since: this.#clock.now() }
  }

  /** Another attempt to connect again begins. */
  retried(): void {
    if (this.#state.kind === 'reconnecting') this.#state = { ...this.#state, tries: this.#state.tries + 1 }
  }

  /** The connection is lost for good. */
  ended(reason: string): void {
    this.#state = { kind: 'ended', since: this.#clock.now(), reason }
  }
}
