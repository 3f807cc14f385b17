import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { errorWords, isPassing } from '../../../src/transport/kafka/error-codes.js'
import { errorName } from '../../../src/transport/kafka/error-names.js'

interface OtherError {
  readonly type: string
  readonly code: number
  readonly retriable: boolean
}

/** The table of another client. */
const others: readonly OtherError[] = createRequire(import.meta.url)(
  'kafkajs/src/protocol/error.js'
).errorCodes

/** Names that Kafka has changed since. */
const RENAMED: Readonly<Record<string, string>> = {
  NOT_LEADER_FOR_PARTITION: 'NOT_LEADER_OR_FOLLOWER',
  GROUP_LOAD_IN_PROGRESS: 'COORDINATOR_LOAD_IN_PROGRESS',
  GROUP_COORDINATOR_NOT_AVAILABLE: 'COORDINATOR_NOT_AVAILABLE',
  NOT_COORDINATOR_FOR_GROUP: 'NOT_COORDINATOR'
}

describe('an error of Kafka', () => {
  it.each(others.filter(({ code }) => code > 0))(
    '$code has the name that other clients know',
    ({ code, type }) => {
      expect(errorName(code)).toBe(RENAMED[type] ?? type)
    }
  )

  it('passes only where another client tries again, too', () => {
    const lasting = others.filter(({ retriable }) => !retriable)
    expect(lasting.filter(({ code }) => isPassing(code))).toEqual([])
  })

  it('without words of ours is told by number and name', () => {
    expect(errorWords(21)).toBe('the broker answered with error 21 (INVALID_REQUIRED_ACKS)')
    expect(errorWords(999)).toBe('the broker answered with error 999 (which Kafka has not)')
  })
})
