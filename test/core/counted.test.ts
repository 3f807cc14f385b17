import { expect, it } from 'vitest'
import { counted } from '../../src/core/counted.js'

it.each([
  [0, '0 messages'],
  [1, '1 message'],
  [12_345, '12,345 messages']
])('%d are "%s"', (count, text) => {
  expect(counted(count)).toBe(text)
})

it('other things may be counted, and the number written otherwise', () => {
  expect(counted(1000, 'session')).toBe('1,000 sessions')
  expect(counted(2, 'channel', (count) => `#${count}`)).toBe('#2 channels')
})
