import { sinceBoot } from '../../clock/since-boot.js'
import { AWAITS_PUBCOMP, AWAITS_PUBREC, type InFlightTable } from './in-flight-table.js'
import { blamesPacket, mayBlamePacket, type StreamEnd } from './stream-end.js'

/** A message is tried alone after so many losses in a row at which it was the first in flight. */
const LOSSES = 2
/** It is blamed after so many trials; after one where the broker says why it closes. */
const TRIALS = 3
/** Trials where the socket had not even taken all of the message: the network has more time to fail over a large message. */
const TRIALS_UNSENT = 5
/** How long a connection must stay open before the first trial, in milliseconds; twice as long before each further one. */
const FIRST_QUIET = 200
/** A broker that cannot take a message closes soon: within this time after it was begun, in milliseconds. */
const PROMPT = 1000
/** After this many different ones, the broker seems to take no QoS 2 message at all. */
const EXACTLY_ONCE_VICTIMS = 2

const NOBODY = -1

/**
 * Finds the message that makes a broker close the connection. Sent again, it would end every connection, for ever (MQTT.js#768). A message
 * that is blamed wrongly, because the network is bad, would be lost.
 *
 * The message that was the first in flight at two losses in a row is tried alone. The connection has to stay open for a while with nothing
 * sent. Then the message is sent, and nothing else. It is acquitted if the connection is lost in that quiet time, or in another way than by
 * a close of the broker right after the message. For a wrong blame, a bad network would have to spare the quiet time, cut the connection in
 * the milliseconds before the acknowledgement, and do so three times in a row.
 */
export class PoisonWatch {
  /** The message that was first in flight at the last loss. */
  #head = NOBODY
  #losses = 0
  /** The sequence number of the message that is tried alone. */
  #suspect = NOBODY
  #trials = 0
  /** When the suspect was sent in the present trial; 0: not sent yet. */
  #sentAt = 0
  #exactlyOnceVictims = 0

  readonly reason = 'the broker closes the connection each time tidings sends this message'

  /** Whether a message is to be sent alone, or was. Nothing else is sent then. */
  get suspects(): boolean {
    return this.#suspect !== NOBODY
  }

  /** Whether the suspect has this sequence number. */
  isSuspect(sequence: number): boolean {
    return this.#suspect === sequence
  }

  /** For how long a new connection is to stay open, in milliseconds, before the suspect is sent. */
  get quietTime(): number {
    return FIRST_QUIET * 2 ** this.#trials
  }

  /**
   * Whether the broker seems to take no QoS 2 message at all. NATS before 2.10 closes the connection over each of them, and MQTT 3.1.1
   * gives it no way to say why. Finding that out anew for every message would take hours.
   */
  get blamesExactlyOnce(): boolean {
    return this.#exactlyOnceVictims >= EXACTLY_ONCE_VICTIMS
  }

  /** The suspect is sent now, alone. */
  tried(): void {
    this.#sentAt = sinceBoot()
  }

  /** The broker acknowledged something. */
  progress(): void {
    this.#head = NOBODY
    this.#losses = 0
    this.#acquit()
  }

  /** The broker took a QoS 2 message. */
  tookExactlyOnce(): void {
    this.#exactlyOnceVictims = 0
    this.progress()
  }

  /** A network connection was lost. Returns the id of the message to give up, if one is to blame. */
  lost(inFlight: InFlightTable, end: StreamEnd): number | undefined {
    if (this.suspects) return this.#judge(inFlight, end)
    const id = mayBlamePacket(end) ? firstSent(inFlight) : undefined
    if (id === undefined) return undefined
    const head = inFlight.sequence(id)
    this.#losses = head === this.#head ? this.#losses + 1 : 1
    this.#head = head
    if (this.#losses >= LOSSES || blamesPacket(end)) this.#suspect = head
    return undefined
  }

  #judge(inFlight: InFlightTable, end: StreamEnd): number | undefined {
    const wasPrompt = this.#sentAt > 0 && sinceBoot() - this.#sentAt <= PROMPT
    this.#sentAt = 0
    const id = firstSent(inFlight)
    if (id === undefined || !this.isSuspect(inFlight.sequence(id)) || !mayBlamePacket(end) || !wasPrompt) {
      this.progress()
      return undefined
    }
    this.#trials++
    if (this.#trials < (end.unsent ? TRIALS_UNSENT : TRIALS) && !blamesPacket(end)) return undefined
    if (inFlight.step(id) === AWAITS_PUBREC) this.#exactlyOnceVictims++
    this.progress()
    return id
  }

  #acquit(): void {
    this.#suspect = NOBODY
    this.#trials = 0
    this.#sentAt = 0
  }
}

/** The first message that was sent on this network connection and that the broker has not confirmed to have. */
function firstSent(inFlight: InFlightTable): number | undefined {
  if (inFlight.onWire === 0) return undefined
  return inFlight.idsInOrder().find((id) => inFlight.sent(id) && inFlight.step(id) !== AWAITS_PUBCOMP)
}
