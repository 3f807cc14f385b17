import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../../src/core/errors.js'
import { parseAmqpUrls } from '../../../src/transport/amqp/amqp-url.js'
import { formatBrokerUrl } from '../../../src/transport/broker-url.js'

function failureOf(text: string): TidingsError {
  try {
    parseAmqpUrls(text)
  } catch (error) {
    if (error instanceof TidingsError) return error
    throw error
  }
  throw new Error(`"${text}" was accepted`)
}

const plain = { vhost: '/', exchange: 'amq.topic', path: '' }

describe("RabbitMQ's URL", () => {
  it.each([
    [
      'amqp://rabbit.example',
      { ...plain, scheme: 'amqp', socket: 'tcp', host: 'rabbit.example', port: 5672 }
    ],
    ['amqps://h', { ...plain, scheme: 'amqps', socket: 'tls', host: 'h', port: 5671 }],
    ['AMQP://H:1/', { ...plain, scheme: 'amqp', socket: 'tcp', host: 'h', port: 1 }],
    ['amqp://[::1]/%2F', { ...plain, scheme: 'amqp', socket: 'tcp', host: '::1', port: 5672 }],
    [
      'amqp://ann:p%2Fw@h/shop?exchange=orders',
      {
        scheme: 'amqp',
        socket: 'tcp',
        host: 'h',
        port: 5672,
        username: 'ann',
        password: 'p/w',
        path: '/shop',
        vhost: 'shop',
        exchange: 'orders'
      }
    ],
    [
      'amqp://h/a%2Fb?exchange=x%26y=+z',
      {
        scheme: 'amqp',
        socket: 'tcp',
        host: 'h',
        port: 5672,
        path: '/a%2Fb',
        vhost: 'a/b',
        exchange: 'x&y=+z'
      }
    ],
    [
      'amqp://h/..',
      {
        scheme: 'amqp',
        socket: 'tcp',
        host: 'h',
        port: 5672,
        path: '/..',
        vhost: '..',
        exchange: 'amq.topic'
      }
    ]
  ])('%s is understood', (text, url) => {
    expect(parseAmqpUrls(text)).toEqual([url])
  })

  it('names several hosts in order, which share user, virtual host and exchange', () => {
    const urls = parseAmqpUrls('amqp://ann:a,b@one,two:5673,[::1]:7/shop?exchange=x')
    expect(urls.map(formatBrokerUrl)).toEqual([
      'amqp://one:5672/shop',
      'amqp://two:5673/shop',
      'amqp://[::1]:7/shop'
    ])
    for (const url of urls)
      expect(url).toMatchObject({ username: 'ann', password: 'a,b', vhost: 'shop', exchange: 'x' })
  })

  it.each([
    ['amqp://', 'the host is missing'],
    ['amqp://a,,b', 'the host is missing'],
    ['amqp://h:0', 'there is no port 0'],
    ['amqp://h:70000', 'there is no port 70000'],
    ['amqp://h/a/b', 'it has a path of several parts'],
    ['amqp://h/%zz', 'it has a "%" that is not followed by two hex digits'],
    ['amqp://h/%00', 'its virtual host is not valid: it holds a NUL character'],
    [`amqp://h/${'v'.repeat(256)}`, 'its virtual host is longer than 255 bytes'],
    ['amqp://h#x', 'it has a "#" part'],
    ['amqp://h?exchange=x#y', 'it has a "#" part'],
    ['amqp://h?exchange=', 'its exchange has no name'],
    ['amqp://h?queue=q', 'its query has a parameter that tidings does not know'],
    ['amqp://h ', 'it contains white space or control characters']
  ])('%s is refused', (text, why) => {
    expect(failureOf(text)).toMatchObject({ kind: 'usage', code: 'bad-broker-url' })
    expect(failureOf(text).message).toContain(why)
  })

  it('names the flag for a parameter that other programs have', () => {
    expect(failureOf('amqp://h?heartbeat=10').suggestion).toBe(
      'use --keepalive SECONDS instead; only ?exchange=NAME is known'
    )
  })

  it('never shows a password', () => {
    for (const text of ['amqp://ann:secret@h/a/b', 'amqp://ann:secret@h:0', 'amqp://ann:secret@?exchange=']) {
      expect(failureOf(text).message).not.toContain('secret')
    }
  })
})
