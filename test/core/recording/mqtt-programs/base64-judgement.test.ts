import { describe, expect, it } from 'vitest'
import { judgeBase64 } from '../../../../src/core/recording/mqtt-programs/base64-judgement.js'

const judge = (...payloads: string[]) => judgeBase64(payloads, 'tape.csv')

describe('payloads of a recorder that does not say how it wrote them', () => {
  it.each([
    ['one is padded', ['dHJ1ZQ==', 'MTIzNA==', 'abcd']],
    ['one is a JSON object', ['abcd', 'eyJhIjoxfQ==']],
    ['one is a JSON array of texts', ['abcd', 'WyJhYiJd']],
    ['one is a JSON array of numbers', ['abcd', 'WzEsIDJd']],
    ['there is none', []],
    ['all are empty', ['', '']]
  ])('are base64 where %s', (_where, payloads) => {
    expect(judge(...payloads)).toBe(true)
  })

  it.each([
    ['one is JSON', ['{"a":1}', 'abcd']],
    ['one has another length', ['abcde']],
    ['one has a space', ['ab cd123']]
  ])('are plain text where %s', (_where, payloads) => {
    expect(judge(...payloads)).toBe(false)
  })

  it('may be both, and then the user is asked to say which', () => {
    expect(() => judge('true', '1234')).toThrow(
      expect.objectContaining({
        kind: 'bad-input',
        code: 'ambiguous-recording',
        message: expect.stringContaining('tape.csv'),
        suggestion: expect.stringContaining('--format mqtt-recorder-base64')
      })
    )
  })
})
