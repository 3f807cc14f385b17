import { expect, it } from 'vitest'
import { visibleValue } from '../../src/ui/visible-value.js'

it.each([
  ['text', 'text'],
  ['a\x1b[2J', 'a\\u001b[2J'],
  ['k'.repeat(4096), 'k'.repeat(4096)],
  ['k'.repeat(4097), `${'k'.repeat(4096)}… (4097 characters)`],
  [Uint8Array.of(0, 255), '0x00ff'],
  [new Uint8Array(32), `0x${'00'.repeat(32)}`],
  [new Uint8Array(33), `0x${'00'.repeat(32)}… (33 bytes)`]
])('%j', (value, shown) => {
  expect(visibleValue(value)).toBe(shown)
})
