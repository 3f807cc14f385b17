import { describe, expect, it } from 'vitest'
import { describeServer } from '../../src/core/described-server.js'

const NAMES = { mqtt: 'mqtt', wss: 'wss', 'mqtt+unix': 'mqtt' }

describe('a broker in a document', () => {
  it.each([
    ['mqtt://h:1883', { host: 'h:1883', protocol: 'mqtt' }],
    ['MQTT://[fe80::1]:1', { host: '[fe80::1]:1', protocol: 'mqtt' }],
    ['wss://h:443/mqtt?token=secret', { host: 'h:443', protocol: 'wss', pathname: '/mqtt' }],
    ['wss://h/', { host: 'h', protocol: 'wss' }],
    // No URL of ours has a password here. If one has, it stays out of the document.
    ['mqtt://ann:secret@h', { host: 'h', protocol: 'mqtt' }]
  ])('%s is %o', (url, server) => {
    expect(describeServer(url, NAMES)).toEqual(server)
  })

  it('has the version of its protocol where that is known', () => {
    expect(describeServer('mqtt://h', NAMES, '5.0')).toMatchObject({ protocolVersion: '5.0' })
  })

  it.each(['local', '', 'h:1883', 'constructor://h', 'amqp://h'])('%j is none', (url) => {
    expect(describeServer(url, NAMES)).toBeUndefined()
  })
})
