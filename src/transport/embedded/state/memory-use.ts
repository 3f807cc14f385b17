import type { Will } from '../store/facts.js'
import type { BrokerMessage } from './broker-message.js'

/** Bytes that objects take besides the bytes that clients have sent; measured, roughly. */
const MESSAGE = 200
const SUBSCRIPTION = 300
const WILL = 300
/** A word in a topic tree. */
export const LEVEL = 250
/** One place in a queue. */
export const ENTRY = 16

/** The memory that clients make the broker use for a longer time. */
export class MemoryUse {
  readonly #most: number
  bytes = 0

  constructor(most: number) {
    this.#most = most
  }

  hasRoom(bytes: number): boolean {
    return this.bytes + bytes <= this.#most
  }
}

/** A message's own part: what is stored is read again when it is needed. */
export const messageCost = ({ place, size }: BrokerMessage): number =>
  MESSAGE + (place === undefined ? size : 0)

/** Without the words in a topic tree. */
export const subscriptionCost = (filter: string): number => SUBSCRIPTION + filter.length

export const willCost = (will: Will | undefined): number =>
  will === undefined ? 0 : WILL + will.topic.length + will.payload.length + will.properties.length

/** What a topic tree needs for a name or filter at most: that no part of it is there yet. */
export function levelsCost(path: string): number {
  let levels = 1
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) levels++
  return levels * LEVEL
}
