import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ByteWriter } from '../../../src/core/byte-writer.js'
import type { Violation } from '../../../src/core/contract.js'
import { formatEnvelope, parseEnvelope, unknownFields } from '../../../src/core/envelope/envelope.js'
import { encodeEntry, parseEntry } from '../../../src/core/recording/recording-entry.js'
import { RecordingPosition } from '../../../src/core/recording/recording-position.js'
import { textMessage } from '../../support/memory-connection.js'
import { WRONG } from '../../support/plain-contract.js'

const text = fc.string({ unit: 'binary', maxLength: 12 })
const violation = fc.record<Violation>({
  part: fc.constantFrom('channel', 'payload', 'headers', 'key', 'contentType', 'correlation'),
  pointer: text,
  rule: text,
  expected: text,
  found: text,
  schema: text
})

it('an envelope says what is wrong with its message, after everything else', () => {
  const message = { ...textMessage('a', '{"temp":31}'), violations: [WRONG] }
  expect(formatEnvelope(message)).toBe(
    formatEnvelope(textMessage('a', '{"temp":31}')).replace(
      /\}$/,
      ',"violations":[{"part":"payload","pointer":"/temp","rule":"maximum","expected":"at most 30","found":"31","schema":"#/properties/temp/maximum"}]}'
    )
  )
})

it('readers of envelopes and recordings take no notice of it: the message is the same', () => {
  fc.assert(
    fc.property(fc.array(violation, { minLength: 1, maxLength: 3 }), fc.json(), (violations, payload) => {
      const plain = textMessage('a', payload)
      const line = formatEnvelope({ ...plain, violations })
      expect(JSON.parse(line).violations).toEqual(JSON.parse(JSON.stringify(violations)))
      // No line break, and nothing that a terminal obeys.
      expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f\u202e]/)
      expect(formatEnvelope(parseEnvelope(Buffer.from(line)))).toBe(formatEnvelope(plain))
      expect(unknownFields).toEqual([])
      const entry = new ByteWriter()
      encodeEntry({ ...plain, violations }, 7, entry)
      const { message } = parseEntry(entry.take(), new RecordingPosition())
      expect(formatEnvelope(message)).toBe(formatEnvelope(plain))
    })
  )
})
