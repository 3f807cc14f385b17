import { afterAll, beforeAll, expect, test } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../../support/embedded-broker.js'
import { RawClient } from '../../support/raw-client.js'

// What an MQTT 5 client may expect of a broker, as Eclipse Paho's client_test5.py does.

let broker: TestBroker
beforeAll(async () => {
  broker = await startEmbeddedBroker()
})
afterAll(() => broker.stop())

const connect = (options = {}) => RawClient.connect({ port: broker.port, host: '127.0.0.1' }, 5, options)
const session = (clientId: string, sessionExpiryInterval = 1000) => ({
  clientId,
  clean: false,
  properties: { sessionExpiryInterval }
})

const properties = {
  payloadFormatIndicator: true,
  contentType: 'application/json',
  responseTopic: 'answers/here',
  correlationData: Buffer.from([0, 255, 1]),
  userProperties: { one: 'a', many: ['b', 'c'] }
}

test('CONNACK names the limits', async () => {
  const { connack } = await connect()
  expect(connack.properties).toMatchObject({
    receiveMaximum: 1000,
    topicAliasMaximum: 64,
    maximumPacketSize: 64 * 1024 * 1024
  })
})

test('an acknowledgement says whether anybody is subscribed, at the moment or with a session', async () => {
  const publisher = await connect()
  const codeOf = async (topic: string) => {
    publisher.send({ cmd: 'publish', topic, payload: 'x', qos: 1, messageId: 1, dup: false, retain: false })
    return (await publisher.next('puback')).reasonCode ?? 0
  }
  expect(await codeOf('heard/live')).toBe(0x10)
  const live = await connect()
  await live.subscribe({ topic: 'heard/+', qos: 0 })
  expect(await codeOf('heard/live')).toBe(0)
  const away = await connect(session('heard'))
  await away.subscribe({ topic: 'away', qos: 1 })
  await away.disconnect()
  expect(await codeOf('away')).toBe(0)
  expect(await codeOf('elsewhere')).toBe(0x10)
})

test('properties arrive as they were sent: live, retained and queued', async () => {
  const away = await connect(session('properties'))
  await away.subscribe({ topic: 'properties', qos: 1 })
  await away.disconnect()
  const live = await connect()
  await live.subscribe('properties')
  await live.publish('properties', '{}', { retain: true, properties })
  expect((await live.message()).properties).toEqual(properties)
  const later = await connect()
  await later.subscribe('properties')
  expect(await later.message()).toMatchObject({ retain: true, properties })
  const back = await connect(session('properties'))
  expect(await back.message()).toMatchObject({ retain: false, properties })
})

test('a message that expires says how long it has left, and does not outlive its time', async () => {
  const away = await connect(session('expiry'))
  await away.subscribe({ topic: 'expiry/+', qos: 1 })
  await away.disconnect()
  const publisher = await connect()
  await publisher.publish('expiry/short', '', { properties: { messageExpiryInterval: 1 } })
  await publisher.publish('expiry/kept', 'x', { retain: true, properties: { messageExpiryInterval: 1 } })
  await publisher.publish('expiry/long', '', { properties: { messageExpiryInterval: 100 } })
  // The broker's clock is the system's; a will that waits a second and a bit is the fact to wait for.
  const watcher = await connect()
  await watcher.subscribe('expiry-over')
  const delayed = { topic: 'expiry-over', payload: Buffer.from('x'), qos: 1 as const, retain: false }
  const cut = await connect({
    ...session('delayed'),
    will: { ...delayed, properties: { willDelayInterval: 2 } }
  })
  cut.destroy()
  await watcher.message()
  const back = await connect(session('expiry'))
  const messages = await back.messagesUntilNow()
  expect(messages.map(({ topic }) => topic)).toEqual(['expiry/long'])
  const left = messages[0]?.properties?.messageExpiryInterval
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThan(100)
  expect(await (await connect()).retained('expiry/kept')).toEqual([])
})

