import type { Api } from './api.js'

export interface ProducerIdentity {
  readonly error: number
  readonly producerId: number
  readonly epoch: number
}

/** Milliseconds after which the broker gives up a transaction; without transactions it counts for nothing. */
const TRANSACTION_TIMEOUT = 60_000

/** Gives an idempotent producer its number. */
export const initProducerId: Api<undefined, ProducerIdentity> = {
  name: 'InitProducerId',
  key: 22,
  minVersion: 0,
  maxVersion: 1,
  write(to) {
    to.string(null)
    to.fourBytes(TRANSACTION_TIMEOUT)
  },
  read(from) {
    from.int32()
    return { error: from.int16(), producerId: from.int64(), epoch: from.int16() }
  }
}
