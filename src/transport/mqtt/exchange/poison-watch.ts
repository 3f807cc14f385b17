import { AWAITS_PUBCOMP, type InFlightTable } from './in-flight-table.js'

const LOSSES = 3

/**
 * Finds the message that a broker cannot swallow: the one at the head of what is in flight when the connection is lost
 * several times in a row, with no acknowledgement in between. Sent again it would end every connection (MQTT.js#768).
 * Before it is blamed it has to fail alone, because a line that is merely bad loses whole windows.
 */
export class PoisonWatch {
  #head = -1
  #losses = 0

  readonly reason = `the connection was lost ${LOSSES} times in a row when this message was sent`

  /** The message at the head is to be sent alone. */
  get suspects(): boolean {
    return this.#losses === LOSSES - 1
  }

  /** The broker acknowledged something. */
  progress(): void {
    this.#losses = 0
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
    return id
  }
}
