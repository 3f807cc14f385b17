import type { BrokerState } from '../state/broker-state.js'
import type { Session, Will } from '../state/session.js'
import type { Publishing } from './publishing.js'

/** What happens when clients are gone: their wills are published, and their sessions end. */
export class SessionEnds {
  readonly #state: BrokerState
  readonly #publishing: Publishing

  constructor(state: BrokerState, publishing: Publishing) {
    this.#state = state
    this.#publishing = publishing
  }

  /** The session's client is gone. */
  clientLeft(session: Session): void {
    session.client = undefined
    this.#state.leave(session)
    if (session.will !== undefined)
      session.willAt = Date.now() + Math.min(session.will.delay, session.expiry) * 1000
    this.#endIfDue(session, Date.now())
  }

  /** Publishes the wills and ends the sessions whose time has come. */
  endDue(): void {
    const now = Date.now()
    for (const session of [...this.#state.sessions.values()]) this.#endIfDue(session, now)
  }

  /** Ends a session whose client is gone. */
  end(session: Session): void {
    // Another member of the group gets what this one has not got, but no QoS 2 message that was sent once [MQTT-4.8.2-5].
    const sent = [...session.inFlight.values()].filter(({ grant }) => grant.qos === 1)
    const orphans = [...sent, ...session.queue].filter(({ grant }) => grant.group !== undefined)
    const will = session.willAt === undefined ? undefined : session.will
    this.#state.endSession(session)
    if (will !== undefined) this.#publishWill(will, session)
    for (const { message, grant } of orphans) {
      const destination = grant.group?.destination(message)
      if (destination !== undefined) this.#publishing.deliverTo(destination, message)
    }
  }

  #endIfDue(session: Session, now: number): void {
    if (session.client !== undefined) return
    if (session.endsAt <= now) this.end(session)
    else if (session.willAt !== undefined && session.willAt <= now) {
      const { will } = session
      this.#state.setWill(session, undefined)
      session.willAt = undefined
      if (will !== undefined) this.#publishWill(will, session)
    }
  }

  #publishWill(will: Will, session: Session): void {
    const published = { ...will, packetId: 0 }
    if (this.#publishing.whyRefused({ ...published, dup: false }) === undefined)
      this.#publishing.publish(published, session, () => undefined)
  }
}
