import type { BrokerConnection, PublishReport } from '../../src/core/connection.js'
import type { Guarantee } from '../../src/core/message.js'
import { message } from './connection-options.js'

const BATCH = 500
const OPEN_BATCHES = 8
/** So many messages of a trickle are on their way at once. */
const FEW = 20

/** Sees which of the numbers from 0 on arrive. */
export class NumberWitness {
  readonly #times: Uint8Array
  #seen = 0
  /** How many arrived that had arrived before. */
  twice = 0
  /** How many are marked as redelivered. */
  redelivered = 0
  #done: () => void = () => {}
  /** Resolves once all have arrived. */
  readonly all = new Promise<void>((resolve) => {
    this.#done = resolve
  })

  constructor(count: number) {
    this.#times = new Uint8Array(count)
  }

  take(payload: Uint8Array, isRedelivered: boolean): void {
    const number = Number(Buffer.from(payload).toString('latin1'))
    if (isRedelivered) this.redelivered++
    if (this.#times[number] === 0) this.#seen++
    else this.twice++
    this.#times[number] = 1
    if (this.#seen === this.#times.length) this.#done()
  }

  /** The first ten numbers that have not arrived. */
  get missing(): number[] {
    const numbers: number[] = []
    for (let at = this.#times.indexOf(0); at >= 0 && numbers.length < 10; at = this.#times.indexOf(0, at + 1))
      numbers.push(at)
    return numbers
  }
}

/** Publishes the numbers from 0 on, each once. */
export class NumberPublisher {
  readonly #connection: BrokerConnection
  readonly #channel: string
  readonly #guarantee: Guarantee
  readonly #reports: Promise<PublishReport>[] = []
  sent = 0

  constructor(connection: BrokerConnection, channel: string, guarantee: Guarantee = 1) {
    this.#connection = connection
    this.#channel = channel
    this.#guarantee = guarantee
  }

  /** A few at a time, up to the limit or until `meanwhile` has settled, so that there are some on their way at each moment of it. */
  async trickle(limit: number, meanwhile: Promise<void>): Promise<void> {
    let isOver = false
    const over = meanwhile.finally(() => {
      isOver = true
    })
    while (!isOver && this.sent < limit) await this.#send(Math.min(FEW, limit - this.sent))
    await over
  }

  /**
   * As fast as it goes, up to the limit.
   * @param onBatch called each time a batch has got its results; others are on their way
   */
  async rush(limit: number, onBatch: () => void): Promise<void> {
    const open: Promise<unknown>[] = []
    while (this.sent < limit) {
      if (open.length === OPEN_BATCHES) await open.shift()
      open.push(this.#send(Math.min(BATCH, limit - this.sent)).then(onBatch))
    }
    await Promise.all(open)
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  /** What became of all messages. */
  async total() {
    const total = { acknowledged: 0, refused: 0, unacknowledged: 0 }
    for (const { acknowledged, refused, unacknowledged } of await Promise.all(this.#reports)) {
      total.acknowledged += acknowledged
      total.refused += refused.length
      total.unacknowledged += unacknowledged
    }
    return total
  }

  #send(count: number): Promise<PublishReport> {
    const batch = Array.from({ length: count }, () =>
      message(this.#channel, `${this.sent++}`, this.#guarantee)
    )
    const report = this.#connection.publish(batch)
    this.#reports.push(report)
    return report
  }
}
