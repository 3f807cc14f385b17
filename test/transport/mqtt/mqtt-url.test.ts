import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../../src/core/errors.js'
import { formatBrokerUrl } from '../../../src/transport/broker-url.js'
import { parseMqttUrl } from '../../../src/transport/mqtt/mqtt-url.js'

function failureOf(text: string): TidingsError {
  try {
    parseMqttUrl(text)
  } catch (error) {
    if (error instanceof TidingsError) return error
    throw error
  }
  throw new Error(`"${text}" was accepted`)
}

describe('a broker URL', () => {
  it.each([
    ['mqtt://broker.example', { scheme: 'mqtt', host: 'broker.example', port: 1883, path: '' }],
    ['mqtts://broker.example/', { scheme: 'mqtts', host: 'broker.example', port: 8883, path: '' }],
    ['ws://broker.example', { scheme: 'ws', host: 'broker.example', port: 80, path: '/mqtt' }],
    ['ws://broker.example/', { scheme: 'ws', host: 'broker.example', port: 80, path: '/' }],
    ['wss://h:9001/a%20b?token=x', { scheme: 'wss', host: 'h', port: 9001, path: '/a%20b?token=x' }],
    ['wss://h?token=x', { scheme: 'wss', host: 'h', port: 443, path: '/mqtt?token=x' }],
    ['mqtt://[::1]:1884', { scheme: 'mqtt', host: '::1', port: 1884, path: '' }],
    ['mqtt://[fe80::1%eth0]:1884', { scheme: 'mqtt', host: 'fe80::1%eth0', port: 1884, path: '' }],
    ['mqtt://[fe80::1%25eth0]:1884', { scheme: 'mqtt', host: 'fe80::1%eth0', port: 1884, path: '' }],
    ['[FE80::1%25]', { scheme: 'mqtt', host: 'fe80::1%25', port: 1883, path: '' }],
    ['wss://[fe80::1%25br-lan.7]', { scheme: 'wss', host: 'fe80::1%br-lan.7', port: 443, path: '/mqtt' }],
    [
      'mqtts://ann:%25@[fe80::1%eth0]',
      { scheme: 'mqtts', host: 'fe80::1%eth0', port: 8883, path: '', username: 'ann', password: '%' }
    ],
    ['[::1]', { scheme: 'mqtt', host: '::1', port: 1883, path: '' }],
    ['broker', { scheme: 'mqtt', host: 'broker', port: 1883, path: '' }],
    ['broker:1884', { scheme: 'mqtt', host: 'broker', port: 1884, path: '' }],
    ['local:1884', { scheme: 'mqtt', host: 'local', port: 1884, path: '' }],
    ['my_broker:80', { scheme: 'mqtt', host: 'my_broker', port: 80, path: '' }],
    ['MQTT://Broker.Example:1883', { scheme: 'mqtt', host: 'broker.example', port: 1883, path: '' }],
    ['mqtt://bücher.example', { scheme: 'mqtt', host: 'xn--bcher-kva.example', port: 1883, path: '' }],
    [
      'mqtt+unix:///run/my%20broker.sock',
      { scheme: 'mqtt+unix', host: '', port: 0, path: '/run/my broker.sock' }
    ],
    ['local', { scheme: 'local', host: '', port: 0, path: '' }],
    ['local://', { scheme: 'local', host: '', port: 0, path: '' }]
  ])('%s is understood', (text, url) => {
    const { socket: _socket, ...place } = parseMqttUrl(text)
    expect(place).toEqual(url)
  })

  it.each([
    ['h', 'tcp'],
    ['mqtt://h', 'tcp'],
    ['mqtts://h', 'tls'],
    ['ws://h', 'ws'],
    ['wss://h', 'wss'],
    ['mqtt+unix:///run/broker.sock', 'unix'],
    ['local', 'local']
  ])('%s is reached over a socket of kind %s', (text, socket) => {
    expect(parseMqttUrl(text).socket).toBe(socket)
  })

  it.each([
    ['mqtt://ann:s3cret@h', 'ann', 's3cret'],
    ['mqtt://ann:a%3Ab%40c%25d%2Fe@h', 'ann', 'a:b@c%d/e'],
    ['mqtt://ann:a:b@c@h', 'ann', 'a:b@c'],
    ['ann:s3cret@h:1', 'ann', 's3cret'],
    ['mqtt://ann@h', 'ann', undefined],
    ['mqtt://:s3cret@h', undefined, 's3cret'],
    ['mqtt://vhost%3Aann:x@h', 'vhost:ann', 'x']
  ])('%s has its credentials decoded', (text, username, password) => {
    const url = parseMqttUrl(text)
    expect([url.username, url.password]).toEqual([username, password])
  })

  it('may have commas in its user name and password, and in no other place', () => {
    expect(parseMqttUrl('mqtt://a,da:12,34@h')).toMatchObject({
      host: 'h',
      username: 'a,da',
      password: '12,34'
    })
    for (const text of ['mqtt://a,b', 'mqtt://u:p@a,b', 'mqtts://a:1,b:2'])
      expect(failureOf(text)).toMatchObject({
        code: 'bad-broker-url',
        message: expect.stringContaining('several hosts')
      })
  })

  it.each([
    '',
    ' ',
    'mqtt://',
    'mqtt://:1883',
    'mqtt://h:99999',
    'mqtt://h:0',
    'mqtt://h:x',
    'h:x',
    '::1',
    'mqtt://h/path',
    'mqtt://h?clientId=x',
    'mqtt://h?',
    'mqtt://h#x',
    'wss://h/mqtt#x',
    'mqtt://a b',
    'mqtt://a%20b',
    'mqtt://a%zz',
    'mqtt://h\n',
    'mqtt://u:%zz@h',
    'mqtt+unix://',
    'mqtt+unix:///',
    'mqtt+unix://relative/path',
    'mqtt+unix:///a%00b',
    'mqtt+unix:///a?b',
    'local://h'
  ])('"%s" is refused', (text) => {
    expect(failureOf(text)).toMatchObject({ kind: 'usage', code: 'bad-broker-url' })
  })

  it('names the port that does not exist', () => {
    expect(failureOf('mqtt://h:99999').message).toContain('there is no port 99999')
  })
})

