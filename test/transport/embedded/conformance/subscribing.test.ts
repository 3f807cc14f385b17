import type { IConnectPacket } from 'mqtt-packet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../../../support/embedded-broker.js'
import { RawClient } from '../../../support/raw-client.js'

let broker: TestBroker
beforeAll(async () => {
  broker = await startEmbeddedBroker({ limits: { subscriptionsPerClient: 5 } })
})
afterAll(() => broker.stop())

const where = () => ({ port: broker.port, host: '127.0.0.1' })

describe.each([4, 5] as const)('with protocol version %i', (version) => {
  const connect = (options: Partial<IConnectPacket> = {}) => RawClient.connect(where(), version, options)
  const name = (topic: string) => `${topic}/${version}`

  test('[5: 3.8.4-1 3.8.4-2 3.8.4-5 3.8.4-6 3.8.4-7 3.9.3-1 3.9.3-2 2.2.1-6] [3: 3.8.4-1 3.8.4-2 3.8.4-4 3.8.4-5 3.9.3-1 3.9.3-2 2.3.1-7] one SUBACK answers all filters in their order, under the identifier', async () => {
    const client = await connect()
    const topics = ['a', 'b', 'c', 'd', 'e', 'f']
    client.send({
      cmd: 'subscribe',
      messageId: 513,
      subscriptions: topics.map((topic, n) => ({ topic, qos: (n % 3) as 0 | 1 | 2 }))
    })
    const suback = await client.next('suback')
    expect(suback).toMatchObject({ messageId: 513, granted: [0, 1, 2, 0, 1, version === 5 ? 0x97 : 0x80] })
  })

  test('[5: 3.8.4-3 3.8.4-8] [3: 3.8.4-3 3.8.4-6] the same filter again takes the place of the subscription, and no message comes twice or is lost', async () => {
    const client = await connect()
    const publisher = await connect()
    await client.subscribe({ topic: name('replaced'), qos: 1 })
    await publisher.publish(name('replaced'), 'before', { qos: 2 })
    await client.subscribe({ topic: name('replaced'), qos: 2 })
    await publisher.publish(name('replaced'), 'after', { qos: 2 })
    await client.subscribe({ topic: name('replaced'), qos: 0 })
    await publisher.publish(name('replaced'), 'last', { qos: 2 })
    expect((await client.messagesUntilNow()).map(({ payload, qos }) => [`${payload}`, qos])).toEqual([
      ['before', 1],
      ['after', 2],
      ['last', 0]
    ])
  })

  test('[3: 3.3.1-6 3.8.4-3] each SUBSCRIBE brings the retained messages, a new one and a repeated one', async () => {
    const client = await connect()
    await client.publish(name('brought'), 'x', { retain: true })
    for (let n = 0; n < 2; n++)
      expect(await client.retained(name('brought'))).toMatchObject([{ retain: true }])
  })

  test('[5: 3.3.4-2] [3: 3.3.5-1] of overlapping subscriptions the highest QoS counts', async () => {
    const client = await connect()
    await client.subscribe({ topic: `${name('over')}/+`, qos: 0 }, { topic: `${name('over')}/#`, qos: 2 })
    await client.publish(`${name('over')}/a`, 'x', { qos: 2 })
    expect((await client.messagesUntilNow()).map(({ qos }) => qos)).toContain(2)
  })

  test('[5: 3.10.4-1 3.10.4-4 3.10.4-5 3.10.4-6 3.11.3-1 3.11.3-2] [3: 3.10.4-1 3.10.4-4 3.10.4-5 3.10.4-6] UNSUBSCRIBE takes away what is spelt the same, and is answered in any case', async () => {
    const client = await connect()
    await client.subscribe(`${name('left')}/a`, `${name('left')}/+`, `${name('left')}/b`)
    const unsubscriptions = [
      `${name('left')}/#`,
      `${name('left')}/+`,
      `${name('left')}/A`,
      `${name('left')}/b`
    ]
    client.send({ cmd: 'unsubscribe', messageId: 770, unsubscriptions })
    const unsuback = await client.next('unsuback')
    expect(unsuback.messageId).toBe(770)
    if (version === 5) expect(unsuback.granted).toEqual([0x11, 0, 0x11, 0])
    await client.publish(`${name('left')}/a`)
    await client.publish(`${name('left')}/b`)
    await client.publish(`${name('left')}/c`)
    expect((await client.messagesUntilNow()).map(({ topic }) => topic)).toEqual([`${name('left')}/a`])
  })

  test('[5: 3.10.4-2 3.10.4-3] [3: 3.10.4-2 3.10.4-3] after UNSUBSCRIBE nothing is added, and what was begun is completed', async () => {
    const client = await connect()
    await client.subscribe({ topic: name('begun'), qos: 2 })
    await client.publish(name('begun'), 'x', { qos: 2 })
    const { messageId = 0 } = await client.next('publish')
    client.send({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: [name('begun')] })
    await client.next('unsuback')
    await client.publish(name('begun'), 'y', { qos: 2 })
    client.send({ cmd: 'pubrec', messageId })
    await client.next('pubrel')
    client.send({ cmd: 'pubcomp', messageId })
    expect(await client.untilPong()).toEqual([])
  })

  test('[5: 3.10.4-2] [3: 3.10.4-2] retained messages that were not sent are not added either', async () => {
    const publisher = await connect()
    const count = 2000
    for (let n = 0; n < count; n++)
      publisher.send({
        cmd: 'publish',
        topic: `${name('plenty')}/${n}`,
        payload: 'x',
        qos: 0,
        retain: true,
        dup: false
      })
    await publisher.untilPong()
    const client = await connect()
    client.send(
      { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: `${name('plenty')}/+`, qos: 1 }] },
      { cmd: 'unsubscribe', messageId: 2, unsubscriptions: [`${name('plenty')}/+`] }
    )
    await client.next('unsuback')
    const rest = await client.messagesUntilNow()
    expect(rest.length).toBeLessThan(count)
  })

  test('[5: 4.7.2-1] [3: 4.7.2-1] a wildcard in front does not match $', async () => {
    const client = await connect()
    await client.subscribe('#', '+/hidden', '+/#')
    await client.publish('$hidden/hidden')
    const topics = (await client.messagesUntilNow()).map(({ topic }) => topic)
    expect(topics.filter((topic) => topic.startsWith('$'))).toEqual([])
    await client.subscribe('$hidden/#')
    await client.publish('$hidden/hidden')
    expect((await client.message()).topic).toBe('$hidden/hidden')
  })
})

