import type { IConnectPacket, IPublishPacket } from 'mqtt-packet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../../../support/embedded-broker.js'
import { packetBytes, text } from '../../../support/packet-bytes.js'
import { RawClient } from '../../../support/raw-client.js'

// How a broker sends messages to a subscriber, and what it sends again.

let broker: TestBroker
beforeAll(async () => {
  broker = await startEmbeddedBroker()
})
afterAll(() => broker.stop())

const where = () => ({ port: broker.port, host: '127.0.0.1' })

describe.each([4, 5] as const)('with protocol version %i', (version) => {
  const connect = (options: Partial<IConnectPacket> = {}) => RawClient.connect(where(), version, options)
  const name = (topic: string) => `${topic}/${version}`
  const session = (clientId: string): Partial<IConnectPacket> => ({
    clientId: name(clientId),
    clean: false,
    ...(version === 5 ? { properties: { sessionExpiryInterval: 100 } } : undefined)
  })

  test('[5: 4.3.1-1 4.3.2-1 4.3.2-2 4.3.3-1 4.3.3-2 2.2.1-4] [3: 4.3.1-1 4.3.2-1 4.3.3-1 2.3.1-4] each message of QoS 1 and 2 has an identifier of its own, and no mark', async () => {
    const client = await connect()
    await client.subscribe(name('fresh'))
    const publisher = await connect()
    for (const qos of [0, 1, 2, 1, 2, 0] as const) await publisher.publish(name('fresh'), 'x', { qos })
    const messages: IPublishPacket[] = []
    for (let n = 0; n < 6; n++) messages.push(await client.next('publish'))
    expect(messages.map(({ qos }) => qos)).toEqual([0, 1, 2, 1, 2, 0])
    expect(messages.some(({ dup }) => dup)).toBe(false)
    const ids = messages.filter(({ qos }) => qos > 0).map(({ messageId }) => messageId)
    expect(new Set(ids).size).toBe(4)
    expect(ids).not.toContain(0)
  })

  test('[5: 4.3.2-3 4.3.3-3 4.4.0-1 3.3.1-1] [3: 4.3.2-1 4.3.3-1 4.4.0-1 3.3.1-1] what was not acknowledged comes again in its order, marked, under its identifier, and only when the client is back', async () => {
    const client = await connect(session('again'))
    await client.subscribe(name('again'))
    const publisher = await connect()
    for (let n = 0; n < 6; n++) await publisher.publish(name('again'), `${n}`, { qos: n % 2 === 0 ? 1 : 2 })
    const first: IPublishPacket[] = []
    for (let n = 0; n < 6; n++) first.push(await client.next('publish'))
    expect(await client.untilPong()).toEqual([])
    client.destroy()
    const back = await connect(session('again'))
    const again: IPublishPacket[] = []
    for (let n = 0; n < 6; n++) again.push(await back.next('publish'))
    const facts = ({ payload, qos, messageId }: IPublishPacket) => [`${payload}`, qos, messageId]
    expect(again.map(facts)).toEqual(first.map(facts))
    expect(again.every(({ dup }) => dup)).toBe(true)
    expect(await back.untilPong()).toEqual([])
  })

  test('[5: 4.3.3-4 4.3.3-5 4.3.3-6 4.4.0-1 2.2.1-5] [3: 4.3.3-1 4.4.0-1 2.3.1-6] after PUBREC the broker sends PUBREL, and PUBREL alone again, until PUBCOMP', async () => {
    const client = await connect(session('released'))
    await client.subscribe(name('released'))
    await client.publish(name('released'), 'x')
    await client.publish(name('released'), 'x', { qos: 2 })
    const { messageId: first = 0 } = await client.next('publish')
    client.send({ cmd: 'puback', messageId: first })
    const { messageId = 0 } = await client.next('publish')
    client.send({ cmd: 'pubrec', messageId })
    expect((await client.next('pubrel')).messageId).toBe(messageId)
    client.send({ cmd: 'pubrec', messageId })
    expect((await client.next('pubrel')).messageId).toBe(messageId)
    client.destroy()
    const back = await connect(session('released'))
    expect(await back.untilPong()).toMatchObject([{ cmd: 'pubrel', messageId }])
    back.send({ cmd: 'pubcomp', messageId })
    await back.untilPong()
    back.destroy()
    expect(await (await connect(session('released'))).untilPong()).toEqual([])
  })

  test('[5: 4.5.0-1] [3: 4.5.0-1 3.1.2-5] each session that is subscribed gets the message, there or away', async () => {
    const away = await connect(session('owner'))
    await away.subscribe({ topic: name('owned'), qos: 1 })
    await away.disconnect()
    const here = await connect()
    await here.subscribe({ topic: name('owned'), qos: 2 })
    const publisher = await connect()
    for (const qos of [1, 2] as const) await publisher.publish(name('owned'), 'x', { qos })
    expect((await here.messagesUntilNow()).map(({ qos }) => qos)).toEqual([1, 2])
    const back = await connect(session('owner'))
    expect((await back.messagesUntilNow()).map(({ qos }) => qos)).toEqual([1, 1])
  })

  test('[5: 4.6.0-5] [3: 4.6.0-6 4.6.0-1] what waited comes in order behind what comes again', async () => {
    const client = await connect(session('behind'))
    await client.subscribe({ topic: name('behind'), qos: 1 })
    const publisher = await connect()
    await publisher.publish(name('behind'), '0')
    await client.next('publish')
    client.destroy()
    for (let n = 1; n < 5; n++) await publisher.publish(name('behind'), `${n}`)
    const back = await connect(session('behind'))
    expect((await back.messagesUntilNow()).map(({ payload }) => `${payload}`)).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4'
    ])
  })

  test('[5: 3.3.2-3] [3: 3.3.2-3] a message goes to whom its channel matches, and to nobody else', async () => {
    const client = await connect()
    const filters = ['match/+/c', 'match/a/#', 'match/b', 'match/+']
    for (const filter of filters) await client.subscribe({ topic: filter, qos: 0 })
    const publisher = await connect()
    for (const topic of ['match/a/c', 'match/b/c', 'match/a', 'match/b/d', 'match/b', 'match', 'match/b/c/d'])
      await publisher.publish(topic)
    const topics = (await client.messagesUntilNow()).map(({ topic }) => topic)
    expect(topics).toEqual(['match/a/c', 'match/b/c', 'match/a', 'match/b'])
  })
})

