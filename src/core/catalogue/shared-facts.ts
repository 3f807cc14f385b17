import { arePlainAlike, type MessageFacts, plainFacts } from '../message.js'

const RECENT = 8

/** The facts of messages that have no headers and no rare facts: mostly there are few different ones, which all messages share. */
export class SharedFacts {
  private readonly recent: MessageFacts[] = []
  private next = 0

  /** The one object with these facts, if it was asked for lately; otherwise a new one. */
  of(message: MessageFacts): MessageFacts {
    for (const facts of this.recent) if (arePlainAlike(facts, message)) return facts
    const facts = plainFacts(message)
    this.recent[this.next] = facts
    this.next = (this.next + 1) % RECENT
    return facts
  }
}
