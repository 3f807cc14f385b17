import { describe, expect, it } from 'vitest'
import { type ConnectRequest, connectOptions } from '../../../src/transport/mqtt/connect-packet.js'
import { textMessage } from '../../support/memory-connection.js'

const request: ConnectRequest = {
  protocol: '5',
  clientId: 'me',
  keepalive: 30,
  clean: true,
  sessionExpiry: 60
}
const will = textMessage('gone', 'bye', {
  guarantee: 2,
  mqtt: { retain: true, payloadUtf8: true },
  expiry: 1.2,
  contentType: 'text/plain',
  responseChannel: 'r',
  correlation: Buffer.from('c'),
  headers: [
    ['a', '1'],
    ['__proto__', 'x'],
    ['a', '2'],
    ['bytes', Uint8Array.of(255)]
  ]
})

describe('what is said in CONNECT', () => {
  it('has properties over MQTT 5 only', () => {
    expect(connectOptions(request)).toMatchObject({
      protocolVersion: 5,
      properties: { sessionExpiryInterval: 60 }
    })
    expect(connectOptions({ ...request, protocol: '3.1.1' })).toMatchObject({ protocolVersion: 4 })
    expect(connectOptions({ ...request, protocol: '3.1.1' })).not.toHaveProperty('properties')
  })

  it('has no user name and no password unless there are some', () => {
    expect(connectOptions(request)).not.toHaveProperty('username')
    expect(connectOptions({ ...request, username: 'a', password: Uint8Array.of(0, 255) })).toMatchObject({
      username: 'a',
      password: Buffer.of(0, 255)
    })
  })

  it('has the last will with everything that MQTT 5 can say of it', () => {
    const said = connectOptions({ ...request, will }).will
    expect(said).toMatchObject({ topic: 'gone', payload: Buffer.from('bye'), qos: 2, retain: true })
    expect(said?.properties).toMatchObject({
      payloadFormatIndicator: true,
      // Whole seconds.
      messageExpiryInterval: 2,
      contentType: 'text/plain',
      responseTopic: 'r',
      correlationData: Buffer.from('c')
    })
    expect(Object.entries(said?.properties?.userProperties ?? {})).toEqual([
      ['a', ['1', '2']],
      ['__proto__', ['x']]
    ])
    expect(connectOptions({ ...request, protocol: '3.1.1', will }).will).not.toHaveProperty('properties')
  })

  it('leaves repeating, reconnecting and pinging to us', () => {
    expect(connectOptions(request)).toMatchObject({ reconnectPeriod: 0, resubscribe: false })
    expect(connectOptions(request)).not.toBe(connectOptions(request))
  })
})
