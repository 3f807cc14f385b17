import { describe, expect, it } from 'vitest'
import {
  connackCode,
  FIRST_REFUSAL,
  formatReason,
  publishingSuggestion,
  REASON
} from '../../../src/transport/mqtt/reason-codes.js'

describe('a reason code in words', () => {
  it('is known for every code that says no', () => {
    const codes = Array.from({ length: 0xa2 - FIRST_REFUSAL + 1 }, (_, index) => FIRST_REFUSAL + index)
    expect(
      codes.map((code) => formatReason(code)).filter((words) => words.startsWith('reason code'))
    ).toEqual([])
    expect(new Set(codes.map((code) => formatReason(code))).size).toBe(codes.length)
  })

  it('is its number where the standard does not have it', () => {
    expect(formatReason(0xfe)).toBe('reason code 0xfe')
    expect(formatReason(0x05)).toBe('reason code 0x05')
  })

  it('is followed by what the broker said, on one line', () => {
    expect(formatReason(REASON.notAuthorized, ' only\r\n\tadmins ')).toBe('not authorized (only admins)')
    expect(formatReason(REASON.notAuthorized, ' \n ')).toBe('not authorized')
  })
})

describe('the answer of a broker to CONNECT', () => {
  it.each([
    [1, REASON.unsupportedProtocolVersion],
    [2, REASON.clientIdentifierNotValid],
    [3, REASON.serverUnavailable],
    [4, REASON.badUserNameOrPassword],
    [5, REASON.notAuthorized]
  ])('%i of MQTT 3.1.1 says what %i of MQTT 5 says', (three, five) => {
    expect(connackCode(three)).toBe(five)
    expect(connackCode(five)).toBe(five)
  })

  it('is a success in both', () => {
    expect(connackCode(0)).toBe(0)
  })
})

it('a publisher is told what to do about a refusal only where something can be done', () => {
  expect(publishingSuggestion(REASON.payloadFormatInvalid)).toContain('--payload-utf8')
  expect(publishingSuggestion(REASON.unspecified)).toBeUndefined()
})
