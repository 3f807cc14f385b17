import { describe, expect, it } from 'vitest'
import { sendsPasswordInClear } from '../../src/transport/credentials.js'
import { parseMqttUrl } from '../../src/transport/mqtt/mqtt-url.js'
import { connectionOptions, Notices } from '../support/connection-options.js'
import { openConnection } from '../support/open-connection.js'

describe('a password goes unencrypted', () => {
  it.each([
    ['mqtt://192.0.2.1', true],
    ['mqtt://broker.example.com', true],
    ['ws://broker.example.com', true],
    ['mqtt://127.example.com', true],
    ['mqtt://localhost.example.com', true],
    ['mqtt://[2001:db8::1]', true],
    ['mqtts://broker.example.com', false],
    ['wss://broker.example.com', false],
    ['mqtt://localhost', false],
    ['mqtt://127.0.0.1', false],
    ['mqtt://127.1.2.3', false],
    ['mqtt://[::1]', false],
    ['mqtt+unix:///run/broker.sock', false],
    ['local', false]
  ])('to %s: %s', (url, isSo) => {
    expect(sendsPasswordInClear(parseMqttUrl(url), { username: 'ann', password: 'x' })).toBe(isSo)
  })

  it('to nobody where there is none, or where it is in the URL of an encrypted broker', () => {
    expect(sendsPasswordInClear(parseMqttUrl('mqtt://192.0.2.1'), {})).toBe(false)
    expect(sendsPasswordInClear(parseMqttUrl('mqtt://ann:x@192.0.2.1'), {})).toBe(true)
    expect(sendsPasswordInClear(parseMqttUrl('mqtts://ann:x@192.0.2.1'), {})).toBe(false)
  })

  it('with a warning that does not name it, before anything is sent', async () => {
    const notices = new Notices()
    const options = connectionOptions('mqtt://ann:s3cret@192.0.2.1', {
      onNotice: notices.take,
      signal: AbortSignal.abort('SIGINT')
    })
    await expect(openConnection(options)).rejects.toMatchObject({ kind: 'interrupted' })
    expect(notices.all.map(({ kind }) => kind)).toEqual(['warning'])
    expect(notices.all[0]?.text).toContain('unencrypted')
    expect(notices.all[0]?.text).not.toContain('s3cret')
  })
})
