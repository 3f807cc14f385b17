import { describe, expect, it } from 'vitest'
import { type Capability, requireCapabilities } from '../../../src/core/capabilities.js'
import { describeServer } from '../../../src/core/described-server.js'
import { amqpCapabilities } from '../../../src/transport/amqp/amqp-capabilities.js'
import { ASYNCAPI_NAMES, ASYNCAPI_VERSION } from '../../../src/transport/amqp/asyncapi-names.js'

describe('over amqp://', () => {
  it.each<[string, Capability, string]>([
    ['--qos 2', 'exactly-once', 'use --qos 1'],
    ['--retain', 'retained', 'leave it out'],
    ['--will-topic', 'last-will', 'leave it out'],
    ['--key', 'key', 'put the key into a header'],
    ['--cert', 'client-certificates', 'use amqps://'],
    ['--protocol', 'protocol-versions', 'leave it out']
  ])('%s is refused before connecting', (asked, capability, suggestion) => {
    const rows = [{ scheme: 'amqp', capabilities: amqpCapabilities.amqp }]
    let failure: unknown
    try {
      requireCapabilities(rows, [[asked, capability]])
    } catch (error) {
      failure = error
    }
    expect(failure).toMatchObject({ kind: 'usage', suggestion: expect.stringContaining(suggestion) })
  })

  it('certificates are possible over amqps://', () => {
    const rows = [{ scheme: 'amqps', capabilities: amqpCapabilities.amqps }]
    expect(() => requireCapabilities(rows, [['--cert', 'client-certificates']])).not.toThrow()
  })
})

describe('a RabbitMQ in an AsyncAPI document', () => {
  it('has the name of its protocol, the version, and its virtual host as the path', () => {
    expect(describeServer('amqp://h:5672/shop', ASYNCAPI_NAMES, ASYNCAPI_VERSION)).toEqual({
      host: 'h:5672',
      protocol: 'amqp',
      pathname: '/shop',
      protocolVersion: '0-9-1'
    })
    expect(describeServer('amqps://h:5671', ASYNCAPI_NAMES)).toEqual({ host: 'h:5671', protocol: 'amqps' })
  })
})
