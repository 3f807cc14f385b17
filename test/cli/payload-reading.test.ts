import { describe, expect, it } from 'vitest'
import { payloadReadingOf, type SaidOfPayloads } from '../../src/cli/payload-reading.js'
import type { TidingsError } from '../../src/core/errors.js'

const read = (text: string, said: Partial<SaidOfPayloads>, place = 'stdin') =>
  payloadReadingOf({ encoding: undefined, contentType: undefined, ...said })?.(Buffer.from(text), place)
const failureOf = (work: () => unknown): TidingsError => {
  try {
    work()
  } catch (error) {
    return error as TidingsError
  }
  throw new Error('it was read')
}
const JSON_TYPE = { contentType: 'application/json' }

describe('a payload that was said to be JSON', () => {
  it.each([
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/cloudevents+json',
    'application/vnd.a.b+json;v=1',
    'text/json'
  ])('as %s is checked', (contentType) => {
    expect(read('{"n":1}', { contentType })).toEqual(Buffer.from('{"n":1}'))
    expect(failureOf(() => read('{"n":1,\n "m" 2}', { contentType }))).toMatchObject({
      kind: 'bad-input',
      code: 'invalid-json',
      message: `cannot publish stdin as ${contentType}: line 2, column 6: expected ":", found "2"`,
      suggestion: 'correct it, or name another --content-type',
      details: { line: 2, column: 6 }
    })
  })

  it.each(['text/plain', 'application/jsonlines', 'application/json-seq', 'application/x-ndjson', undefined])(
    'is not checked as %s',
    (contentType) => {
      expect(payloadReadingOf({ encoding: undefined, contentType })).toBeUndefined()
    }
  )

  it('and lost its quotes in the shell is to be quoted', () => {
    expect(failureOf(() => read('{name:Ada}', JSON_TYPE, 'PAYLOAD')).suggestion).toContain(
      'quote it for the shell'
    )
    expect(failureOf(() => read('{name:Ada}', JSON_TYPE, 'stdin')).suggestion).toContain('correct it')
  })

  it('and is empty is not JSON', () => {
    expect(failureOf(() => read('', JSON_TYPE)).message).toContain('line 1, column 1: it is empty')
  })
})

describe('a payload that is written in hex or base64', () => {
  it('is decoded, and checked after that', () => {
    expect(read('7b7d', { encoding: 'hex', ...JSON_TYPE })).toEqual(Buffer.from('{}'))
    expect(read('AP8=', { encoding: 'base64' })).toEqual(Buffer.of(0, 255))
    expect(failureOf(() => read('7b', { encoding: 'hex', ...JSON_TYPE })).code).toBe('invalid-json')
  })

  it('is refused with the reason if it is not', () => {
    expect(failureOf(() => read('zz', { encoding: 'hex' }, 'line 3 of stdin'))).toMatchObject({
      kind: 'bad-input',
      code: 'invalid-encoding',
      message: 'cannot publish line 3 of stdin: it is not hex: "z" is not a hexadecimal digit'
    })
  })
})
