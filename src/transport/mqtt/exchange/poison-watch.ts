import { AWAITS_PUBCOMP, AWAITS_PUBREC, type InFlightTable } from './in-flight-table.js'

const LOSSES = 3
/** So many different ones, and the fault is not that of one message. */
const EXACTLY_ONCE_VICTIMS = 2

/**
 * Finds the message that a broker cannot swallow: the one at the head of what is in flight when the connection is lost
 * several times in a row, with no acknowledgement in between. Sent again it would end every connection (MQTT.js#768).
 * Before it is blamed it has to fail alone, because a line that is merely bad loses whole windows.
 */
export class PoisonWatch {
  #head = -1
  #losses = 0

  #exactlyOnceVictims = 0

  readonly reason = `the connection was lost ${LOSSES} times in a row when this message was sent`

  /** The message at the head is to be sent alone. */
  get suspects(): boolean {
    return this.#losses === LOSSES - 1
  }

  /**
   * The broker seems to take no QoS 2 message at all. NATS before 2.10 closes the connection over each, and MQTT 3.1.1 gives
   * it no way to say why; finding that out anew for every message would take hours.
   */
  get blamesExactlyOnce(): boolean {
    return this.#exactlyOnceVictims >= EXACTLY_ONCE_VICTIMS
  }

  /** The broker acknowledged something. */
  progress(): void {
    this.#losses = 0
  }

  /** The broker took a QoS 2 message. */
  tookExactlyOnce(): void {
    this.#exactlyOnceVictims = 0
    this.progress()
  }

  /** A network connection on which messages were sent is lost: the id to give up, if it is time. */
  lost(inFlight: InFlightTable): number | undefined {
    if (inFlight.onWire === 0) return undefined
    const id = inFlight.idsInOrder().find((id) => inFlight.sent(id) && inFlight.step(id) !== AWAITS_PUBCOMP)
    if (id === undefined) return undefined
    const sequence = inFlight.sequence(id)
    this.#losses = sequence === this.#head ? this.#losses + 1 : 1
    this.#head = sequence
    if (this.#losses < LOSSES) return undefined
    this.#losses = 0
    if (inFlight.step(id) === AWAITS_PUBREC) this.#exactlyOnceVictims++
    return id
  }
}