describe('a broker URL that is shown', () => {
  it.each([
    ['mqtt://ann:s3cret@h', 'mqtt://h:1883'],
    ['wss://ann:s3cret@[::1]/x?token=s3cret', 'wss://[::1]:443/x'],
    ['[fe80::1%eth0]', 'mqtt://[fe80::1%25eth0]:1883'],
    ['mqtt+unix:///run/a%20b.sock', 'mqtt+unix:///run/a%20b.sock'],
    ['local:', 'local']
  ])('%s becomes %s', (text, shown) => {
    expect(formatBrokerUrl(parseMqttUrl(text))).toBe(shown)
  })

  it.each([
    'mqtt://ann:s3cret@h:99999',
    'mqtt://ann:s3/cret@h',
    'mqtt://ann:s3?cret@h',
    'tcp://ann:s3cret@h',
    'ann:s3cret@h:99999',
    'ann:s3/cret@h/x',
    'mqtt://h?password=s3cret',
    'mqtt://s3cret:%zz@h'
  ])('%s tells no secret when it is refused', (text) => {
    const { message, suggestion } = failureOf(text)
    expect(`${message} ${suggestion}`).not.toMatch(/s3|cret/)
  })

  it('is the same broker when it is read again', () => {
    const hosts = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6())
    const schemes = fc.constantFrom('mqtt', 'mqtts', 'ws', 'wss')
    fc.assert(
      fc.property(schemes, hosts, fc.integer({ min: 1, max: 65535 }), (scheme, host, port) => {
        const url = parseMqttUrl(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`)
        expect(parseMqttUrl(formatBrokerUrl(url))).toEqual(url)
      })
    )
  })

  it('gives any user name and password back, and never shows them', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 })
    fc.assert(
      fc.property(text, text, (username, password) => {
        const credentials = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`
        const url = parseMqttUrl(`mqtt://${credentials}@broker.example`)
        expect([url.username, url.password]).toEqual([username, password])
        expect(formatBrokerUrl(url)).toBe('mqtt://broker.example:1883')
      })
    )
  })

  it('is either a URL or a usage error, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((rest) => `mqtt://${rest}`)
        ),
        (text) => {
          try {
            parseMqttUrl(text)
          } catch (error) {
            expect(error).toMatchObject({ name: 'TidingsError', kind: 'usage' })
          }
        }
      )
    )
  })
})
