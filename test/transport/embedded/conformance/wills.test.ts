import type { IConnectPacket } from 'mqtt-packet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../../../support/embedded-broker.js'
import { RawClient } from '../../../support/raw-client.js'

let broker: TestBroker
beforeAll(async () => {
  broker = await startEmbeddedBroker()
})
afterAll(() => broker.stop())

const where = () => ({ port: broker.port, host: '127.0.0.1' })
type Will = NonNullable<IConnectPacket['will']>

describe.each([4, 5] as const)('with protocol version %i', (version) => {
  const connect = (options: Partial<IConnectPacket> = {}) => RawClient.connect(where(), version, options)
  const will = (topic: string, more: Partial<Will> = {}): Will => ({
    topic: `${topic}/${version}`,
    payload: Buffer.from('gone'),
    qos: 1,
    retain: false,
    ...more
  })

  test('[5: 3.1.2-7 3.1.2-8 3.1.2-9 3.1.2-14] [3: 3.1.2-8 3.1.2-9 3.1.2-16] it is published as it was given, and not retained, when the connection is lost', async () => {
    const watcher = await connect()
    await watcher.subscribe(`lost/${version}`)
    for (const qos of [0, 1, 2] as const) {
      const client = await connect({ will: will('lost', { qos }) })
      client.destroy()
      const message = await watcher.message()
      expect(message).toMatchObject({ qos, retain: false, payload: Buffer.from('gone') })
    }
    expect(await (await connect()).retained(`lost/${version}`)).toEqual([])
  })

  test('[5: 3.1.2-15] [3: 3.1.2-17] a retained one is retained', async () => {
    const watcher = await connect()
    await watcher.subscribe(`kept/${version}`)
    const client = await connect({ will: will('kept', { retain: true }) })
    client.destroy()
    await watcher.message()
    expect(await (await connect()).retained(`kept/${version}`)).toMatchObject([{ retain: true }])
  })

  test('[5: 3.14.4-3 3.1.2-10] [3: 3.14.4-3 3.1.2-10] after a normal DISCONNECT there is none', async () => {
    const watcher = await connect()
    await watcher.subscribe(`polite/${version}`)
    const client = await connect({ will: will('polite') })
    await client.disconnect()
    expect(await watcher.messagesUntilNow()).toEqual([])
  })

  test('[3: 3.1.2-12] without one nothing is published', async () => {
    const watcher = await connect()
    await watcher.subscribe('#')
    const client = await connect({ clientId: `without-${version}` })
    client.destroy()
    // The broker has seen that it is gone, or sees it now.
    await connect({ clientId: `without-${version}` })
    const messages = await watcher.messagesUntilNow()
    expect(messages.filter(({ retain }) => !retain)).toEqual([])
  })

  test('[5: 3.1.2-10] [3: 3.1.2-10] once published it is not published again', async () => {
    const watcher = await connect()
    await watcher.subscribe(`once/${version}`)
    const session = { clientId: `once-${version}`, clean: false }
    const client = await connect({ ...session, will: will('once') })
    client.destroy()
    await watcher.message()
    const back = await connect(session)
    back.destroy()
    const last = await connect({ ...session, will: will('once', { payload: Buffer.from('second') }) })
    last.destroy()
    expect((await watcher.message()).payload.toString()).toBe('second')
  })

  test('[5: 3.1.2-8] [3: 3.1.2-8] it is published when another client takes over', async () => {
    const watcher = await connect()
    await watcher.subscribe(`taken/${version}`)
    const session = { clientId: `taken-${version}`, clean: false }
    await connect({ ...session, will: will('taken') })
    await connect(session)
    expect((await watcher.message()).payload.toString()).toBe('gone')
  })

  test('[5: 3.1.2-8] [3: 3.1.2-8] it is published when the client breaks a rule', async () => {
    const watcher = await connect()
    await watcher.subscribe(`rude/${version}`)
    const client = await connect({ will: will('rude') })
    client.sendBytes(Buffer.from([0xc0, 1, 0]))
    await client.closed()
    expect((await watcher.message()).payload.toString()).toBe('gone')
  })
})

