import { describe, expect, it } from 'vitest'
import { formatEnvelope, parseEnvelope } from '../../../src/core/envelope/envelope.js'
import type { Message } from '../../../src/core/message.js'

const parse = (line: string) => parseEnvelope(Buffer.from(line))

const textOf = (payload: Uint8Array | null) => Buffer.from(payload ?? 'no payload').toString()

describe('a message without a payload', () => {
  const tombstone: Message = { channel: 'a', payload: null, headers: [], key: 'k' }

  it('is a null with an encoding of its own, and comes back as it was', () => {
    const line = '{"channel":"a","key":"k","payload":null,"encoding":"null"}'
    expect(formatEnvelope(tombstone)).toBe(line)
    expect(parse(line)).toMatchObject(tombstone)
  })

  it('is neither an empty payload nor a JSON null', () => {
    const readBack = (payload: string) =>
      parse(formatEnvelope({ ...tombstone, payload: Buffer.from(payload) }))
    expect(readBack('').payload).toHaveLength(0)
    expect(textOf(readBack('null').payload)).toBe('null')
    expect(textOf(parse('{"channel":"a","payload":null}').payload)).toBe('null')
    expect(textOf(parse('{"channel":"a","payload":null,"encoding":"json"}').payload)).toBe('null')
    expect(textOf(parse('{"channel":"a","payload":1,"encoding":null}').payload)).toBe('1')
  })

  it('is asked for where payload and encoding are both null: a jq filter may have found neither', () => {
    expect(() => parse('{"channel":"a","payload":null,"encoding":null}')).toThrow(
      expect.objectContaining({
        kind: 'bad-input',
        message: 'fields "payload" and "encoding" are both null: is it no payload, or the JSON value null?',
        suggestion: 'write "encoding":"null" for no payload, "encoding":"json" for the JSON value null'
      })
    )
  })

  it.each(['0', '""', '"null"', '{}', 'false'])('is not %s with the encoding "null"', (payload) => {
    expect(() => parse(`{"channel":"a","payload":${payload},"encoding":"null"}`)).toThrow(
      expect.objectContaining({
        kind: 'bad-input',
        code: 'bad-envelope',
        message: `field "payload" is ${payload}: must be null, as "encoding" is "null"`
      })
    )
  })

  it.each(['text', 'base64'])('is not a null with the encoding "%s"', (encoding) => {
    expect(() => parse(`{"channel":"a","payload":null,"encoding":"${encoding}"}`)).toThrow(
      `field "payload" must be a string, as "encoding" is "${encoding}"`
    )
  })

  it('must have the field "payload"', () => {
    expect(() => parse('{"channel":"a","encoding":"null"}')).toThrow(
      expect.objectContaining({
        message: 'field "payload" is missing',
        suggestion: 'write "payload":null,"encoding":"null" for no payload'
      })
    )
  })
})
