import type { Violation } from './contract.js'

/** How often one rule was broken on one channel. */
export interface BrokenRule {
  readonly channel: string
  /** The part of the messages that is wrong, and the rule. */
  readonly part: Violation['part']
  readonly rule: string
  /** In how many messages. */
  readonly count: number
  /** The first one. */
  readonly example: Violation
}

/** So many pairs of a channel and a rule are counted one by one. A hostile publisher can make up any number of them. */
const MOST_RULES = 1000
/** So many channels are known by their names. */
const MOST_CHANNELS = 10_000
/** Of the names of channels so many characters are kept. One name may have 65,535 of them. */
const MOST_CHARACTERS = 4_000_000

/** What came of checking messages, in bounded memory. */
export class ViolationTally {
  /** How many messages were checked. */
  checked = 0
  /** How many of them break the contract. */
  wrong = 0
  /** How many times a rule was broken that is not among `rules`. */
  further = 0
  /** The messages of channels that are not among `channels`. */
  elsewhere = 0
  readonly #rules = new Map<string, BrokenRule & { count: number }>()
  readonly #channels = new Map<string, number>()
  #characters = 0

  /** The rules that were broken, the most frequent first. */
  get rules(): readonly BrokenRule[] {
    return [...this.#rules.values()].sort((one, other) => other.count - one.count)
  }

  /** The channels that messages came on, and how many. */
  get channels(): ReadonlyMap<string, number> {
    return this.#channels
  }

  /** Counts a message. */
  add(channel: string, violations: readonly Violation[]): void {
    this.checked++
    const known = this.#channels.get(channel)
    if (known !== undefined) this.#channels.set(channel, known + 1)
    else if (this.#channels.size < MOST_CHANNELS && this.#hasRoom(channel)) this.#channels.set(channel, 1)
    else this.elsewhere++
    if (violations.length === 0) return
    this.wrong++
    for (const [at, each] of violations.entries()) {
      // A rule that one message breaks in several places is broken in one message.
      if (violations.findIndex((other) => isAlike(each, other)) === at) this.#count(channel, each)
    }
  }

  #count(channel: string, example: Violation): void {
    const { part, rule } = example
    const name = `${part} ${rule} ${channel}`
    const known = this.#rules.get(name)
    if (known !== undefined) known.count++
    else if (this.#rules.size < MOST_RULES && this.#hasRoom(channel))
      this.#rules.set(name, { channel, part, rule, count: 1, example })
    else this.further++
  }

  #hasRoom(channel: string): boolean {
    if (this.#characters + channel.length > MOST_CHARACTERS) return false
    this.#characters += channel.length
    return true
  }
}

const isAlike = (one: Violation, other: Violation) => one.part === other.part && one.rule === other.rule
