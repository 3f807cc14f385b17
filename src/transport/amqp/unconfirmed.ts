import type { OpenBatch } from '../exchange/open-batch.js'
import type { PublishTemplate } from './publish-template.js'
import { ProtocolError } from './wire/protocol-error.js'

/** A message that was sent, and that the broker has neither confirmed nor refused. */
export interface Unconfirmed {
  readonly batch: OpenBatch
  readonly index: number
  readonly tag: number
  readonly template: PublishTemplate
}

/** A message that was sent before, and whose fate is not known. */
export type SentBefore = Pick<Unconfirmed, 'batch' | 'index' | 'tag'>

/** The order in which messages were sent on one channel. */
export const byTag = (one: SentBefore, other: SentBefore): number => one.tag - other.tag

/** Takes a message that has got its answer; `cameBack`: no queue took it. */
export type TakeSettled = (
  batch: OpenBatch,
  index: number,
  tag: number,
  template: PublishTemplate,
  cameBack: boolean
) => void

type IsReturned = (batch: OpenBatch, index: number, template: PublishTemplate) => boolean

const SENT = 1
/** The broker has sent the message back: no queue took it. The confirm still follows. */
const RETURNED = 2

/**
 * The messages that were sent on one channel and that are not confirmed, by their delivery tags: the broker counts them from 1. Columns in
 * a ring instead of objects: nothing is allocated per message.
 */
export class UnconfirmedMessages {
  readonly #mask: number
  readonly #states: Uint8Array
  readonly #batches: (OpenBatch | undefined)[]
  readonly #templates: (PublishTemplate | undefined)[]
  readonly #indexes: Uint32Array
  readonly #sizes: Float64Array
  /** The lowest tag that is not confirmed. */
  #first = 1
  /** The tag of the next message. */
  #next = 1
  /** Where the search for a message that came back begins: they come back in the order in which they were sent. */
  #returned = 1
  /** How many messages are not confirmed. */
  count = 0
  /** How many bytes we may have to send again. */
  bytes = 0

  /** @param room how many tags, from the lowest one that is not confirmed, fit in; a power of two */
  constructor(room: number) {
    this.#mask = room - 1
    this.#states = new Uint8Array(room)
    this.#batches = new Array(room)
    this.#templates = new Array(room)
    this.#indexes = new Uint32Array(room)
    this.#sizes = new Float64Array(room)
  }

  /** Whether another message can be sent. */
  get hasRoom(): boolean {
    return this.#next - this.#first <= this.#mask
  }

  add(batch: OpenBatch, index: number, template: PublishTemplate, size: number): void {
    const slot = this.#next++ & this.#mask
    this.#states[slot] = SENT
    this.#batches[slot] = batch
    this.#templates[slot] = template
    this.#indexes[slot] = index
    this.#sizes[slot] = size
    this.count++
    this.bytes += size
  }

  /**
   * The broker has decided about a message, or about all up to it.
   * @throws ProtocolError for a message that was never sent
   */
  settle(tag: number, isMultiple: boolean, take: TakeSettled): void {
    if (tag < 1 || tag >= this.#next)
      throw new ProtocolError(`a confirm of message ${tag}, which was not sent`)
    for (let each = isMultiple ? this.#first : Math.max(tag, this.#first); each <= tag; each++)
      this.#remove(each, take)
    while (this.#first < this.#next && this.#states[this.#first & this.#mask] === 0) this.#first++
  }

  #remove(tag: number, take: TakeSettled): void {
    const slot = tag & this.#mask
    const state = this.#states[slot]
    const batch = this.#batches[slot]
    const template = this.#templates[slot]
    if (batch === undefined || template === undefined) return
    this.#states[slot] = 0
    this.#batches[slot] = undefined
    this.#templates[slot] = undefined
    this.count--
    this.bytes -= this.#sizes[slot] as number
    take(batch, this.#indexes[slot] as number, tag, template, state === RETURNED)
  }

  /** A message came back. The broker does not say which one: it is the first with this name and payload that has not come back. */
  noteReturned(isIt: IsReturned): void {
    const start = Math.max(this.#returned, this.#first)
    const found = this.#find(start, this.#next, isIt) ?? this.#find(this.#first, start, isIt)
    if (found === undefined) return
    this.#states[found & this.#mask] = RETURNED
    this.#returned = found + 1
  }

  #find(from: number, to: number, isIt: IsReturned): number | undefined {
    for (let tag = from; tag < to; tag++) {
      const slot = tag & this.#mask
      const batch = this.#batches[slot]
      const template = this.#templates[slot]
      if (this.#states[slot] !== SENT || batch === undefined || template === undefined) continue
      if (isIt(batch, this.#indexes[slot] as number, template)) return tag
    }
    return undefined
  }

  /** Takes out all messages, in the order in which they were sent. */
  drain(): Unconfirmed[] {
    const left: Unconfirmed[] = []
    if (this.#next > this.#first)
      this.settle(this.#next - 1, true, (batch, index, tag, template) =>
        left.push({ batch, index, tag, template })
      )
    return left
  }
}
