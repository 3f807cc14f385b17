import type { BrokerState } from '../state/broker-state.js'
import type { Delivery } from '../state/delivery-queue.js'
import { willCost } from '../state/memory-use.js'
import type { Session } from '../state/session.js'
import type { Will } from '../store/facts.js'
import type { Publishing } from './publishing.js'
import { TURN, type Turn } from './turn.js'

/** What happens when clients are gone: their wills are published, and their sessions end. */
export class SessionEnds {
  readonly #state: BrokerState
  readonly #turn: Turn
  readonly #publishing: Publishing
  #isDeferring = false
  /** Wills that could not be stored. */
  readonly #owed: { readonly will: Will; readonly session: Session }[] = []

  constructor(state: BrokerState, turn: Turn, publishing: Publishing) {
    this.#state = state
    this.#turn = turn
    this.#publishing = publishing
  }

  /** The session's client is gone. */
  clientLeft(session: Session): void {
    session.client = undefined
    this.#state.leave(session)
    const canEnd = this.#state.failure === undefined || !isStored(session)
    if (!this.#isDeferring && canEnd) this.#endIfDue(session, Date.now())
  }

  /** The broker stops: from now on wills and ends of sessions are left to the next start [MQTT 5, 3.1.2.5]. */
  defer(): void {
    this.#isDeferring = true
  }

  /**
   * Publishes the wills and ends the sessions whose time has come, and serves others in between. While nothing can be stored they are
   * left as they are.
   */
  endDue(): void {
    this.#turn.begin()
    const now = Date.now()
    const ends = performance.now() + TURN
    for (const end of this.#due(now)) {
      if (this.#isDeferring || this.#state.failure !== undefined) return
      if (performance.now() > ends) {
        setImmediate(() => this.endDue())
        return
      }
      end()
      this.#turn.settle()
    }
  }

  *#due(now: number): Generator<() => void> {
    for (let left = this.#owed.length; left > 0; left--) {
      yield () => {
        const [owed] = this.#owed.splice(0, 1)
        if (owed === undefined) return
        this.#state.memory.bytes -= willCost(owed.will)
        this.#publishWill(owed.will, owed.session)
      }
    }
    for (const session of this.#state.sessions.values())
      if (isDue(session, now)) yield () => this.#endIfDue(session, now)
  }

  /** Ends a session whose client is gone. */
  end(session: Session): void {
    // Another member of the group gets what this one has not got, but no QoS 2 message that was sent once [MQTT-4.8.2-5].
    const sent = [...session.inFlight.values()].filter(({ grant }) => grant.qos === 1)
    const orphans = [...sent, ...session.queue].filter(({ grant }) => grant.shared !== undefined)
    const { will } = session
    this.#state.endSession(session)
    if (will !== undefined) this.#publishWill(will, session)
    this.#handOver(orphans)
  }

  #handOver(orphans: readonly Delivery[]): void {
    const { exchanges, subscriptions } = this.#state
    const heirs = new Set<Session>()
    const undoing: (() => void)[] = []
    for (const { message, grant } of orphans) {
      const { shared } = grant
      const heir = shared && subscriptions.destinationInGroup(shared, message, exchanges)
      if (!heir) continue
      const undo = exchanges.handOver(heir, message)
      if (undo !== undefined) undoing.push(undo)
      heirs.add(heir.session)
    }
    const wake = () => {
      for (const { client } of heirs) client?.wake()
    }
    if (heirs.size === 0) return
    this.#turn.whenStored(wake, () => {
      for (const undo of undoing) undo()
      wake()
    })
  }

  #endIfDue(session: Session, now: number): void {
    if (session.endsAt <= now) this.end(session)
    else if (session.will !== undefined && session.willAt <= now) {
      this.#publishWill(session.will, session)
      this.#state.setWill(session, undefined)
    }
  }

  #publishWill(will: Will, session: Session): void {
    const { memory } = this.#state
    const published = { ...will, packetId: 0 }
    if (this.#publishing.whyRefused({ ...published, dup: false }) !== undefined) return
    this.#publishing.publish(published, session, () => undefined)
    this.#turn.whenStored(
      () => undefined,
      () => {
        if (!memory.hasRoom(willCost(will))) return
        memory.bytes += willCost(will)
        this.#owed.push({ will, session })
      }
    )
  }
}

/** Whether it has something to say to the store when it ends. */
export const isStored = ({ no, will }: Session): boolean => no > 0 || will !== undefined

const isDue = ({ endsAt, willAt }: Session, now: number) => endsAt <= now || willAt <= now