describe('MQTT 5', () => {
  const connect = (options: Partial<IConnectPacket> = {}) => RawClient.connect(where(), 5, options)

  test('[5: 3.3.4-3 3.3.4-4 3.3.4-5] one copy has the identifiers of all subscriptions that match and have one', async () => {
    const client = await connect()
    const subscribe = async (topic: string, subscriptionIdentifier?: number) => {
      client.send({
        cmd: 'subscribe',
        messageId: 1,
        subscriptions: [{ topic, qos: 1 }],
        ...(subscriptionIdentifier && { properties: { subscriptionIdentifier } })
      })
      await client.next('suback')
    }
    await subscribe('ids/+', 1)
    await subscribe('ids/#', 268_435_455)
    await subscribe('ids/a')
    await client.publish('ids/a')
    const identifiers = (await client.message()).properties?.subscriptionIdentifier
    // Their order means nothing.
    expect(new Set(identifiers as number[])).toEqual(new Set([1, 268_435_455]))
    // A subscription that is replaced has the new identifier, or none.
    await subscribe('ids/+', 7)
    await subscribe('ids/#')
    await client.publish('ids/a')
    expect((await client.message()).properties?.subscriptionIdentifier).toBe(7)
    expect(await client.untilPong()).toEqual([])
  })

  test('[5: 3.3.4-3] a retained message has the identifier of the subscription that asked for it', async () => {
    const client = await connect()
    await client.publish('kept-id', 'x', { retain: true })
    client.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic: 'kept-id', qos: 1 }],
      properties: { subscriptionIdentifier: 9 }
    })
    expect((await client.message()).properties?.subscriptionIdentifier).toBe(9)
  })

  test('[5: 3.8.3-3] No Local keeps away what the same client published, whoever it is connected as', async () => {
    const session = { clientId: 'no-local', clean: false, properties: { sessionExpiryInterval: 100 } }
    const client = await connect(session)
    await client.subscribe({ topic: 'own', qos: 1, nl: true })
    await client.publish('own', 'mine')
    await client.disconnect()
    const back = await connect(session)
    await back.publish('own', 'mine again')
    const other = await connect()
    await other.publish('own', 'of another')
    expect((await back.messagesUntilNow()).map(({ payload }) => `${payload}`)).toEqual(['of another'])
  })
})
