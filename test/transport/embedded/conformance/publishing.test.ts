import type { IConnectPacket, IPublishPacket } from 'mqtt-packet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../../../support/embedded-broker.js'
import { packetBytes, properties, text } from '../../../support/packet-bytes.js'
import { RawClient } from '../../../support/raw-client.js'

// What a broker takes from a publisher, and what it keeps as retained.

let broker: TestBroker
beforeAll(async () => {
  broker = await startEmbeddedBroker()
})
afterAll(() => broker.stop())

const where = () => ({ port: broker.port, host: '127.0.0.1' })
const message = { cmd: 'publish', payload: 'x', dup: false, retain: false } as const

describe.each([4, 5] as const)('with protocol version %i', (version) => {
  const connect = (options: Partial<IConnectPacket> = {}) => RawClient.connect(where(), version, options)
  const name = (topic: string) => `${topic}/${version}`

  test('[5: 3.3.4-1 4.3.2-4 4.3.3-8 2.2.1-5] [3: 3.3.4-1 4.3.2-2 2.3.1-6] a message is answered as its QoS asks, under its identifier', async () => {
    const client = await connect()
    client.send({ ...message, topic: 'answered', qos: 0 })
    client.send({ ...message, topic: 'answered', qos: 1, messageId: 301 })
    client.send({ ...message, topic: 'answered', qos: 2, messageId: 302 })
    expect(await client.take(2)).toMatchObject([
      { cmd: 'puback', messageId: 301 },
      { cmd: 'pubrec', messageId: 302 }
    ])
    expect(await client.untilPong()).toEqual([])
  })

  test('[5: 2.2.1-2] [3: 2.3.1-5] a QoS 0 message has no packet identifier', async () => {
    const client = await connect()
    await client.subscribe('bare')
    const chunks: Buffer[] = []
    client.tap((chunk) => chunks.push(chunk))
    const bytes = packetBytes(0x30, text('bare'), ...(version === 5 ? [properties()] : []), Buffer.from('x'))
    client.sendBytes(bytes)
    await client.next('publish')
    expect(Buffer.concat(chunks)).toEqual(bytes)
  })

  test('[5: 4.3.2-5] [3: 4.3.2-2] after PUBACK the same identifier is a new message, marked or not', async () => {
    const client = await connect()
    await client.subscribe(name('again'))
    for (const dup of [false, true])
      client.send({ ...message, topic: name('again'), qos: 1, messageId: 7, dup })
    expect(await client.messagesUntilNow()).toHaveLength(2)
  })

  test('[5: 4.3.3-10 4.3.3-11 4.3.3-12] [3: 4.3.3-2] until PUBREL the same identifier is the same message, after PUBCOMP it is a new one', async () => {
    const client = await connect()
    await client.subscribe({ topic: name('twice'), qos: 0 })
    const sent = { ...message, topic: name('twice'), qos: 2, messageId: 8 } as const
    client.send(sent, { ...sent, dup: true }, { ...sent, dup: false })
    for (let n = 0; n < 3; n++) expect((await client.next('pubrec')).messageId).toBe(8)
    client.send({ cmd: 'pubrel', messageId: 8 })
    expect((await client.next('pubcomp')).messageId).toBe(8)
    client.send(sent)
    await client.next('pubrec')
    expect(await client.messagesUntilNow()).toHaveLength(2)
  })

  test('[5: 4.3.3-10 4.4.0-1] [3: 4.3.3-2 4.4.0-1] the same holds when the client comes back in between', async () => {
    const session = {
      clientId: name('between'),
      clean: false,
      ...(version === 5 ? { properties: { sessionExpiryInterval: 100 } } : undefined)
    }
    const watcher = await connect()
    await watcher.subscribe({ topic: name('between'), qos: 0 })
    const sent = { ...message, topic: name('between'), qos: 2, messageId: 9 } as const
    const first = await connect(session)
    first.send(sent)
    await first.next('pubrec')
    first.destroy()
    const back = await connect(session)
    back.send({ ...sent, dup: true })
    await back.next('pubrec')
    back.send({ cmd: 'pubrel', messageId: 9 })
    await back.next('pubcomp')
    expect(await watcher.messagesUntilNow()).toHaveLength(1)
  })

  test('[5: 4.3.3-11] [3: 4.3.3-2] a PUBREL is answered, known or not', async () => {
    const client = await connect()
    client.send({ cmd: 'pubrel', messageId: 99 })
    const answer = await client.next('pubcomp')
    expect(answer.messageId).toBe(99)
    if (version === 5) expect(answer.reasonCode).toBe(0x92)
  })

  test('[5: 3.3.1-3] [3: 3.3.1-3] the mark of a message that was sent again does not go on', async () => {
    const client = await connect()
    await client.subscribe(name('marked'))
    client.send({ ...message, topic: name('marked'), qos: 1, messageId: 5, dup: true })
    expect((await client.message()).dup).toBe(false)
  })

  test('[5: 4.6.0-5 4.6.0-6] [3: 4.6.0-5 4.6.0-6] answers come in the order of the messages, and so do the messages of each QoS', async () => {
    const client = await connect()
    await client.subscribe(name('ordered'))
    const count = 60
    for (let n = 0; n < count; n++)
      client.send({
        ...message,
        topic: name('ordered'),
        payload: `${n}`,
        qos: (n % 3) as 0,
        messageId: n + 1
      })
    const packets = await client.take(count + (count / 3) * 2)
    const ids = (cmd: string) => packets.filter((one) => one.cmd === cmd).map(({ messageId }) => messageId)
    const expected = (qos: number) => Array.from({ length: count / 3 }, (_, n) => 3 * n + qos + 1)
    expect(ids('puback')).toEqual(expected(1))
    expect(ids('pubrec')).toEqual(expected(2))
    const messages = packets.filter((one): one is IPublishPacket => one.cmd === 'publish')
    for (const qos of [0, 1, 2])
      expect(messages.filter((one) => one.qos === qos).map(({ payload }) => Number(`${payload}`))).toEqual(
        expected(qos).map((id) => id - 1)
      )
  })

  test('[5: 4.7.3-3] [3: 4.7.3-3] the longest name that can be written is one', async () => {
    const client = await connect()
    const longest = 'x'.repeat(65_535)
    expect(await client.subscribe({ topic: longest, qos: 1 })).toEqual([1])
    await client.publish(longest)
    expect((await client.message()).topic).toBe(longest)
  })

  test('[5: 4.7.3-4 1.5.4-3] [3: 4.7.3-4 1.5.3-3] names are compared as they are', async () => {
    const client = await connect()
    const names = [
      '\uFEFFa',
      'a',
      'A',
      'a/',
      '/a',
      'a//b',
      'a/b',
      'e\u0301',
      '\u00e9',
      'a b',
      '\uFFFD',
      '\u0001'
    ]
    for (const topic of names) await client.subscribe({ topic: `${name('exact')}/${topic}`, qos: 0 })
    for (const topic of names) {
      await client.publish(`${name('exact')}/${topic}`)
      expect((await client.messagesUntilNow()).map((one) => one.topic)).toEqual([`${name('exact')}/${topic}`])
    }
  })

  test('[5: 3.3.1-5 3.3.1-8 3.3.1-9] [3: 3.3.1-5 3.3.1-6 3.3.1-7 3.3.1-8 3.3.1-12] the last retained message of a channel is kept, with its QoS; others change nothing', async () => {
    const publisher = await connect()
    const topic = name('last')
    await publisher.publish(topic, 'first', { retain: true, qos: 2 })
    await publisher.publish(topic, 'last', { retain: true, qos: 1 })
    await publisher.publish(topic, 'other', { retain: false })
    await publisher.publish(topic, '', { retain: false })
    const [kept, ...more] = await (await connect()).retained(topic)
    expect(kept).toMatchObject({ qos: 1, retain: true, payload: Buffer.from('last') })
    expect(more).toEqual([])
    await publisher.publish(topic, 'zero', { retain: true, qos: 0 })
    expect(await (await connect()).retained(topic)).toMatchObject([{ qos: 0, payload: Buffer.from('zero') }])
  })

  test('[5: 3.3.1-6 3.3.1-7] [3: 3.3.1-10 3.3.1-11] an empty retained message is delivered, takes the kept one away, and is not kept', async () => {
    const publisher = await connect()
    const topic = name('emptied')
    await publisher.publish(topic, 'x', { retain: true })
    const live = await connect()
    await live.retained(topic)
    await publisher.publish(topic, '', { retain: true })
    expect(await live.message()).toMatchObject({ payload: Buffer.alloc(0) })
    expect(await (await connect()).retained(topic)).toEqual([])
  })

  test('[5: 3.3.1-12] [3: 3.3.1-9] who is subscribed gets a retained message as any other', async () => {
    const client = await connect()
    await client.subscribe(name('live'))
    await client.publish(name('live'), 'x', { retain: true })
    expect((await client.message()).retain).toBe(false)
  })
})

