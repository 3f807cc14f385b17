import { describe, expect, it } from 'vitest'
import { type WatchedFrom, watchedSource } from '../../src/cli/watched-source.js'
import type { Profile } from '../../src/core/profile/profile.js'
import { amqpCapabilities } from '../../src/transport/amqp/amqp-capabilities.js'
import { kafkaCapabilities } from '../../src/transport/kafka/kafka-capabilities.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { mqttCapabilities } from '../../src/transport/mqtt/mqtt-capabilities.js'

const from: WatchedFrom = {
  grammar: mqttGrammar,
  title: 'mqtt://broker:1883',
  request: { patterns: [{ pattern: 'a/#' }, { pattern: 'b' }] },
  broker: { brokers: ['mqtt://ada:secret@broker'] },
  clientId: () => 'tidings-1'
}
const lineOf = (more: Partial<WatchedFrom>, profile?: Pick<Profile, 'name'>) =>
  watchedSource({ ...from, ...more }, mqttCapabilities.mqtt, profile)?.publishLine

describe('what the browser says of its source', () => {
  it('has the patterns, the user and the client identifier', () => {
    const broker = { brokers: ['broker'], username: 'ada' }
    const watched = watchedSource({ ...from, broker }, mqttCapabilities.mqtt, undefined)
    expect(watched).toMatchObject({ patterns: ['a/#', 'b'], user: 'ada', isRetaining: true })
    expect(watched?.clientId()).toBe('tidings-1')
    expect(watchedSource(from, amqpCapabilities.amqp, undefined)).toMatchObject({
      isRetaining: false,
      isListing: false
    })
  })

  it('creates the channel of the example where channels have to be created', () => {
    expect(
      watchedSource({ ...from, title: 'kafka://broker:9092' }, kafkaCapabilities.kafka, undefined)
    ).toMatchObject({
      isRetaining: false,
      isListing: true,
      publishLine: expect.stringContaining(' hello --create --broker kafka://broker:9092')
    })
  })

  it('has the user whose name stands in the URL', () => {
    const userOf = (url: string) =>
      watchedSource({ ...from, broker: { brokers: [url] } }, mqttCapabilities.mqtt, undefined)?.user
    expect(userOf('mqtt://ada:secret@broker')).toBe('ada')
    expect(userOf('amqp://o%27hara@broker/vhost')).toBe("o'hara")
    expect(userOf('mqtt://100%:x@broker')).toBe('100%')
    expect(userOf('broker')).toBeUndefined()
    expect(userOf('mqtt://broker/path@x')).toBeUndefined()
  })

  it('offers a command that reaches the same broker, without any secret', () => {
    expect(lineOf({ broker: { brokers: ['broker'] } })).toBe(
      'tidings publish lights/kitchen hello --broker mqtt://broker:1883'
    )
    expect(lineOf({})).toMatch(/--username ada --password$/)
    expect(lineOf({ broker: { brokers: ['broker'], username: "o'hara" } })).toBe(
      "tidings publish lights/kitchen hello --broker mqtt://broker:1883 --username 'o'\\''hara' --password"
    )
    expect(lineOf({ broker: { brokers: ['local'] } })).toBe('tidings publish lights/kitchen hello')
    expect(lineOf({}, { name: 'prod' })).toBe('tidings publish lights/kitchen hello --profile prod')
  })

  it('is nothing for a recording', () => {
    const { broker: _, ...recording } = from
    expect(watchedSource(recording, mqttCapabilities.mqtt, undefined)).toBeUndefined()
  })
})
