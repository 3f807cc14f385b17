import { describe, expect, it } from 'vitest'
import { badBrokerUrl, parseNetworkUrl } from '../../src/transport/broker-url.js'
import { oneUrlPerHost } from '../../src/transport/host-list.js'

describe('a URL with several hosts', () => {
  it.each([
    ['amqp://a,b', ['amqp://a', 'amqp://b']],
    ['amqp://a:1, b:2,[::1]:3/v?x=1', ['amqp://a:1/v?x=1', 'amqp://b:2/v?x=1', 'amqp://[::1]:3/v?x=1']],
    ['amqp://ann:p@a,b/v', ['amqp://ann:p@a/v', 'amqp://ann:p@b/v']],
    ['amqp://ann:p,w@a,b', ['amqp://ann:p,w@a', 'amqp://ann:p,w@b']],
    ['amqp://ann:p@w,x@a,b', ['amqp://ann:p@w,x@a', 'amqp://ann:p@w,x@b']]
  ])('%s is one URL for each', (url, urls) => {
    expect(oneUrlPerHost(url)).toEqual(urls)
  })

  it.each(['amqp://a', 'amqp://ann:p,w@a', 'amqp://a/v,w', 'amqp://a?x=1,2', 'amqp://', 'a,b'])(
    'is not %s',
    (url) => {
      expect(oneUrlPerHost(url)).toEqual([url])
    }
  )

  it('without a name between two commas is refused', () => {
    const [, second = ''] = oneUrlPerHost('amqp://ann:secret@a,,b')
    expect(() => parseNetworkUrl(second, second, 5672)).toThrow(
      expect.objectContaining({ code: 'bad-broker-url' })
    )
  })

  it('never shows its password in an error', () => {
    for (const text of [
      'amqp://ann:secret@a,b:x',
      'amqp://ann:secret@a,b',
      'amqp://ann:sec,secret@a:1,b:2/v?secret'
    ])
      expect(badBrokerUrl(text, 'it is bad').message).not.toContain('secret')
  })
})
