import { compilePattern, type PatternRules } from '../../core/channel-pattern.js'
import type { Receipt, Receiver, Verdict } from '../../core/connection.js'
import type { Message } from '../../core/message.js'

interface Route {
  readonly receive: Receiver
  readonly matches: readonly ((channel: string) => boolean)[]
}

/** The next messages that go to the same receivers. */
interface Run {
  /** How many messages, from the front. */
  readonly length: number
  readonly receive: Receiver
}

/** Decides which receivers of one connection get a message: those with a pattern that matches, or the first one if no pattern matches. */
export class ReceiverRoutes {
  readonly #rules: PatternRules
  #routes: Route[] = []

  constructor(rules: PatternRules) {
    this.#rules = rules
  }

  get isEmpty(): boolean {
    return this.#routes.length === 0
  }

  add(receive: Receiver, patterns: readonly string[]): void {
    this.#routes.push({ receive, matches: patterns.map((pattern) => compilePattern(pattern, this.#rules)) })
  }

  remove(receive: Receiver): void {
    this.#routes = this.#routes.filter((route) => route.receive !== receive)
  }

  /** The waiting messages that are handed out next, from the front. There has to be a receiver. */
  next(messages: readonly Message[]): Run {
    const [first] = this.#routes
    if (first === undefined) throw new Error('there is no receiver yet')
    if (this.#routes.length === 1) return { length: messages.length, receive: first.receive }
    const [message] = messages
    if (message === undefined) return { length: 0, receive: first.receive }
    const targets = this.#targetsOf(message.channel)
    // One message at a time: a receiver that lets a message go gets the rest of its batch again, and the other receivers would get that
    // rest twice.
    if (targets.length > 1) return { length: 1, receive: toAll(targets) }
    const [only = first] = targets
    const end = messages.findIndex(({ channel }) => {
      const others = this.#targetsOf(channel)
      return others.length > 1 || (others[0] ?? first) !== only
    })
    return { length: end < 0 ? messages.length : end, receive: only.receive }
  }

  #targetsOf(channel: string): readonly Route[] {
    return this.#routes.filter(({ matches }) => matches.some((match) => match(channel)))
  }
}

/**
 * Hands one message to several receivers. If one of them stops, all stop. The message is taken, unless a receiver that stops has left it.
 */
function toAll(routes: readonly Route[]): Receiver {
  return async (batch) => {
    const receipts: Receipt[] = await Promise.all(routes.map(async ({ receive }) => receive(batch)))
    const stops = receipts.filter((receipt): receipt is Verdict => receipt?.next === 'stop')
    return stops.find(({ done }) => done === 0) ?? stops[0]
  }
}
