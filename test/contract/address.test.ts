import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AddressTemplate } from '../../src/contract/address.js'

const match = (address: string, channel: string, separator = '/') => {
  const values = new AddressTemplate(address, { separator }).match(channel)
  return values === undefined ? undefined : Object.fromEntries(values)
}

it.each([
  ['a/{b}', 'a/x', { b: 'x' }],
  ['a/{b}', 'a/', undefined],
  ['a/{b}', 'a/x/y', undefined],
  ['{a}/{b}', 'x/y', { a: 'x', b: 'y' }],
  ['device-{id}/temp', 'device-12/temp', { id: '12' }],
  ['device-{id}/temp', 'device-/temp', undefined],
  ['{a}-{b}.json', '1-2-3.json', { a: '1', b: '2-3' }],
  ['{a}-{b}.json', '.json-.json', undefined],
  ['x{a}x', 'xxx', { a: 'x' }],
  ['x{a}x', 'xx', undefined],
  ['{a}{b}', 'xyz', { a: 'x', b: 'yz' }],
  ['{a}{b}', 'x', undefined],
  ['a{}/b', 'a{}/b', {}],
  ['__proto__/{__proto__}', '__proto__/x', JSON.parse('{"__proto__": "x"}')]
])('%s and %s', (address, channel, values) => {
  const found = match(address, channel)
  expect(found).toEqual(values)
})

const part = fc.oneof(fc.constantFrom('a', 'b', 'ab', '-', '.'), fc.constantFrom('{x}', '{y}'))
const levels = fc.array(
  fc.array(part, { maxLength: 4 }).map((parts) => parts.join('')),
  { minLength: 1, maxLength: 3 }
)
const names = fc.array(fc.stringMatching(/^[ab.-]{0,6}$/), { minLength: 1, maxLength: 3 })

it('an address matches what its regular expression matches', () => {
  fc.assert(
    fc.property(levels, names, (address, channel) => {
      const text = address.join('/')
      const expression = text.replace(/\{\w\}|[^{}]/g, (each) =>
        each.length > 1 ? '[^/]+' : `\\u{${each.charCodeAt(0).toString(16)}}`
      )
      expect(match(text, channel.join('/')) !== undefined).toBe(
        new RegExp(`^${expression}$`, 'u').test(channel.join('/'))
      )
    }),
    { numRuns: 3000 }
  )
})
