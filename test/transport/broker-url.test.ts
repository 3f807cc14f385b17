import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import {
  badBrokerUrl,
  decodePart,
  formatBrokerUrl,
  parseNetworkUrl,
  schemeOf,
  showSafely
} from '../../src/transport/broker-url.js'

const PASSWORD =
  'write it like kafka://USER:PASSWORD@HOST:PORT; %3A, %40, %2F and %25 stand for : @ / % in a password'

const parse = (text: string) => parseNetworkUrl(text, text, 7)

function failureOf(act: () => unknown): TidingsError {
  try {
    act()
  } catch (error) {
    if (error instanceof TidingsError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('the scheme of a broker', () => {
  it.each([
    ['mqtt://h', 'mqtt'],
    ['AMQP://h/vhost', 'amqp'],
    ['mqtt+unix:///run/x', 'mqtt+unix'],
    ['local', 'local'],
    ['LOCAL:', 'local'],
    ['local://', 'local'],
    ['h', undefined],
    ['h:1883', undefined],
    ['local:1883', undefined],
    ['ann:s3cret@h', undefined]
  ])('of %s is %s', (text, scheme) => {
    expect(schemeOf(text)).toBe(scheme)
  })
})

describe('a URL of a network, whatever its protocol', () => {
  it.each([
    ['kafka://h', { host: 'h', port: 7 }],
    ['kafka://h:9092', { host: 'h', port: 9092 }],
    ['kafka://[2001:db8::1]:9092', { host: '2001:db8::1', port: 9092 }],
    ['amqp://ann:a%2Fb%40c@h/v', { host: 'h', port: 7, username: 'ann', password: 'a/b@c' }],
    ['amqp://ann@h', { host: 'h', port: 7, username: 'ann' }],
    ['amqp://:x@h', { host: 'h', port: 7, password: 'x' }],
    ['kafka://my_broker', { host: 'my_broker', port: 7 }]
  ])('%s is understood', (text, place) => {
    const { url: _url, ...parsed } = parse(text)
    expect(parsed).toEqual(place)
  })

  it('gives the rest as the platform parsed it', () => {
    expect(parse('amqp://h/v%2Fw?exchange=x').url).toMatchObject({
      pathname: '/v%2Fw',
      search: '?exchange=x'
    })
  })

  it.each([
    'kafka://',
    'kafka://:1',
    'kafka://h:0',
    'kafka://h:65536',
    'kafka://h#x',
    'kafka://u:%zz@h',
    'kafka'
  ])('%s is refused', (text) => {
    expect(failureOf(() => parse(text))).toMatchObject({ kind: 'usage', code: 'bad-broker-url' })
  })

  it.each([
    ['kafka://', 'the host is missing', 'write it like kafka://HOST:PORT'],
    ['kafka://:9092', 'the host is missing', 'write it like kafka://HOST:PORT'],
    ['kafka://ada@:9092', 'the host is missing', PASSWORD],
    ['kafka://h:99999', 'there is no port 99999', 'a port is a number from 1 to 65535'],
    ['kafka://h:0', 'there is no port 0', 'a port is a number from 1 to 65535'],
    ['kafka://h:abc', 'what follows its ":" is no port', PASSWORD],
    ['kafka://ada:s3cret@h:abc', 'what follows its ":" is no port', PASSWORD],
    ['kafka://h:1:2', 'what follows its ":" is no port', PASSWORD],
    ['kafka://[::1', 'it is not a URL', 'write it like kafka://HOST:PORT']
  ])('%s is told what is wrong, and how it is written', (text, why, suggestion) => {
    const failure = failureOf(() => parse(text))
    expect(failure).toMatchObject({ message: expect.stringContaining(`: ${why}`), suggestion })
    expect(failure.message).not.toContain('s3cret')
  })

  it('is the same place when it is shown and read again', () => {
    const hosts = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6())
    fc.assert(
      fc.property(hosts, fc.integer({ min: 1, max: 65535 }), (name, number) => {
        const { host, port } = parse(`kafka://${name.includes(':') ? `[${name}]` : name}:${number}`)
        const shown = formatBrokerUrl({ scheme: 'kafka', socket: 'tcp', host, port, path: '' })
        expect(parse(shown)).toMatchObject({ host, port })
      })
    )
  })
})

describe('a broker that is shown', () => {
  const place = { scheme: 'x', host: 'h', port: 1, path: '', username: 'ann', password: 's3cret' }

  it.each([
    [{ ...place, socket: 'tcp' as const }, 'x://h:1'],
    [{ ...place, socket: 'wss' as const, host: '::1', path: '/p?token=s3cret' }, 'x://[::1]:1/p'],
    [{ ...place, socket: 'unix' as const, path: '/run/a b.sock' }, 'x:///run/a%20b.sock'],
    [{ ...place, socket: 'local' as const, scheme: 'local' }, 'local']
  ])('has neither credentials nor query: %o', (url, shown) => {
    expect(formatBrokerUrl(url)).toBe(shown)
  })

  it.each([
    ['x://ann:s3cret@h', 'x://…@h'],
    ['ann:s3cret@h', '…@h'],
    ['x://ann:s3@cret@h', 'x://…@h'],
    ['x://ann:s3cret', 'x://ann:…'],
    ['ann:s3cret', 'ann:…'],
    ['local:s3cret', 'local:…'],
    ['x://[::1]:1883/a', 'x://[::1]:1883/a'],
    ['h:1883', 'h:1883'],
    ['x://h?s3cret', 'x://h…'],
    ['x://h#s3cret', 'x://h…'],
    ['x://h/p', 'x://h/p']
  ])('%s is quoted as %s where it could not be read', (text, shown) => {
    expect(showSafely(text)).toBe(shown)
    expect(badBrokerUrl(text, 'it is wrong').message).toBe(`cannot use the broker "${shown}": it is wrong`)
  })

  it('says how a percent sign is written', () => {
    expect(decodePart('x://h', 'a%20b')).toBe('a b')
    expect(failureOf(() => decodePart('x://u:s3cret%@h', 's3cret%')).suggestion).toBe(
      'write %25 for a percent sign'
    )
  })
})
