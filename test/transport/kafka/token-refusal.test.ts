import fc from 'fast-check'
import { expect, it } from 'vitest'
import { whyNoToken } from '../../../src/transport/kafka/token-refusal.js'
import { unsecuredToken } from '../../support/unsecured-token.js'

const NOW = Date.parse('2026-11-29T08:00:00Z')
const INVALID = '{"status":"invalid_token"}'

it('a token that has run out is told with its time', () => {
  expect(whyNoToken(unsecuredToken('ann', NOW), INVALID, NOW)).toBe(
    'the token ran out at 2026-11-29T08:00:00.000Z'
  )
  expect(whyNoToken(Buffer.from(unsecuredToken('ann', NOW - 1000)), INVALID, NOW)).toContain('07:59:59')
})

it.each([
  ['one that is still good', unsecuredToken('ann', NOW + 1000)],
  ['one that says no end', `x.${Buffer.from('{"sub":"ann"}').toString('base64url')}.x`],
  ['one whose end is no time', `x.${Buffer.from('{"exp":1e300}').toString('base64url')}.x`],
  ['one that is no JSON Web Token', 'secret']
])('of %s, the words of the broker are told', (_, token) => {
  expect(whyNoToken(token, INVALID, NOW)).toBe('the token was not accepted: "invalid_token"')
})

it('an answer that is not JSON is shown, and not longer than a line', () => {
  expect(whyNoToken('secret', 'no', NOW)).toBe('the token was not accepted: no')
  expect(whyNoToken('secret', 'x'.repeat(100_000), NOW).length).toBeLessThan(300)
})

it('whatever token and broker say, it is words that a terminal does not obey, and never the token', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (token, answer) => {
      expect(whyNoToken(`header.${token}`, answer, NOW)).not.toMatch(/[\p{Cc}]/u)
    })
  )
  fc.assert(
    fc.property(fc.json(), (json) => {
      const why = whyNoToken(`x.${Buffer.from(json).toString('base64url')}.secret`, json, NOW)
      expect(why).toMatch(/^the token (ran out|was not accepted)/)
      expect(why).not.toContain('.secret')
    })
  )
})
