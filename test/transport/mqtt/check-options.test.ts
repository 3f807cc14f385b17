import { describe, expect, it } from 'vitest'
import type { ConnectionOptions } from '../../../src/core/connection.js'
import { checkOptions } from '../../../src/transport/mqtt/check-options.js'
import { parseMqttUrl } from '../../../src/transport/mqtt/mqtt-url.js'
import { connectionOptions } from '../../support/connection-options.js'

const check = (more: Partial<ConnectionOptions>, url = 'mqtts://host') => {
  const warnings: string[] = []
  const onNotice: ConnectionOptions['onNotice'] = ({ text }) => warnings.push(text)
  checkOptions([parseMqttUrl(url)], connectionOptions(url, { onNotice, ...more }))
  return warnings.length
}

describe('what MQTT cannot say is refused before a socket opens', () => {
  it.each([
    ['a keep-alive that is too long', { keepalive: 65_536 }, 'bad-keepalive'],
    ['a keep-alive of half a second', { keepalive: 0.5 }, 'bad-keepalive'],
    ['an empty client id', { clientId: '' }, 'bad-connect-text'],
    ['an empty session', { session: '' }, 'bad-connect-text'],
    ['a NUL', { username: 'a\0' }, 'bad-connect-text'],
    ['half a character', { username: 'a\ud800' }, 'bad-connect-text'],
    ['a user name that is too long', { username: 'ü'.repeat(32_768) }, 'bad-connect-text'],
    ['a password that is too long', { username: 'a', password: Buffer.alloc(65_536) }, 'bad-connect-text'],
    ['a password without a user name', { password: 'p' }, 'username-missing']
  ])('%s', (_what, more, code) => {
    expect(() => check(more)).toThrow(expect.objectContaining({ kind: 'usage', code }))
  })

  it.each([
    ['any bytes as a password', { username: 'a', password: Buffer.of(0, 255) }],
    ['an empty user name', { username: '' }],
    ['a password alone over MQTT 5', { password: 'p', mqtt: { version: '5' } }]
  ] as const)('but not %s', (_what, more) => {
    expect(() => check(more)).not.toThrow()
  })
})

it('a password that goes over the network in the clear is warned of', () => {
  const credentials = { username: 'a', password: 'p' }
  expect([
    check(credentials, 'mqtt://broker.example'),
    check(credentials, 'mqtts://broker.example'),
    check({})
  ]).toEqual([1, 0, 0])
})
