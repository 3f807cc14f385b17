import type { MessageFacts, Qos } from '../store/facts.js'
import type { Session } from './session.js'
import type { Destination, Grants } from './subscriptions.js'

/** Which of its grants a message has. */
export const gradeOf = (qos: Qos, retain: boolean): number => (retain ? qos + 3 : qos)

/** The sessions that share one subscription: each message goes to one of them. */
export class SharedGroup {
  readonly #members = new Map<Session, Grants>()
  #turn = 0

  set(session: Session, grants: Grants): void {
    this.#members.set(session, grants)
  }

  /** True: it was the last one. */
  delete(session: Session): boolean {
    this.#members.delete(session)
    return this.#members.size === 0
  }

  /**
   * Whose turn it is: members that take messages at the moment come before connected ones, and those before members that are away.
   * Nobody who is away gets a QoS 0 message.
   */
  destination({ qos, retain }: Pick<MessageFacts, 'qos' | 'retain'>): Destination | undefined {
    const members = [...this.#members.keys()]
    const turn = this.#turn++ % Math.max(members.length, 1)
    const inTurn = [...members.slice(turn), ...members.slice(0, turn)]
    const session =
      inTurn.find(({ client }) => client?.takesMore) ??
      inTurn.find(({ client }) => client !== undefined) ??
      (qos > 0 ? inTurn[0] : undefined)
    const grant = session && this.#members.get(session)?.[gradeOf(qos, retain)]
    return session && grant && { session, grant }
  }
}