describe('MQTT 5', () => {
  const connect = (options: Partial<IConnectPacket> = {}) => RawClient.connect(where(), 5, options)
  const lasting = (clientId: string, sessionExpiryInterval = 1000) => ({
    clientId,
    clean: false,
    properties: { sessionExpiryInterval }
  })
  const will = (topic: string, willDelayInterval: number): Will => ({
    topic,
    payload: Buffer.from('gone'),
    qos: 1,
    retain: false,
    properties: { willDelayInterval }
  })

  test('[5: 3.1.2-8] DISCONNECT with 0x04 asks for it', async () => {
    const watcher = await connect()
    await watcher.subscribe('asked')
    const client = await connect({ will: will('asked', 0) })
    client.send({ cmd: 'disconnect', reasonCode: 4 })
    expect((await watcher.message()).payload.toString()).toBe('gone')
  })

  test('[5: 3.1.2-8] it comes when its delay has passed, or when its session ends before', async () => {
    const watcher = await connect()
    await watcher.subscribe('delay/+')
    const late = await connect({ ...lasting('late'), will: will('delay/late', 1) })
    const ending = await connect({ ...lasting('ending', 0), will: will('delay/ending', 1000) })
    const cleared = await connect({ ...lasting('cleared'), will: will('delay/cleared', 1000) })
    late.destroy()
    ending.destroy()
    expect((await watcher.message()).topic).toBe('delay/ending')
    cleared.destroy()
    await connect({ clientId: 'cleared', clean: true })
    expect((await watcher.message()).topic).toBe('delay/cleared')
    expect((await watcher.message()).topic).toBe('delay/late')
  })

  test('[5: 3.1.3-9] it does not come when the session goes on before its delay has passed', async () => {
    const watcher = await connect()
    await watcher.subscribe('in-time')
    const cut = await connect({ ...lasting('in-time'), will: will('in-time', 1000) })
    cut.destroy()
    await connect(lasting('in-time'))
    await connect({ ...lasting('taken-in-time'), will: will('in-time', 1000) })
    await connect(lasting('taken-in-time'))
    expect(await watcher.messagesUntilNow()).toEqual([])
  })

  test('[5: 3.1.3-10] its properties arrive as they were given, in their order', async () => {
    const properties = {
      payloadFormatIndicator: true,
      contentType: 'text/plain',
      responseTopic: 'answers',
      correlationData: Buffer.from([1, 2]),
      userProperties: { b: ['1', '2'], a: '3' }
    }
    const watcher = await connect()
    await watcher.subscribe('with-properties')
    const own = { ...will('with-properties', 0), properties: { ...properties, willDelayInterval: 0 } }
    const client = await connect({ will: own })
    client.destroy()
    const message = await watcher.message()
    expect(message.properties).toEqual(properties)
    expect(JSON.stringify(message.properties?.userProperties)).toBe('{"b":["1","2"],"a":"3"}')
  })

  test('[5: 3.3.2-6] its expiry begins when it is published', async () => {
    const watcher = await connect()
    await watcher.subscribe('expiring')
    const own = { ...will('expiring', 0), properties: { messageExpiryInterval: 100 } }
    const client = await connect({ will: own })
    client.destroy()
    expect((await watcher.message()).properties?.messageExpiryInterval).toBe(100)
  })

  test('[5: 3.8.3-3] a client with No Local does not get its own', async () => {
    const client = await connect({ ...lasting('own-will'), will: will('own-will', 0) })
    await client.subscribe({ topic: 'own-will', qos: 1, nl: true })
    const watcher = await connect()
    await watcher.subscribe('own-will')
    client.destroy()
    await watcher.message()
    const back = await connect(lasting('own-will'))
    expect(await back.messagesUntilNow()).toEqual([])
  })
})