test('a will with a delay is not published when the client comes back in time', async () => {
  const watcher = await connect()
  await watcher.subscribe('delayed-will')
  const will = {
    topic: 'delayed-will',
    payload: Buffer.from('gone'),
    qos: 1 as const,
    retain: false,
    properties: { willDelayInterval: 100 }
  }
  const first = await connect({ ...session('comes-back'), will })
  first.destroy()
  await connect({ ...session('comes-back') })
  expect(await watcher.messagesUntilNow()).toEqual([])
})

test('a session whose expiry is 0 is gone with its connection', async () => {
  const first = await connect(session('short', 0))
  await first.subscribe('short')
  await first.disconnect()
  expect((await connect(session('short', 0))).connack.sessionPresent).toBe(false)
})

test('DISCONNECT can end a session that was to last', async () => {
  const first = await connect(session('ended'))
  await first.subscribe('ended')
  first.send({ cmd: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 0 } })
  await first.closed()
  expect((await connect(session('ended'))).connack.sessionPresent).toBe(false)
})

test('no local: what a client publishes does not come back to it, also not from its queue', async () => {
  const client = await connect(session('no-local'))
  await client.subscribe({ topic: 'no-local', qos: 2, nl: true })
  await client.publish('no-local')
  expect(await client.messagesUntilNow()).toEqual([])
  await client.disconnect()
  expect(await (await connect(session('no-local'))).messagesUntilNow()).toEqual([])
})

test('retain as published keeps the flag, and such a message is not sent again once acknowledged', async () => {
  const client = await connect(session('as-published'))
  await client.subscribe({ topic: 'as-published', qos: 1, rap: true })
  await client.publish('as-published', 'x', { retain: true })
  expect((await client.message()).retain).toBe(true)
  await client.disconnect()
  expect(await (await connect(session('as-published'))).messagesUntilNow()).toEqual([])
})

test('retain handling: always, only for a new subscription, never', async () => {
  const client = await connect()
  await client.publish('handling', 'x', { retain: true })
  expect(await client.retained('handling', { rh: 2 })).toHaveLength(0)
  expect(await client.retained('handling', { rh: 1 })).toHaveLength(0)
  expect(await client.retained('handling', { rh: 0 })).toHaveLength(1)
  expect(await (await connect()).retained('handling', { rh: 1 })).toHaveLength(1)
})

test('the identifiers of all subscriptions that match come with the message', async () => {
  const client = await connect()
  for (const [index, topic] of ['several/+', 'several/#', 'several/one'].entries()) {
    const properties = index === 2 ? {} : { subscriptionIdentifier: 7 + index }
    client.send({ cmd: 'subscribe', messageId: index + 1, properties, subscriptions: [{ topic, qos: 1 }] })
    await client.next('suback')
  }
  await client.publish('several/one', 'x')
  expect([(await client.message()).properties?.subscriptionIdentifier].flat().sort()).toEqual([7, 8])
})

test('the subscription identifier comes with the message', async () => {
  const client = await connect()
  client.send({
    cmd: 'subscribe',
    messageId: 1,
    properties: { subscriptionIdentifier: 456 },
    subscriptions: [{ topic: 'identified', qos: 1 }]
  })
  await client.next('suback')
  await client.publish('identified', 'x')
  expect((await client.message()).properties?.subscriptionIdentifier).toBe(456)
})

test('request and response: the answer finds its way by the response channel and the correlation', async () => {
  const asker = await connect()
  const answerer = await connect()
  await asker.subscribe('answers/mine')
  await answerer.subscribe('questions')
  const correlationData = Buffer.from('334')
  await asker.publish('questions', '?', { properties: { responseTopic: 'answers/mine', correlationData } })
  const question = await answerer.message()
  await answerer.publish(question.properties?.responseTopic ?? '', '!', { properties: { correlationData } })
  expect((await asker.message()).properties?.correlationData).toEqual(correlationData)
})

