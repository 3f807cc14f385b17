import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../../support/embedded-broker.js'
import { connectPacket, RawClient } from '../../support/raw-client.js'

// What any MQTT client may expect of a broker, as Eclipse Paho's conformance clients do (client_test.py, client_test5.py).

let broker: TestBroker
beforeAll(async () => {
  broker = await startEmbeddedBroker()
})
afterAll(() => broker.stop())

describe.each([4, 5] as const)('with protocol version %i', (version) => {
  const name = (text: string) => `${text}-${version}`
  const connect = (options = {}) =>
    RawClient.connect({ port: broker.port, host: '127.0.0.1' }, version, options)
  const durable = (clientId: string) => ({
    clientId: name(clientId),
    clean: false,
    ...(version === 5 ? { properties: { sessionExpiryInterval: 1000 } } : undefined)
  })

  test('a message arrives as it was sent, with each QoS', async () => {
    const client = await connect()
    await client.subscribe('basic/#')
    for (const qos of [0, 1, 2] as const) {
      await client.publish('basic/channel', `qos ${qos}`, { qos })
      const message = await client.message()
      expect(message).toMatchObject({ topic: 'basic/channel', qos, retain: false, dup: false })
      expect(message.payload.toString()).toBe(`qos ${qos}`)
    }
    await client.disconnect()
  })

  test("retained messages come to a later subscriber, and an empty one takes the channel's away", async () => {
    const publisher = await connect()
    const channel = (qos: number) => `kept/${qos}/${version}`
    for (const qos of [0, 1, 2] as const) {
      await publisher.publish(channel(qos), `qos ${qos}`, { qos, retain: true })
    }
    const kept = await (await connect()).retained(`kept/+/${version}`)
    expect(kept.map(({ topic, qos, retain }) => ({ topic, qos, retain }))).toEqual(
      [0, 1, 2].map((qos) => ({ topic: channel(qos), qos, retain: true }))
    )
    for (const qos of [0, 1, 2] as const) await publisher.publish(channel(qos), '', { retain: true })
    expect(await (await connect()).retained(`kept/+/${version}`)).toEqual([])
  })

  test('a client without an identifier is let in with a clean session', async () => {
    const { connack } = await connect({ clientId: '' })
    expect(connack.sessionPresent).toBe(false)
    expect(version === 5 ? connack.reasonCode : connack.returnCode).toBe(0)
    if (version === 5) expect(connack.properties?.assignedClientIdentifier).toBeTruthy()
  })

  test('what was published while a durable session was away arrives in order, and once', async () => {
    const away = await connect(durable('away'))
    await away.subscribe('queued/+')
    await away.disconnect()
    const publisher = await connect()
    for (let n = 0; n < 50; n++) await publisher.publish(`queued/${n}`, '', { qos: ((n % 2) + 1) as 1 | 2 })
    const back = await connect(durable('away'))
    expect(back.connack.sessionPresent).toBe(true)
    const messages = await back.messagesUntilNow()
    expect(messages.map(({ topic }) => topic)).toEqual(Array.from({ length: 50 }, (_, n) => `queued/${n}`))
    expect(messages.every(({ retain }) => !retain)).toBe(true)
    await back.disconnect()
    const again = await connect(durable('away'))
    expect(await again.messagesUntilNow()).toEqual([])
  })

  test('a clean start forgets what was queued, however much', async () => {
    const away = await connect(durable('forgetful'))
    await away.subscribe('forgotten/+')
    await away.disconnect()
    const publisher = await connect()
    for (let n = 0; n < 100; n++) await publisher.publish(`forgotten/${n}`)
    const fresh = await connect({ ...durable('forgetful'), clean: true })
    expect(fresh.connack.sessionPresent).toBe(false)
    expect(await fresh.messagesUntilNow()).toEqual([])
    await fresh.disconnect()
    const later = await connect(durable('forgetful'))
    expect(await later.messagesUntilNow()).toEqual([])
  })

  test('a second subscription of a session takes nothing from the first', async () => {
    const away = await connect(durable('overlap'))
    await away.subscribe({ topic: 'overlapped/#', qos: 1 })
    await away.subscribe({ topic: 'overlapped/one', qos: 2 })
    await away.disconnect()
    const publisher = await connect()
    await publisher.publish('overlapped/one', '', { qos: 2 })
    await publisher.publish('overlapped/two', '', { qos: 2 })
    const back = await connect(durable('overlap'))
    expect((await back.messagesUntilNow()).map(({ topic, qos }) => [topic, qos])).toEqual([
      ['overlapped/one', 2],
      ['overlapped/two', 1]
    ])
  })

  test('overlapping subscriptions give one copy with the highest QoS', async () => {
    const client = await connect()
    await client.subscribe(
      { topic: 'both/#', qos: 0 },
      { topic: 'both/+', qos: 2 },
      { topic: 'both/a', qos: 1 }
    )
    await client.publish('both/a', '', { qos: 2 })
    const copies = await client.messagesUntilNow()
    expect(copies.map(({ qos }) => qos)).toEqual([2])
  })

  test("a subscription's QoS is the highest that its messages have, behind wildcards, too", async () => {
    const publisher = await connect()
    await publisher.publish('lowered/kept', 'x', { qos: 2, retain: true })
    const client = await connect()
    expect((await client.retained('lowered/+', { qos: 1 })).map(({ qos }) => qos)).toEqual([1])
    await publisher.publish('lowered/live', '', { qos: 2 })
    expect((await client.message()).qos).toBe(1)
  })

  test('messages of one publisher stay in order, retained or not', async () => {
    const client = await connect()
    await client.subscribe('order')
    const publisher = await connect()
    publisher.send(
      ...Array.from({ length: 20 }, (_, n) => ({
        cmd: 'publish' as const,
        topic: 'order',
        payload: String(n),
        qos: 1 as const,
        retain: n % 3 === 0,
        dup: false,
        messageId: n + 1
      }))
    )
    for (let n = 0; n < 20; n++) expect((await client.message()).payload.toString()).toBe(String(n))
    for (let n = 0; n < 20; n++) expect((await publisher.next('puback')).messageId).toBe(n + 1)
    await publisher.publish('order', '', { retain: true })
  })

  test('packets that follow CONNECT without waiting for its answer are answered in order', async () => {
    const client = await RawClient.open({ port: broker.port, host: '127.0.0.1' }, version)
    const message = {
      cmd: 'publish',
      topic: 'eager',
      payload: 'x',
      qos: 1,
      dup: false,
      retain: false
    } as const
    client.send(
      connectPacket(version),
      { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'eager', qos: 1 }] },
      { ...message, messageId: 2 },
      { ...message, messageId: 3 }
    )
    await client.next('connack')
    await client.next('suback')
    expect((await client.next('puback')).messageId).toBe(2)
    expect((await client.next('puback')).messageId).toBe(3)
    await client.message()
    await client.message()
  })

  test('a client that says nothing for one and a half times its keep-alive is gone, and its will is published', async () => {
    const watcher = await connect()
    await watcher.subscribe(name('will/alive'))
    const will = { topic: name('will/alive'), payload: Buffer.from('gone'), qos: 1 as const, retain: false }
    const silent = await connect({ clientId: name('silent'), keepalive: 1, will })
    await silent.closed()
    expect((await watcher.message()).payload.toString()).toBe('gone')
  })

  test('a will is published when the connection is cut, and not after a goodbye', async () => {
    const watcher = await connect()
    await watcher.subscribe(name('will/cut'))
    const will = { topic: name('will/cut'), qos: 2 as const, retain: false }
    const polite = await connect({
      clientId: name('polite'),
      will: { ...will, payload: Buffer.from('polite') }
    })
    await polite.disconnect()
    const cut = await connect({ clientId: name('cut'), will: { ...will, payload: Buffer.from('cut') } })
    cut.destroy()
    expect((await watcher.message()).payload.toString()).toBe('cut')
  })

  test('a leading wildcard does not match a channel that begins with $', async () => {
    const client = await connect()
    await client.subscribe('#', '+/dollar', '$own/dollar')
    await client.publish('$own/dollar')
    const messages = (await client.messagesUntilNow()).filter(({ topic }) => topic.includes('dollar'))
    expect(messages.map(({ topic }) => topic)).toEqual(['$own/dollar'])
    const other = await connect()
    await other.subscribe('#')
    await other.publish('$own/dollar')
    expect((await other.messagesUntilNow()).filter(({ topic }) => topic.includes('dollar'))).toEqual([])
  })

  test('after UNSUBSCRIBE no more messages arrive', async () => {
    const client = await connect()
    await client.subscribe('left/a', 'left/b')
    client.send({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['left/a'] })
    await client.next('unsuback')
    await client.publish('left/a')
    await client.publish('left/b')
    expect((await client.messagesUntilNow()).map(({ topic }) => topic)).toEqual(['left/b'])
  })

  test('a QoS 2 message that is sent twice before its release is published once', async () => {
    const client = await connect()
    await client.subscribe({ topic: 'once', qos: 2 })
    const message = {
      cmd: 'publish',
      topic: 'once',
      payload: 'x',
      qos: 2,
      retain: false,
      messageId: 9
    } as const
    client.send({ ...message, dup: false }, { ...message, dup: true })
    await client.next('pubrec')
    await client.next('pubrec')
    client.send({ cmd: 'pubrel', messageId: 9 })
    await client.next('pubcomp')
    expect(await client.messagesUntilNow()).toHaveLength(1)
  })

  test('a message that was not acknowledged comes again after a cut, marked as duplicate, under its identifier', async () => {
    const client = await connect(durable('again'))
    await client.subscribe({ topic: 'again', qos: 1 })
    const publisher = await connect()
    await publisher.publish('again', 'once more')
    const first = await client.next('publish')
    expect(first.dup).toBe(false)
    client.destroy()
    const back = await connect(durable('again'))
    const second = await back.message()
    expect(second).toMatchObject({ dup: true, messageId: first.messageId, topic: 'again' })
  })

  test('a second connection with the same identifier takes the session over', async () => {
    const first = await connect(durable('twice'))
    await first.subscribe('twice')
    const second = await connect(durable('twice'))
    if (version === 5) expect((await first.next('disconnect')).reasonCode).toBe(0x8e)
    await first.closed()
    await second.publish('twice', 'x')
    expect((await second.message()).topic).toBe('twice')
  })

  test('names that JavaScript objects have are names like any other', async () => {
    for (const odd of ['__proto__', 'constructor', 'toString']) {
      const client = await connect({ ...durable(odd), clientId: odd, clean: true })
      expect(await client.subscribe(odd)).toEqual([2])
      await client.publish(odd, 'x')
      expect((await client.message()).topic).toBe(odd)
      await client.disconnect()
    }
  })

  test('a pattern that is named twice in one SUBSCRIBE is answered twice, and the later one holds', async () => {
    const client = await connect(durable('named-twice'))
    expect(
      await client.subscribe(
        { topic: '__proto__', qos: 1 },
        { topic: 'b', qos: 2 },
        { topic: '__proto__', qos: 0 }
      )
    ).toEqual([1, 2, 0])
    await client.publish('__proto__', 'x', { qos: 1 })
    expect((await client.messagesUntilNow()).map(({ topic, qos }) => [topic, qos])).toEqual([
      ['__proto__', 0]
    ])
  })

  test('a shared subscription gets its messages', async () => {
    const client = await connect()
    expect(await client.subscribe(`$share/group-${version}/shared/+`)).toEqual([2])
    await client.publish('shared/a', 'x', { qos: 1 })
    expect((await client.message()).topic).toBe('shared/a')
  })
})
