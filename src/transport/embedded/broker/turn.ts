import { systemReason } from '../../../core/system-reason.js'
import { REASON } from '../../mqtt/reason-codes.js'
import type { ClientConnection } from '../protocol/client-connection.js'
import { PacketError } from '../protocol/packet-error.js'
import type { BrokerState } from '../state/broker-state.js'

/** Milliseconds that one turn may take before others have theirs. */
export const TURN = 20

const NOTHING_STORED = new PacketError(REASON.quotaExceeded, 'the broker cannot store anything')

/**
 * Each chunk from the network is one turn: its packets are decoded, what they change is appended to the journal and written once, and
 * only then are its messages delivered and its packets answered. So nothing that was acknowledged is lost, and nothing that could not
 * be stored has been delivered.
 */
export class Turn {
  readonly #state: BrokerState
  /** What follows once this turn's changes are stored, in order. */
  #steps: (() => void)[] = []
  /** What follows if they cannot be stored. */
  #undoing: (() => void)[] = []
  /** What this turn will do once it is stored: one for each delivery, and one for each kilobyte of it. */
  work = 0
  readonly #touched = new Set<ClientConnection>()
  readonly #congested = new Set<ClientConnection>()

  constructor(state: BrokerState) {
    this.#state = state
  }

  /** A turn begins. After a write that failed there may be room again. */
  begin(): void {
    if (this.#state.failure !== undefined) this.#state.renew()
  }

  /** Runs `step` once everything that this turn has changed is stored, or `undo` if it cannot be stored. */
  whenStored(step: () => void, undo?: () => void): void {
    this.#steps.push(step)
    if (undo !== undefined) this.#undoing.push(undo)
  }

  /** Something was written to this client. */
  touched(connection: ClientConnection): void {
    this.#touched.add(connection)
  }

  /** So much waits for this client that whoever publishes for it is to wait, too. */
  congested(connection: ClientConnection): void {
    this.#congested.add(connection)
  }

  /** This client's connection has ended. */
  left(connection: ClientConnection): void {
    this.#congested.delete(connection)
  }

  /** Writes what this turn has changed, delivers and answers. `connection`: whose packets they were. */
  settle(connection?: ClientConnection): void {
    this.work = 0
    const steps = this.#steps
    if (steps.length > 0) {
      const undoing = this.#undoing
      this.#steps = []
      this.#undoing = []
      if (!this.#state.commit()) {
        for (const undo of undoing) undo()
        connection?.end(this.whyNotStored())
        this.#flush()
        return
      }
      for (const step of steps) step()
    }
    if (connection !== undefined) {
      this.#touched.add(connection)
      if (this.#congested.size > 0) {
        connection.waitFor(this.#congested)
        this.#congested.clear()
      }
    }
    this.#flush()
  }

  /** What a client is told whose packets changed something that cannot be stored. */
  whyNotStored(): PacketError {
    const { failure } = this.#state
    return failure === undefined
      ? NOTHING_STORED
      : new PacketError(REASON.quotaExceeded, `the broker cannot store: ${systemReason(failure)}`)
  }

  #flush(): void {
    this.#state.commit()
    for (const connection of this.#touched) connection.output.flush()
    this.#touched.clear()
    this.#state.renew()
  }
}