describe('MQTT 5', () => {
  const connect = (options: Partial<IConnectPacket> = {}) => RawClient.connect(where(), 5, options)

  test('[5: 3.3.1-13] with Retain As Published the flag stays as it came', async () => {
    const client = await connect()
    await client.subscribe({ topic: 'as-it-came', qos: 1, rap: true })
    await client.publish('as-it-came', 'x', { retain: true })
    await client.publish('as-it-came', 'x', { retain: false })
    expect([(await client.message()).retain, (await client.message()).retain]).toEqual([true, false])
  })

  test('[5: 3.3.1-9 3.3.1-10 3.3.1-11 3.8.4-4] retain handling decides, also where a subscription is replaced', async () => {
    const client = await connect()
    await client.publish('handled', 'x', { retain: true })
    const counts = []
    for (const rh of [0, 0, 1, 2]) counts.push((await client.retained('handled', { rh })).length)
    expect(counts).toEqual([1, 1, 0, 0])
    const fresh = async (rh: number) => (await (await connect()).retained('handled', { rh })).length
    expect([await fresh(0), await fresh(1), await fresh(2)]).toEqual([1, 1, 0])
  })

  test('[5: 3.3.2-4 3.3.2-15 3.3.2-16 3.3.2-17 3.3.2-18 3.3.2-20] properties arrive byte for byte, in their order', async () => {
    const client = await connect()
    await client.subscribe('bytes')
    const pair = (name: string, value: string) => [0x26, text(name), text(value)]
    const props = properties(
      ...pair('b', '1'),
      ...[1, 1],
      ...[8, text('answers')],
      ...pair('a', '2'),
      ...[9, text(Buffer.from([0, 255]))],
      ...[3, text('text/plain')],
      ...pair('b', '3')
    )
    const bytes = packetBytes(0x30, text('bytes'), props, Buffer.from([0, 255]))
    const chunks: Buffer[] = []
    client.tap((chunk) => chunks.push(chunk))
    client.sendBytes(bytes)
    await client.next('publish')
    expect(Buffer.concat(chunks)).toEqual(bytes)
  })

  test('[5: 3.3.2-5 3.3.2-6] an expiry counts down while the message waits, and ends it', async () => {
    const session = { clientId: 'countdown', clean: false, properties: { sessionExpiryInterval: 100 } }
    const away = await connect(session)
    await away.subscribe({ topic: 'countdown', qos: 1 })
    await away.disconnect()
    const publisher = await connect()
    const publish = (seconds: number, retain = false) =>
      publisher.publish('countdown', `${seconds}`, { retain, properties: { messageExpiryInterval: seconds } })
    await publish(1)
    await publish(1000, true)
    // A will with a delay of two seconds says that they have passed.
    const watcher = await connect()
    await watcher.subscribe('countdown-over')
    const will = { topic: 'countdown-over', payload: Buffer.from('x'), qos: 1 as const, retain: false }
    const clock = await connect({
      clientId: 'clock',
      clean: false,
      properties: { sessionExpiryInterval: 100 },
      will: { ...will, properties: { willDelayInterval: 2 } }
    })
    clock.destroy()
    await watcher.message()
    const waited = await (await connect(session)).messagesUntilNow()
    const kept = await (await connect()).retained('countdown')
    for (const messages of [waited, kept]) {
      expect(messages.map(({ payload }) => `${payload}`)).toEqual(['1000'])
      const left = messages[0]?.properties?.messageExpiryInterval ?? 0
      expect(left).toBeGreaterThan(900)
      expect(left).toBeLessThanOrEqual(998)
    }
  })

  test('[5: 4.3.3-7 4.3.3-13] a message that was sent does not expire: its exchange goes on', async () => {
    const session = { clientId: 'sent', clean: false, properties: { sessionExpiryInterval: 100 } }
    const client = await connect(session)
    await client.subscribe({ topic: 'sent', qos: 2 })
    await client.publish('sent', 'x', { qos: 2, properties: { messageExpiryInterval: 0 } })
    expect((await client.next('publish')).dup).toBe(false)
    client.destroy()
    const back = await connect(session)
    expect(await back.message()).toMatchObject({ dup: true, qos: 2 })
  })

  test('[5: 3.3.2-12] every topic alias up to the maximum is taken, and may stand for another topic later', async () => {
    const client = await connect()
    await client.subscribe({ topic: 'aliased/#', qos: 0 })
    const maximum = client.connack.properties?.topicAliasMaximum ?? 0
    const send = (topic: string, topicAlias: number) =>
      client.send({ ...message, topic, qos: 0, properties: { topicAlias } })
    for (let alias = 1; alias <= maximum; alias++) send(`aliased/${alias}`, alias)
    send('aliased/other', 1)
    for (let alias = 1; alias <= maximum; alias++) send('', alias)
    const topics = (await client.messagesUntilNow()).map(({ topic }) => topic)
    expect(topics.slice(maximum + 1)).toEqual([
      'aliased/other',
      ...Array.from({ length: maximum - 1 }, (_, n) => `aliased/${n + 2}`)
    ])
  })

  test('[5: 3.3.2-7] an alias does not outlive its connection', async () => {
    const session = { clientId: 'alias', clean: false, properties: { sessionExpiryInterval: 100 } }
    const first = await connect(session)
    first.send({ ...message, topic: 'mine', qos: 0, properties: { topicAlias: 1 } })
    await first.untilPong()
    await first.disconnect()
    const back = await connect(session)
    back.send({ ...message, topic: '', qos: 0, properties: { topicAlias: 1 } })
    expect(await back.rest()).toMatchObject([{ cmd: 'disconnect', reasonCode: 0x82 }])
  })

  test('[5: 3.1.2-26 3.1.2-27 3.3.2-11] no topic alias is sent to a client, whether it takes some or not', async () => {
    for (const topicAliasMaximum of [0, 10]) {
      const client = await connect({ properties: { topicAliasMaximum } })
      await client.subscribe('no-alias')
      for (let n = 0; n < 3; n++) await client.publish('no-alias')
      for (let n = 0; n < 3; n++) expect(await client.message()).toMatchObject({ topic: 'no-alias' })
    }
  })

  test('[5: 4.3.3-9] after a refusal the same identifier is a new message', async () => {
    const client = await connect()
    await client.subscribe({ topic: 'refused', qos: 0 })
    client.send({ ...message, topic: '$SYS/no', qos: 2, messageId: 4 })
    expect((await client.next('pubrec')).reasonCode).toBe(0x87)
    client.send({ ...message, topic: 'refused', qos: 2, messageId: 4 })
    expect((await client.next('pubrec')).reasonCode ?? 0).toBe(0)
    expect(await client.messagesUntilNow()).toHaveLength(1)
  })
})
