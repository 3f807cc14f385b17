import type { IConnectPacket } from 'mqtt-packet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../../../support/embedded-broker.js'
import { connectBytes, packetBytes, properties, text } from '../../../support/packet-bytes.js'
import { RawClient } from '../../../support/raw-client.js'

// CONNECT, CONNACK and what a broker keeps of a client: the statements of MQTT 5 and of MQTT 3.1.1 side by side.

let broker: TestBroker
beforeAll(async () => {
  const authenticate = async (name: string | undefined) => name !== 'eve'
  broker = await startEmbeddedBroker({ authenticate })
})
afterAll(() => broker.stop())

const where = () => ({ port: broker.port, host: '127.0.0.1' })

describe.each([4, 5] as const)('with protocol version %i', (version) => {
  const connect = (options: Partial<IConnectPacket> = {}) => RawClient.connect(where(), version, options)
  const session = (clientId: string): Partial<IConnectPacket> => ({
    clientId: `${clientId}-${version}`,
    clean: false,
    ...(version === 5 ? { properties: { sessionExpiryInterval: 1000 } } : undefined)
  })

  test('[5: 3.1.2-4 3.2.2-2 3.1.4-4] [3: 3.1.2-6 3.2.2-1 3.1.4-3] a clean start discards what was there', async () => {
    const first = await connect(session('clean'))
    await first.subscribe('clean')
    await first.disconnect()
    const clean = await connect({ ...session('clean'), clean: true })
    expect(clean.connack.sessionPresent).toBe(false)
    await clean.publish('clean')
    expect(await clean.messagesUntilNow()).toEqual([])
  })

  test('[5: 3.1.2-5 3.1.2-23 3.1.3-2 3.2.2-3] [3: 3.1.2-4 3.1.3-2 3.2.2-2] without one the session of the identifier goes on', async () => {
    const first = await connect(session('kept'))
    await first.subscribe('kept')
    await first.disconnect()
    const other = await connect(session('other'))
    expect(other.connack.sessionPresent).toBe(false)
    const back = await connect(session('kept'))
    expect(back.connack.sessionPresent).toBe(true)
    await back.publish('kept')
    expect(await back.messagesUntilNow()).toHaveLength(1)
  })

  test('[5: 3.1.2-6] [3: 3.2.2-3] without a clean start and without a session a new one begins', async () => {
    const client = await connect(session('new'))
    expect(client.connack.sessionPresent).toBe(false)
    expect(await client.subscribe('new')).toEqual([2])
  })

  test('[5: 3.1.4-3] [3: 3.1.4-2] the second client with an identifier takes over, whether it starts clean or not', async () => {
    for (const clean of [true, false]) {
      const first = await connect({ ...session('twin'), clean: true })
      const second = await connect({ ...session('twin'), clean })
      expect(second.connack.sessionPresent).toBe(!clean && version !== 4)
      expect(await first.rest()).toMatchObject(version === 5 ? [{ cmd: 'disconnect', reasonCode: 0x8e }] : [])
    }
  })

  test('[5: 3.1.4-2] [3: 3.1.4-5] who may not connect does not take over', async () => {
    const first = await connect(session('guarded'))
    const eve = await RawClient.open(where(), version)
    eve.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: version,
      keepalive: 0,
      ...session('guarded'),
      clean: true,
      clientId: `guarded-${version}`,
      username: 'eve'
    })
    expect(await eve.rest()).toMatchObject([version === 5 ? { reasonCode: 0x86 } : { returnCode: 4 }])
    expect(await first.untilPong()).toEqual([])
  })

  test('[5: 3.1.3-5] [3: 3.1.3-5] identifiers of 1 to 23 letters and digits are allowed', async () => {
    for (const clientId of ['a', '0123456789abcdefghijkl', 'mnopqrstuvwxyzABCDEFGHI', 'JKLMNOPQRSTUVWXYZ'])
      expect(await connect({ clientId })).toBeTruthy()
  })

  test('[5: 3.1.3-6] [3: 3.1.3-6] clients without an identifier are different clients', async () => {
    const [one, two] = [await connect({ clientId: '' }), await connect({ clientId: '' })]
    expect([...(await one.untilPong()), ...(await two.untilPong())]).toEqual([])
  })

  test('[5: 3.2.0-1 3.1.4-5] [3: 3.2.0-1 3.1.4-4] CONNACK comes before what waits', async () => {
    const away = await connect(session('waiting'))
    await away.subscribe('waiting')
    await away.disconnect()
    const publisher = await connect()
    await publisher.publish('waiting')
    const back = await RawClient.open(where(), version)
    const flags = { flags: 0, clientId: `waiting-${version}` }
    const props = properties(0x11, 0, 0, 0, 9)
    back.sendBytes(connectBytes(version, version === 5 ? { ...flags, props } : flags))
    expect((await back.take(2)).map(({ cmd }) => cmd)).toEqual(['connack', 'publish'])
  })

  test('[5: 3.2.0-2 3.2.2-1] [3: 3.1.4-4] one CONNACK comes, with no other flag than session present', async () => {
    const client = await RawClient.open(where(), version)
    const chunks: Buffer[] = []
    client.tap((chunk) => chunks.push(chunk))
    client.sendBytes(connectBytes(version, { clientId: `flags-${version}` }))
    expect((await client.untilPong()).map(({ cmd }) => cmd)).toEqual(['connack'])
    expect([...Buffer.concat(chunks)].slice(2, 4)).toEqual([0, 0])
  })

  test('[5: 3.12.4-1] [3: 3.12.4-1] PINGREQ is answered', async () => {
    expect(await (await connect()).untilPong()).toEqual([])
  })

  test('[5: 4.1.0-1] [3: 4.1.0-1 4.1.0-2] a session lasts as long as its connection', async () => {
    const client = await connect()
    await client.subscribe('lasting')
    for (let n = 0; n < 3; n++) {
      await client.publish('lasting')
      await client.message()
    }
  })

  test('[3: 3.1.2-7] retained messages outlive the session that published them', async () => {
    const client = await connect()
    await client.publish(`outlives/${version}`, 'x', { retain: true })
    await client.disconnect()
    expect(await (await connect()).retained(`outlives/${version}`)).toHaveLength(1)
  })

  test('[5: 3.1.2-22 3.2.2-22] [3: 3.1.2-24] who says nothing for one and a half keep-alives is let go; who says something stays', async () => {
    const silent = await connect({ keepalive: 1 })
    const talking = await connect({ keepalive: 1 })
    const without = await connect({ keepalive: 0 })
    const ended = silent.rest()
    let isOver = false
    void ended.then(() => {
      isOver = true
    })
    while (!isOver) await talking.untilPong()
    expect(await ended).toMatchObject(version === 5 ? [{ cmd: 'disconnect', reasonCode: 0x8d }] : [])
    expect(await talking.untilPong()).toEqual([])
    expect(await without.untilPong()).toEqual([])
  })
})

