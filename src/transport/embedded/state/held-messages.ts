import type { Content, Place } from '../store/facts.js'
import { DamagedRecord } from '../store/segment-reader.js'
import { type BrokerMessage, ownContent } from './broker-message.js'
import type { ChangeLog } from './change-log.js'
import { ENTRY, type MemoryUse, messageCost } from './memory-use.js'
import { RecentMessages } from './recent-messages.js'

/** The messages of one segment that are still needed. */
interface Needed {
  messages: number
  bytes: number
}

/** Knows which messages sessions and channels still need, what they take of memory and disk, and what they say. */
export class HeldMessages {
  /** What the segments of the journal hold that is still needed. */
  readonly needed = new Map<number, Needed>()
  /** Stored messages that could not be read any more, by their numbers. */
  readonly unreadable = new Set<number>()
  /** Told when one more of them is found. */
  onUnreadable: () => void = () => undefined
  readonly #changes: ChangeLog
  readonly #memory: MemoryUse
  readonly #recent = new RecentMessages()

  constructor(changes: ChangeLog, memory: MemoryUse) {
    this.#changes = changes
    this.#memory = memory
  }

  /** One more session or channel needs the message. */
  hold(message: BrokerMessage): void {
    this.#memory.bytes += ENTRY
    if (message.holders++ > 0) return
    this.#memory.bytes += messageCost(message)
    if (message.place !== undefined) this.#count(message.place, 1)
  }

  /** One of those who needed the message needs it no more. */
  release(message: BrokerMessage): void {
    this.#memory.bytes -= ENTRY
    if (--message.holders > 0) return
    this.#memory.bytes -= messageCost(message)
    if (message.place !== undefined) this.#count(message.place, -1)
  }

  /** What the message says is needed later than the packet in which it came. */
  keep(message: BrokerMessage): void {
    if (message.isKept || message.content === undefined) return
    message.isKept = true
    message.content = ownContent(message.content)
    if (message.place !== undefined) this.#recent.add(message)
  }

  /** Whatever nobody has to keep of a message goes: it lies in a chunk from the network. */
  settle(message: BrokerMessage): void {
    if (!message.isKept) message.content = undefined
  }

  /** A message lies somewhere else now, or for the first time on the disk; `undefined`: not on the disk after all. */
  move(message: BrokerMessage, place: Place | undefined): void {
    const isNeeded = message.holders > 0
    if (isNeeded) this.#memory.bytes -= messageCost(message)
    if (isNeeded && message.place !== undefined) this.#count(message.place, -1)
    if (message.place === undefined && message.isKept) this.#recent.add(message)
    message.place = place
    if (!isNeeded) return
    this.#memory.bytes += messageCost(message)
    if (place !== undefined) this.#count(place, 1)
  }

  /**
   * What a message says, from memory or from the disk; `undefined`: it cannot be read any more.
   * @throws the system's error where it cannot be read now
   */
  contentOf(message: BrokerMessage): Content | undefined {
    if (message.content !== undefined || message.place === undefined) return message.content
    try {
      const fact = this.#changes.journal?.read(message.place)
      if (fact?.kind === 'message' && fact.seq === message.seq) return fact
    } catch (error) {
      if (!(error instanceof DamagedRecord)) throw error
    }
    if (!this.unreadable.has(message.seq)) {
      this.unreadable.add(message.seq)
      this.onUnreadable()
    }
    return undefined
  }

  #count({ segment, length }: Place, by: 1 | -1): void {
    const needed = this.needed.get(segment) ?? { messages: 0, bytes: 0 }
    needed.messages += by
    needed.bytes += by * length
    this.needed.set(segment, needed)
  }
}
