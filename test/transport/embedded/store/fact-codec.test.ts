import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decodeFact,
  encodeFact,
  isInCheckpoint
} from '../../../../src/transport/embedded/store/fact-codec.js'
import type { Fact } from '../../../../src/transport/embedded/store/facts.js'
import { ByteWriter } from '../../../../src/transport/wire/byte-writer.js'
import { anyFact } from '../../../support/stored-facts.js'

const encoded = (fact: Fact, inCheckpoint: boolean): Buffer => {
  const to = new ByteWriter(8)
  encodeFact(fact, inCheckpoint, to)
  return Buffer.from(to.written)
}

test('every fact is read as it was written, in a checkpoint and outside of one', () => {
  fc.assert(
    fc.property(anyFact, fc.boolean(), (fact, inCheckpoint) => {
      const bytes = encoded(fact, inCheckpoint)
      expect(isInCheckpoint(bytes, 0)).toBe(inCheckpoint)
      const read = decodeFact(bytes, 0, bytes.length)
      const plain =
        read.kind === 'message'
          ? { ...read, properties: [...read.properties], payload: [...read.payload] }
          : read
      expect(plain).toEqual(
        fact.kind === 'message'
          ? { ...fact, properties: [...fact.properties], payload: [...fact.payload] }
          : fact
      )
    })
  )
})

test('bytes that end too early and kinds of a later version are an error', () => {
  const bytes = encoded({ kind: 'session', no: 1, id: 'ada', expiry: 10, leftAt: 0 }, false)
  expect(() => decodeFact(bytes, 0, bytes.length - 2)).toThrow(RangeError)
  expect(() => decodeFact(Buffer.from([0x7f]), 0, 1)).toThrow('unknown kind')
})
