import type { OpenBatch } from '../../exchange/open-batch.js'

/** The acknowledgement that a message in flight awaits. */
export const AWAITS_PUBACK = 1
export const AWAITS_PUBREC = 2
export const AWAITS_PUBCOMP = 3

/** The first size of the table, enough for most uses. It grows to all 65,535 identifiers when they are used. */
const FIRST_SIZE = 1024

/**
 * The messages of QoS 1 and 2 that were sent and not yet acknowledged, by packet identifier. Columns instead of objects:
 * nothing is allocated per message. A message stays here over network connections, until its last acknowledgement.
 */
export class InFlightTable {
  readonly #batches: (OpenBatch | undefined)[] = []
  #indexes = new Uint32Array(FIRST_SIZE)
  #steps = new Uint8Array(FIRST_SIZE)
  #sizes = new Uint32Array(FIRST_SIZE)
  #sequences = new Float64Array(FIRST_SIZE)
  #onWire = new Uint8Array(FIRST_SIZE)
  #sequence = 0
  /** How many messages are in the table. */
  #held = 0
  /** How many messages were sent on this network connection and count against what the broker takes at once. */
  onWire = 0
  /** How many of them have QoS 2. */
  exactlyOnce = 0
  /** How many bytes we may have to send again. */
  bytes = 0

  add(id: number, batch: OpenBatch, index: number, step: number, size: number): void {
    while (id >= this.#steps.length) this.#grow()
    this.#batches[id] = batch
    this.#indexes[id] = index
    this.#steps[id] = step
    this.#sizes[id] = size
    this.#sequences[id] = this.#sequence++
    this.bytes += size
    this.#held++
    this.send(id)
  }

  /** The message's PUBLISH goes out on this network connection. */
  send(id: number): void {
    this.#onWire[id] = 1
    this.onWire++
    if (this.#steps[id] !== AWAITS_PUBACK) this.exactlyOnce++
  }

  /** Whether its PUBLISH went out on this network connection. */
  sent(id: number): boolean {
    return this.#onWire[id] === 1
  }

  /** Notes that the network connection is gone. Nothing was sent on the next one yet. */
  recall(): void {
    this.#onWire.fill(0)
    this.onWire = 0
    this.exactlyOnce = 0
  }

  /** What `id` awaits; 0 when it is not in flight. */
  step(id: number): number {
    return this.#steps[id] ?? 0
  }

  batch(id: number): OpenBatch {
    const batch = this.#batches[id]
    if (batch === undefined) throw new RangeError(`no message with id ${id} is in flight`)
    return batch
  }

  index(id: number): number {
    return this.#indexes[id] as number
  }

  sequence(id: number): number {
    return this.#sequences[id] as number
  }

  /** The broker has the message (PUBREC). It only has to confirm the release (PUBCOMP). */
  receive(id: number): void {
    this.#steps[id] = AWAITS_PUBCOMP
    this.bytes -= this.#sizes[id] as number
    this.#sizes[id] = 0
    // Releases are sent again in the order of their PUBRECs [MQTT-4.6.0-4].
    this.#sequences[id] = this.#sequence++
  }

  remove(id: number): void {
    if (this.#onWire[id] === 1) {
      this.#onWire[id] = 0
      this.onWire--
      if (this.#steps[id] !== AWAITS_PUBACK) this.exactlyOnce--
    }
    this.bytes -= this.#sizes[id] as number
    this.#steps[id] = 0
    this.#batches[id] = undefined
    this.#held--
  }

  /** All ids in flight, in the order in which they were sent first. */
  idsInOrder(): number[] {
    const ids: number[] = []
    if (this.#held === 0) return ids
    for (let id = 1; id < this.#steps.length; id++) if (this.#steps[id] !== 0) ids.push(id)
    return ids.sort((a, b) => this.sequence(a) - this.sequence(b))
  }

  #grow(): void {
    const size = 2 * this.#steps.length
    this.#indexes = widen(this.#indexes, new Uint32Array(size))
    this.#steps = widen(this.#steps, new Uint8Array(size))
    this.#sizes = widen(this.#sizes, new Uint32Array(size))
    this.#sequences = widen(this.#sequences, new Float64Array(size))
    this.#onWire = widen(this.#onWire, new Uint8Array(size))
  }
}

function widen<Column extends Uint8Array | Uint32Array | Float64Array>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
