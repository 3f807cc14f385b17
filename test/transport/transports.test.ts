import { describe, expect, it } from 'vitest'
import type { Protocol } from '../../src/core/protocol.js'
import { createTransports, ROWS, transports } from '../../src/transport/transports.js'
import { connectionOptions } from '../support/connection-options.js'

describe('the protocol of some brokers', () => {
  it.each([
    ['tcp://h', 'mqtt://'],
    ['ssl://h', 'mqtts://'],
    ['tls://h', 'mqtts://'],
    ['mqttss://h', 'mqtts://'],
    ['mqtt+ssl://h', 'mqtts://'],
    ['http://h', 'ws://'],
    ['https://h', 'wss://'],
    ['nats://h', 'mqtt+unix://'],
    ['rabbitmq://h', 'amqp://'],
    ['amqp+ssl://h', 'amqps://'],
    ['__proto__://h', 'mqtt://']
  ])('%s has an unknown scheme, and the known ones are named', async (text, known) => {
    await expect(transports.find([text])).rejects.toMatchObject({
      kind: 'usage',
      code: 'unknown-scheme',
      suggestion: expect.stringContaining(known)
    })
  })

  it('never shows a password of a URL that it does not know', async () => {
    const error = await transports.find(['tcp://ada:s3cret@h']).catch((failure: unknown) => String(failure))
    expect(error).toContain('tcp://')
    expect(error).not.toContain('s3cret')
  })

  it('takes nothing of a password for a scheme, and does not show it', async () => {
    const connecting = transports
      .find(['ada:s3cret://x@h'])
      .then(({ protocol }) => protocol.checkOptions(connectionOptions('ada:s3cret://x@h')))
    const error = await connecting.catch((failure: unknown) => String(failure))
    expect(error).toContain('cannot use the broker')
    expect(error).not.toContain('s3cret')
  })

  it.each([
    ['h', 'mqtt'],
    ['h:1883', 'mqtt'],
    ['MQTTS://h', 'mqtts'],
    ['wss://h/mqtt', 'wss'],
    ['mqtt+unix:///run/x', 'mqtt+unix'],
    ['local', 'local'],
    ['local://', 'local']
  ])('%s is MQTT over %s', async (text, scheme) => {
    const { protocol, rows } = await transports.find([text])
    expect([protocol.name, rows.map((row) => row.scheme)]).toEqual(['MQTT', [scheme]])
  })

  it.each([
    ['amqp://h/vhost', 'amqp'],
    ['AMQPS://h', 'amqps']
  ])('%s is AMQP over %s', async (text, scheme) => {
    const { protocol, rows } = await transports.find([text])
    expect([protocol.name, rows.map((row) => row.scheme)]).toEqual(['AMQP', [scheme]])
    await expect(transports.find([text, 'mqtt://h'])).rejects.toMatchObject({ code: 'mixed-brokers' })
  })

  it('is one: brokers of several protocols, and no broker at all, are usage errors', async () => {
    const { protocol: other } = await transports.find(['local'])
    const both = createTransports([
      ...ROWS,
      {
        schemes: ['other'],
        synonyms: new Map(),
        load: async (): Promise<Protocol> => ({
          ...other,
          capabilities: { other: other.capabilities.mqtt ?? fail() }
        })
      }
    ])
    await expect(both.find(['mqtt://a', 'other://b'])).rejects.toMatchObject({ code: 'mixed-brokers' })
    await expect(both.find([])).rejects.toMatchObject({ code: 'broker-missing' })
    expect((await both.find(['other://a', 'other://b'])).rows).toHaveLength(2)
  })

  it('says what it can do over each of its schemes', async () => {
    for (const row of ROWS) {
      const { capabilities } = await row.load([])
      expect(Object.keys(capabilities).sort()).toEqual([...row.schemes].sort())
    }
  })
})

function fail(): never {
  throw new Error('MQTT has a row for mqtt')
}