test('a topic alias stands for its topic; one beyond the maximum, 0 and an unknown one end the connection', async () => {
  const client = await connect()
  await client.subscribe('alias')
  const message = { cmd: 'publish', payload: '', qos: 0, dup: false, retain: false } as const
  client.send({ ...message, topic: 'alias', payload: '1', properties: { topicAlias: 64 } })
  client.send({ ...message, topic: '', payload: '2', properties: { topicAlias: 64 } })
  const received = [await client.message(), await client.message()]
  expect(received.map(({ topic, payload, properties: own }) => [topic, `${payload}`, own])).toEqual([
    ['alias', '1', undefined],
    ['alias', '2', undefined]
  ])
  const codeOf = async (topic: string, topicAlias: number) => {
    const wrong = await connect()
    wrong.send({ ...message, topic, properties: { topicAlias } })
    return (await wrong.next('disconnect')).reasonCode
  }
  expect([await codeOf('alias', 65), await codeOf('', 3)]).toEqual([0x94, 0x82])
})

test('a client is not sent a packet larger than it takes', async () => {
  const small = await connect({ properties: { maximumPacketSize: 100 } })
  await small.subscribe('sizes')
  await small.publish('sizes', 'x'.repeat(200))
  await small.publish('sizes', 'fits')
  expect((await small.messagesUntilNow()).map(({ payload }) => payload.toString())).toEqual(['fits'])
})

test('a client is sent no more unacknowledged messages than its receive maximum', async () => {
  const client = await connect({ properties: { receiveMaximum: 2 } })
  await client.subscribe({ topic: 'window', qos: 1 })
  const publisher = await connect()
  for (let n = 0; n < 3; n++) {
    publisher.send({
      cmd: 'publish',
      topic: 'window',
      payload: `${n}`,
      qos: 1,
      dup: false,
      retain: false,
      messageId: n + 1
    })
  }
  const first = await client.next('publish')
  await client.next('publish')
  client.send({ cmd: 'pingreq' })
  await client.next('pingresp')
  client.send({ cmd: 'puback', messageId: first.messageId ?? 0 })
  expect((await client.next('publish')).payload.toString()).toBe('2')
})

test('a subscriber that acknowledges nothing holds up its own messages and no acknowledgement', async () => {
  const slow = await connect({ properties: { receiveMaximum: 1 } })
  await slow.subscribe({ topic: 'slow', qos: 1 })
  const publisher = await connect()
  const message = { cmd: 'publish', topic: 'slow', qos: 1, dup: false, retain: false } as const
  const count = 300
  for (let n = 1; n <= count; n++)
    publisher.send({ ...message, payload: Buffer.alloc(10_000, n), messageId: n })
  for (let n = 1; n <= count; n++) expect((await publisher.next('puback')).messageId).toBe(n)
  for (let n = 1; n <= count; n++) expect((await slow.message()).payload[0]).toBe(n & 255)
})

test('two shared subscriptions of one group take turns, and one gets what another left unacknowledged', async () => {
  const [first, second] = [await connect(), await connect()]
  for (const member of [first, second]) await member.subscribe({ topic: '$share/group/turns', qos: 1 })
  const publisher = await connect()
  for (let n = 0; n < 10; n++) await publisher.publish('turns', `${n}`)
  const taken = [await first.message(), await first.message()].map(({ payload }) => `${payload}`)
  for (let n = 0; n < 3; n++) await first.next('publish')
  first.destroy()
  for (let n = 0; n < 8; n++) taken.push(`${(await second.message()).payload}`)
  expect(taken.sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
})

test('a refused publish is answered with a reason, and the connection goes on', async () => {
  const client = await connect()
  client.send({
    cmd: 'publish',
    topic: '$SYS/x',
    payload: 'x',
    qos: 1,
    dup: false,
    retain: false,
    messageId: 1
  })
  const ack = await client.next('puback')
  expect(ack).toMatchObject({
    reasonCode: 0x87,
    properties: { reasonString: '$SYS channels belong to the broker' }
  })
  await client.publish('other')
})
