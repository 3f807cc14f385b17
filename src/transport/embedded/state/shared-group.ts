import type { Qos } from '../store/facts.js'
import type { BrokerMessage } from './broker-message.js'
import type { Session } from './session.js'
import type { Destination, Grants } from './subscriptions.js'

/** Which of its grants a message has. */
export const gradeOf = (qos: Qos, retain: boolean): number => (retain ? qos + 3 : qos)

/** Knows whether one more message may wait for a session. */
export interface Room {
  hasRoom(session: Session, message: BrokerMessage): boolean
}

/** The sessions that share one subscription: each message goes to one of them. */
export class SharedGroup {
  /** Whose turn it is comes first. */
  readonly #members = new Map<Session, Grants>()

  set(session: Session, grants: Grants): void {
    this.#members.set(session, grants)
  }

  /** True: it was the last one. */
  delete(session: Session): boolean {
    this.#members.delete(session)
    return this.#members.size === 0
  }

  /**
   * Who gets a message: members that take messages at the moment come before connected ones, and those before members that are away.
   * Those whose queue is full come last. Nobody who is away gets a message at QoS 0.
   */
  destination(message: BrokerMessage, room: Room): Destination | undefined {
    const grade = gradeOf(message.qos, message.retain)
    let connected: Destination | undefined
    let away: Destination | undefined
    let full: Destination | undefined
    for (const [session, grants] of this.#members) {
      const grant = grants[grade]
      const { client } = session
      if (grant === undefined || (client === undefined && grant.qos === 0)) continue
      if (client?.takesMore) return this.#inTurn({ session, grant }, grants)
      // Once one is found, no other of its kind is asked for room.
      if (client === undefined ? away : connected) continue
      if (!room.hasRoom(session, message)) full ??= { session, grant }
      else if (client === undefined) away = { session, grant }
      else connected = { session, grant }
    }
    const found = connected ?? away ?? full
    const grants = found && this.#members.get(found.session)
    return found && grants && this.#inTurn(found, grants)
  }

  /** Its next turn comes after that of all others. */
  #inTurn(destination: Destination, grants: Grants): Destination {
    this.#members.delete(destination.session)
    this.#members.set(destination.session, grants)
    return destination
  }
}
