import { expect, it } from 'vitest'
import { holdsPassword } from '../../src/cli/password-in-url.js'

it.each([
  ['mqtt://ada:secret@host', true],
  ['ada:secret@host', true],
  ['mqtt://ada:p@ss@host:1883/path', true],
  ['socks5://ada:secret@proxy:1080', true],
  ['mqtt://ada@host', false],
  ['mqtt://ada:@host', false],
  ['mqtt://host:1883', false],
  ['host:1883', false],
  ['mqtt://host/path?x=a:b@c', false],
  ['', false]
])('%s: %s', (url, holds) => {
  expect(holdsPassword(url)).toBe(holds)
})