describe('MQTT 5', () => {
  const connect = (options: Partial<IConnectPacket> = {}) => RawClient.connect(where(), 5, options)
  const publishMany = async (topic: string, count: number) => {
    const publisher = await connect()
    for (let n = 0; n < count; n++) await publisher.publish(topic, `${n}`, { qos: n % 2 === 0 ? 1 : 2 })
  }

  test('[5: 3.3.4-9 3.3.4-10 4.9.0-1 4.9.0-2 4.9.0-3] no more is sent at once than the receive maximum, and all else goes on', async () => {
    const client = await connect({ properties: { receiveMaximum: 2 } })
    await client.subscribe('window/+')
    await publishMany('window/a', 4)
    const [first] = [await client.next('publish'), await client.next('publish')]
    const publisher = await connect()
    await publisher.publish('window/b', 'x', { qos: 0 })
    await client.subscribe('window/other')
    await client.publish('elsewhere')
    expect(
      (await client.untilPong()).filter(({ cmd, ...one }) => cmd === 'publish' && 'qos' in one && one.qos > 0)
    ).toEqual([])
    client.send({ cmd: 'puback', messageId: first.messageId ?? 0 })
    const packets = await client.untilPong()
    expect(packets.filter((one) => one.cmd === 'publish' && one.qos > 0)).toHaveLength(1)
  })

  test('[5: 4.9.0-2 4.4.0-1] what comes again keeps to the receive maximum of the new connection', async () => {
    const session = { clientId: 'smaller', clean: false }
    const lasting = { sessionExpiryInterval: 100 }
    const client = await connect({ ...session, properties: lasting })
    await client.subscribe('smaller')
    await publishMany('smaller', 4)
    for (let n = 0; n < 4; n++) await client.next('publish')
    client.destroy()
    await publishMany('smaller', 1)
    const back = await connect({ ...session, properties: { ...lasting, receiveMaximum: 1 } })
    const payloads = []
    for (let n = 0; n < 5; n++) {
      const packet = await back.next('publish')
      expect((await back.untilPong()).filter(({ cmd }) => cmd === 'publish')).toEqual([])
      payloads.push([`${packet.payload}`, packet.dup])
      const messageId = packet.messageId ?? 0
      if (packet.qos === 1) back.send({ cmd: 'puback', messageId })
      else {
        back.send({ cmd: 'pubrec', messageId })
        await back.next('pubrel')
        back.send({ cmd: 'pubcomp', messageId })
      }
    }
    expect(payloads).toEqual([
      ['0', true],
      ['1', true],
      ['2', true],
      ['3', true],
      ['0', false]
    ])
  })

  test('[5: 4.4.0-2 4.8.2-6] what a client refuses counts as acknowledged, and goes to nobody else', async () => {
    const session = { clientId: 'refuser', clean: false, properties: { sessionExpiryInterval: 100 } }
    const client = await connect(session)
    await client.subscribe('$share/refusers/refusing')
    const publisher = await connect()
    for (const [qos, cmd] of [
      [1, 'puback'],
      [2, 'pubrec']
    ] as const) {
      await publisher.publish('refusing', 'x', { qos })
      const { messageId = 0 } = await client.next('publish')
      client.send({ cmd, messageId, reasonCode: 0x97 })
      expect(await client.untilPong()).toEqual([])
    }
    client.destroy()
    const member = await connect()
    await member.subscribe('$share/refusers/refusing')
    const back = await connect({ ...session, clean: true })
    expect([...(await back.untilPong()), ...(await member.untilPong())]).toEqual([])
  })

  test('[5: 3.6.2-1] a PUBREC for a message that nobody knows is answered with 0x92', async () => {
    const client = await connect()
    client.sendBytes(packetBytes(0x50, 0, 77))
    expect(await client.untilPong()).toMatchObject([{ cmd: 'pubrel', messageId: 77, reasonCode: 0x92 }])
  })

  test('[5: 3.1.2-24 3.1.2-25] a packet is as large as the client takes, and no byte larger', async () => {
    const size = 60
    const client = await connect({ properties: { maximumPacketSize: size, receiveMaximum: 1 } })
    await client.subscribe({ topic: 'size', qos: 2 })
    // Its first byte, its length, the topic, a packet identifier and the length of its properties.
    const room = size - 2 - text('size').length - 2 - 1
    for (const length of [room, room + 1, room, room + 500])
      await client.publish('size', 'x'.repeat(length), { qos: 2 })
    expect((await client.messagesUntilNow()).map(({ payload }) => payload.length)).toEqual([room, room])
  })
})
