import { describe, expect, it } from 'vitest'
import { hasBraces, type NamedLevel, nameParameters } from '../../../src/core/catalogue/family-address.js'

const id = (word?: string): NamedLevel => ({
  level: '',
  parameter: { origin: 'identifier', ...(word !== undefined && { word }) }
})
const levels = (...texts: string[]) => texts.map((level): NamedLevel => ({ level }))
const addressOf = (...path: NamedLevel[]) => nameParameters(path, '/').address

describe('the name of a parameter', () => {
  it.each([
    ['devices', 'device_id'],
    ['Batteries', 'battery_id'],
    ['status', 'status_id'],
    ['glass', 'glass_id'],
    ['Küche', 'kuche_id'],
    ['a-b c', 'a_b_c_id'],
    ['123', '123_id'],
    ['', 'id']
  ])('comes from the level before: %s', (before, name) => {
    expect(addressOf(...levels(before), id())).toBe(`${before}/{${name}}`)
  })

  it('comes from the word that its values start with, rather than from the level before', () => {
    expect(addressOf(...levels('house'), id('lamp-'))).toBe('house/{lamp_id}')
  })

  it('is the one that the user gave', () => {
    expect(addressOf(...levels('house'), { level: '', parameter: { origin: 'rule', name: 'room' } })).toBe(
      'house/{room}'
    )
  })

  it('says that it is a name where its values are words', () => {
    expect(addressOf(...levels('rooms'), { level: '', parameter: { origin: 'structure' } })).toBe(
      'rooms/{room_name}'
    )
  })

  it('is there once only', () => {
    expect(addressOf(id(), id(), id())).toBe('{id}/{id_2}/{id_3}')
  })
})

describe('a level that contains braces', () => {
  it('is written as a parameter, since an address cannot say it', () => {
    const { address, names } = nameParameters(levels('a', '{b}', 'c'), '.')
    expect(address).toBe('a.{a_id}.c')
    expect([...names]).toEqual([[1, 'a_id']])
    expect([hasBraces('{b}'), hasBraces('b')]).toEqual([true, false])
  })
})
