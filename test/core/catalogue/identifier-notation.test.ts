import { describe, expect, it } from 'vitest'
import { notationKinds } from '../../../src/core/catalogue/identifier-notation.js'

const kindOf = (level: string) => notationKinds(level)[0]?.key

describe('the notation of an identifier', () => {
  it.each([
    ['0f8fad5b-d9cb-469f-a165-70867728950e', 'uuid '],
    ['0f8fad5bd9cb469fa16570867728950e', 'uuid '],
    ['00:12:4b:00:14:d9:81:3a', 'eui64 '],
    ['a4:cf:12:6d:01:ff', 'mac '],
    ['A4-CF-12-6D-01-FF', 'mac '],
    ['a4cf.126d.01ff', 'mac '],
    ['sensor_a4:cf:12:6d:01:ff', 'mac sensor_'],
    ['192.168.0.7', 'ipv4 '],
    ['192_168_0_7', 'ipv4 '],
    ['2001:db8::1', 'ipv6 '],
    ['2026-11-23', 'date '],
    ['23.11.2026', 'date '],
    ['2026-11-23T19:05:01Z', 'date '],
    ['backup-2026-11-23', 'date backup-'],
    ['2026-11', 'month '],
    ['2026-W07', 'week '],
    ['0x00124b0014d9813a', '0x '],
    ['V1StGXR8Z5jdHi6B', 'token 16']
  ])('of %s', (level, key) => {
    expect(kindOf(level)).toBe(key)
  })

  it.each([
    'kitchen',
    'temperature',
    '123456789012',
    '999.999.0.1',
    '2026-13-01',
    'temperatureOfTheThing2',
    'living-room-lamp-2'
  ])('is none for %s', (level) => {
    expect(kindOf(level)).toBeUndefined()
  })

  it('takes two siblings', () => {
    expect(notationKinds('2026-11-23')[0]?.fewest([])).toBe(2)
  })
})
