import type { RefusalReason } from '../../core/connection.js'
import { pause } from '../connecting/back-off.js'
import { initProducerId } from './api/init-producer-id.js'
import type { Cluster } from './cluster.js'
import { ERROR, errorWords, isPassing } from './error-codes.js'
import { MissingApiError } from './node-connection.js'
import { refusal } from './publish-refusals.js'

/** The number by which brokers tell the copies of an idempotent producer's batches. */
export interface ProducerNumber {
  readonly producerId: number
  readonly epoch: number
}

/** The broker gives this user no number. */
export class NoIdentityError extends Error {
  constructor(readonly refused: RefusalReason) {
    super(refused.reason)
  }
}

/** Milliseconds between two attempts. */
const PAUSE = 100

/** Asks for a producer's number when one is needed. */
export class ProducerIdentityHolder {
  readonly #cluster: Cluster
  #number: Promise<ProducerNumber> | undefined

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** The number; asks for it the first time. Rejects with a NoIdentityError. */
  get(): Promise<ProducerNumber> {
    this.#number ??= this.#ask().catch((error: unknown) => {
      this.renew()
      throw error
    })
    return this.#number
  }

  /** The brokers do not know the number any more. */
  renew(): void {
    this.#number = undefined
  }

  async #ask(): Promise<ProducerNumber> {
    const { signal, troubles, asker } = this.#cluster
    for (;;) {
      const { error, producerId, epoch } = await this.#cluster.ask(initProducerId, undefined).catch(refused)
      if (error === ERROR.none) {
        troubles.over(WHAT)
        return { producerId, epoch }
      }
      if (!isPassing(error)) throw new NoIdentityError(refusal(error, null, { asker }))
      troubles.met(WHAT, errorWords(error))
      await pause(PAUSE, signal)
    }
  }
}

const WHAT = 'publish with QoS 2'

function refused(error: unknown): never {
  throw error instanceof MissingApiError
    ? new NoIdentityError({
        code: 'not-supported',
        reason: `cannot ${WHAT}: ${error.message}`,
        suggestion: 'leave out --qos 2'
      })
    : error
}
