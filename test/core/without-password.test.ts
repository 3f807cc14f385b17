import fc from 'fast-check'
import { expect, it } from 'vitest'
import { withoutPassword } from '../../src/core/without-password.js'

it.each([
  ['cannot use "mqtt://ann:s3cret@host:1883/x": why', 'cannot use "mqtt://ann:***@host:1883/x": why'],
  ['a wss://:s3cret@h and socks5://b:s3cret@h', 'a wss://:***@h and socks5://b:***@h'],
  ['MQTT://ann:s3@cr/et@host', 'MQTT://ann:***@host'],
  ['mqtt+unix://ann:s"3cr\'et@host', 'mqtt+unix://ann:***@host'],
  ['"mqtt://ann:s3cret…" (200 characters)', '"mqtt://ann:***…" (200 characters)']
])('%s', (text, shown) => {
  expect(withoutPassword(text)).toBe(shown)
})

it.each(['mqtt://host:1883/a', 'mqtt://ann@host', 'see https://example.com/a:b', 'a:b@c', 'time 12:00 a@b'])(
  'leaves %s as it is',
  (text) => {
    expect(withoutPassword(text)).toBe(text)
  }
)

it('leaves nothing of any password without blanks', () => {
  const password = fc.string({ minLength: 6 }).filter((text) => /^[^\s@:*]+$/.test(text))
  fc.assert(
    fc.property(password, fc.stringMatching(/^[a-z]{0,8}$/), (secret, user) => {
      const shown = withoutPassword(`cannot read "mqtt://${user}:${secret}@host": no such file`)
      expect(shown).toBe(`cannot read "mqtt://${user}:***@host": no such file`)
    })
  )
})
