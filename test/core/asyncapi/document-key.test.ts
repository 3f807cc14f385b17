import fc from 'fast-check'
import { expect, it } from 'vitest'
import { documentKey } from '../../../src/core/asyncapi/document-key.js'

it.each([
  ['device/+/temp', 'device_temp'],
  ['Küche/Тест', 'Kuche_Test'],
  ['/a//b/', 'a_b'],
  ['$SYS/#', 'SYS'],
  ['/', 'channel'],
  ['', 'channel']
])('the key for %j is %s', (name, key) => {
  expect(documentKey(name)).toBe(key)
})

it('a key is what AsyncAPI allows, and no longer than 200 characters, whatever the name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 1000, size: 'max' }), (name) => {
      expect(documentKey(name)).toMatch(/^[A-Za-z0-9_]{1,200}$/)
    })
  )
})
