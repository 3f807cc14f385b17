import { pause } from '../connecting/back-off.js'
import { initProducerId } from './api/init-producer-id.js'
import type { Cluster } from './cluster.js'
import { ERROR, isPassing } from './error-codes.js'
import { LostNodeError } from './node-connection.js'

/** The number by which brokers tell the copies of an idempotent producer's batches. */
export interface ProducerNumber {
  readonly producerId: number
  readonly epoch: number
}

/** Asks for a producer's number when one is needed. */
export class ProducerIdentityHolder {
  readonly #cluster: Cluster
  #number: Promise<ProducerNumber> | undefined

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** The number; asks for it the first time. */
  get(): Promise<ProducerNumber> {
    this.#number ??= this.#ask()
    return this.#number
  }

  /** The brokers do not know the number any more. */
  renew(): void {
    this.#number = undefined
  }

  async #ask(): Promise<ProducerNumber> {
    for (;;) {
      const { error, producerId, epoch } = await this.#cluster.ask(initProducerId, undefined)
      if (error === ERROR.none) return { producerId, epoch }
      if (!isPassing(error)) throw new LostNodeError(`no number for the producer: error ${error}`)
      await pause(100, this.#cluster.signal)
    }
  }
}