describe('MQTT 5', () => {
  const connect = (options: Partial<IConnectPacket> = {}) => RawClient.connect(where(), 5, options)

  test('[5: 3.1.3-7 3.2.2-16] CONNACK names the identifier that was assigned, and it is one', async () => {
    const long = { properties: { sessionExpiryInterval: 1000 } }
    const first = await RawClient.open(where())
    // A client that has no identifier may ask for a session all the same.
    first.sendBytes(connectBytes(5, { flags: 0, clientId: '', props: properties(0x11, 0, 0, 1, 0) }))
    const connack = await first.next('connack')
    const clientId = connack.properties?.assignedClientIdentifier ?? ''
    expect(clientId).not.toBe((await connect({ clientId: '' })).connack.properties?.assignedClientIdentifier)
    await first.disconnect()
    const back = await connect({ clientId, clean: false, ...long })
    expect(back.connack.sessionPresent).toBe(true)
    expect(back.connack.properties).not.toHaveProperty('assignedClientIdentifier')
  })

  test('[5: 4.1.0-2] a session is gone once its expiry has passed', async () => {
    const short = { clientId: 'expires', clean: false, properties: { sessionExpiryInterval: 1 } }
    const watcher = await connect()
    await watcher.subscribe('expires/will')
    const will = { topic: 'expires/will', payload: Buffer.from('x'), qos: 1 as const, retain: false }
    const first = await connect({ ...short, will: { ...will, properties: { willDelayInterval: 100 } } })
    first.destroy()
    // A will is published when its session ends.
    await watcher.message()
    expect((await connect(short)).connack.sessionPresent).toBe(false)
  })

  test('[5: 3.1.2-28] without being asked for, and when asked for, there is no response information', async () => {
    for (const requestResponseInformation of [true, false]) {
      const { connack } = await connect({ properties: { requestResponseInformation } })
      expect(connack.properties).not.toHaveProperty('responseInformation')
    }
  })

  test('[5: 3.2.2-9 3.2.2-10 3.2.2-12 3.2.2-13] every QoS and retained messages are supported, and CONNACK says nothing else', async () => {
    const will = { topic: 'supported', payload: Buffer.from('x'), qos: 2 as const, retain: true }
    const { connack } = await connect({ will })
    expect(connack.properties).not.toHaveProperty('maximumQoS')
    expect(connack.properties).not.toHaveProperty('retainAvailable')
    expect(connack.reasonCode).toBe(0)
  })

  test('[5: 4.12.0-6] without an authentication method CONNACK has none', async () => {
    const client = await connect()
    expect(client.connack.properties).not.toHaveProperty('authenticationMethod')
    expect(await client.untilPong()).toEqual([])
  })

  test('[5: 1.5.4-3] a byte order mark is a character of the identifier like any other', async () => {
    const plain = await connect({ clientId: 'mark' })
    const marked = await connect({ clientId: '\uFEFFmark' })
    expect([...(await plain.untilPong()), ...(await marked.untilPong())]).toEqual([])
  })

  test('[5: 3.1.2-19] a password needs no user name', async () => {
    const client = await RawClient.open(where())
    client.sendBytes(connectBytes(5, { flags: 0x42, payload: [text('secret')] }))
    expect((await client.next('connack')).reasonCode).toBe(0)
  })

  test('[5: 2.2.2-1] a packet without properties says so with a length of 0', async () => {
    const client = await connect()
    const chunks: Buffer[] = []
    client.tap((chunk) => chunks.push(chunk))
    client.sendBytes(packetBytes(0x82, 0, 1, properties(), text('empty'), 0))
    client.sendBytes(packetBytes(0x30, text('empty'), properties(), Buffer.from('x')))
    await client.next('publish')
    const suback = packetBytes(0x90, 0, 1, 0, 0)
    expect(Buffer.concat(chunks)).toEqual(
      Buffer.concat([suback, packetBytes(0x30, text('empty'), 0, Buffer.from('x'))])
    )
  })
})
