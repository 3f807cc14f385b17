import { once } from 'node:events'
import { connect } from 'node:net'
import { Duplex } from 'node:stream'
import { parser } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { type BrokerLimits, DEFAULT_LIMITS } from '../../../src/transport/embedded/broker-limits.js'
import { startBroker } from '../../../src/transport/embedded/start-broker.js'
import { BrokerState } from '../../../src/transport/embedded/state/broker-state.js'
import { startEmbeddedBroker } from '../../support/embedded-broker.js'
import { connectPacket, encode, RawClient } from '../../support/raw-client.js'

// What one client may not do to the others.

const durable = (clientId: string) => ({
  clientId,
  clean: false,
  properties: { sessionExpiryInterval: 1000 }
})
const publishBytes = (topic: string, payload: string, messageId: number, qos: 0 | 1 | 2 = 1) =>
  encode({ cmd: 'publish', topic, payload, qos, dup: false, retain: false, messageId }, 5)

async function start(limits: Partial<BrokerLimits> = {}) {
  const broker = await startEmbeddedBroker({ limits })
  return { broker, where: { host: '127.0.0.1', port: broker.port } }
}

/** Whether other clients are served. */
async function goesOn(client: RawClient): Promise<void> {
  await client.subscribe('bystander')
  await client.publish('bystander', 'still here', { qos: 2 })
  expect(String((await client.message()).payload)).toBe('still here')
}

/** A client of which the test sees the stream. It reads as much as `mayRead` says. */
function streamClient(mayRead: boolean) {
  const incoming = parser({ protocolVersion: 5 })
  const kinds: string[] = []
  incoming.on('packet', ({ cmd }) => kinds.push(cmd ?? ''))
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      incoming.parse(chunk)
      if (mayRead || kinds.length < 2) done()
    }
  })
  stream.push(encode(connectPacket(5), 5))
  return { stream, kinds }
}

test('a chunk of messages for thousands of sessions is taken in parts, and others are served in between', async () => {
  const state = new BrokerState(DEFAULT_LIMITS)
  for (let number = 0; number < 5000; number++) {
    const session = state.openSession(`session ${number}`, 1000)
    session.leftAt = Date.now()
    state.subscribe(session, '#', {
      qos: 1,
      noLocal: false,
      retainAsPublished: false,
      retainHandling: 0,
      id: 0
    })
  }
  const broker = startBroker({ opened: { state, damage: [] } })
  const hostile = streamClient(true)
  const bystander = streamClient(true)
  broker.accept(hostile.stream)
  broker.accept(bystander.stream)
  while (hostile.kinds.length + bystander.kinds.length < 2) await new Promise(setImmediate)
  const messages = Array.from({ length: 500 }, (_, number) => publishBytes(`${number}`, 'x', number + 1))
  hostile.stream.push(Buffer.concat(messages))
  await new Promise(setImmediate)
  bystander.stream.push(encode({ cmd: 'pingreq' }, 5))
  while (!bystander.kinds.includes('pingresp')) await new Promise(setImmediate)
  expect(hostile.kinds.length).toBeLessThan(messages.length)
  while (hostile.kinds.length <= messages.length) await new Promise(setImmediate)
  expect(state.queued).toBe(500 * 5000)
  await broker.stop()
})

test('few large messages for many clients are taken in parts, and others are served in between', async () => {
  const broker = startBroker()
  const readers = Array.from({ length: 300 }, () => streamClient(true))
  const [publisher, bystander] = [streamClient(true), streamClient(true)]
  for (const { stream } of [...readers, publisher, bystander]) broker.accept(stream)
  for (const { stream } of readers)
    stream.push(encode({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 0 }] }, 5))
  while (readers.some(({ kinds }) => kinds.length < 2) || bystander.kinds.length === 0)
    await new Promise(setImmediate)
  // One chunk has fewer packets than there are between two looks at the clock.
  publisher.stream.push(
    Buffer.concat(Array.from({ length: 15 }, () => publishBytes('a', 'x'.repeat(10_000), 0, 0)))
  )
  bystander.stream.push(encode({ cmd: 'pingreq' }, 5))
  while (!bystander.kinds.includes('pingresp')) await new Promise(setImmediate)
  expect(broker.counts().published).toBeLessThan(15)
  while (broker.counts().published < 15) await new Promise(setImmediate)
  await broker.stop()
})

test('a client that reads no answers is not read from any more,', async () => {
  const broker = startBroker()
  const { stream } = streamClient(false)
  broker.accept(stream)
  let pushed = 0
  const chunk = Buffer.concat(Array.from({ length: 5000 }, () => publishBytes('a', '', 1)))
  while (!(stream.isPaused() && pushed > 0) && pushed < 500) {
    stream.push(chunk)
    pushed++
    await new Promise(setImmediate)
  }
  expect(stream.isPaused()).toBe(true)
  expect(stream.writableLength).toBeLessThan(5_000_000)
  stream.destroy()
  await broker.stop()
})

test('what waits in memory for all sessions together is bounded: what nobody could be given is refused, what was acknowledged is delivered', async () => {
  const { broker, where } = await start({ memoryBytes: 50_000 })
  for (const name of ['one', 'two']) {
    const away = await RawClient.connect(where, 5, durable(name))
    await away.subscribe({ topic: name, qos: 1 })
    await away.disconnect()
  }
  const publisher = await RawClient.connect(where)
  const acknowledged: Record<string, string[]> = { one: [], two: [] }
  const codes = new Set<number>()
  for (let number = 0; number < 200; number++) {
    const topic = number % 2 === 0 ? 'one' : 'two'
    const payload = `${number} ${'x'.repeat(1000)}`
    publisher.sendBytes(publishBytes(topic, payload, 1))
    const { reasonCode = 0 } = await publisher.next('puback')
    if (reasonCode === 0) acknowledged[topic]?.push(payload)
    else codes.add(reasonCode)
  }
  expect([...codes]).toEqual([0x97])
  for (const name of ['one', 'two']) {
    const back = await RawClient.connect(where, 5, durable(name))
    const wanted = acknowledged[name] ?? []
    expect(wanted.length).toBeGreaterThan(10)
    for (const payload of wanted) expect(String((await back.message()).payload)).toBe(payload)
  }
  expect(broker.counts().dropped).toBe(0)
  // Once they have their messages, there is room again.
  await goesOn(publisher)
  await broker.stop()
})

test('a message that one of two subscribers has room for is taken, and for the other it is counted as dropped', async () => {
  const { broker, where } = await start({ queuedMessagesPerSession: 2 })
  for (const name of ['full', 'half full']) {
    const away = await RawClient.connect(where, 5, durable(name))
    await away.subscribe(...(name === 'full' ? ['first', 'second'] : ['second']))
    await away.disconnect()
  }
  const publisher = await RawClient.connect(where)
  const codes: number[] = []
  for (const topic of ['first', 'first', 'first', 'second', 'second', 'second']) {
    publisher.sendBytes(publishBytes(topic, 'x', 1))
    codes.push((await publisher.next('puback')).reasonCode ?? 0)
  }
  expect(codes).toEqual([0, 0, 0x97, 0, 0, 0x97])
  expect(broker.counts()).toMatchObject({ queued: 4, dropped: 2 })
  await broker.stop()
})

test('clients that read nothing do not have a message refused: for them it is dropped', async () => {
  const { broker, where } = await start({ queuedMessagesPerSession: 2 })
  const silent = await RawClient.connect(where, 5, { properties: { receiveMaximum: 1 } })
  await silent.subscribe({ topic: 'a', qos: 1 })
  const publisher = await RawClient.connect(where)
  for (let number = 0; number < 6; number++) {
    publisher.sendBytes(publishBytes('a', 'x', 1))
    expect((await publisher.next('puback')).reasonCode ?? 0).toBeLessThan(0x80)
  }
  expect(broker.counts().dropped).toBe(4)
  await broker.stop()
})

test('a client that makes the broker keep too much in memory is let go, and others have room', async () => {
  const { broker, where } = await start({ memoryBytes: 100_000 })
  const away = await RawClient.connect(where, 5, durable('away'))
  await away.subscribe({ topic: 'away', qos: 1 })
  await away.disconnect()
  const silent = await RawClient.connect(where, 5, { properties: { receiveMaximum: 1 } })
  await silent.subscribe({ topic: 'a', qos: 1 })
  const publisher = await RawClient.connect(where)
  let isGone = false
  const gone = silent.next('disconnect').then(({ reasonCode }) => {
    isGone = true
    return reasonCode
  })
  while (!isGone) await publisher.publish('a', 'x'.repeat(1000))
  expect(await gone).toBe(0x97)
  publisher.sendBytes(publishBytes('away', 'x'.repeat(50_000), 1))
  expect((await publisher.next('puback')).reasonCode ?? 0).toBe(0)
  await broker.stop()
})

test('sessions that end with their connections take no room from those that outlive them', async () => {
  const { broker, where } = await start({ sessions: 2 })
  for (let number = 0; number < 3; number++) await RawClient.connect(where)
  const codes: (number | undefined)[] = []
  for (const name of ['one', 'two', 'three'])
    codes.push((await RawClient.connect(where, 5, durable(name))).connack.reasonCode)
  expect(codes).toEqual([0, 0, 0x97])
  await broker.stop()
})

test('large packets that do not come to their end make room: the largest goes first', async () => {
  const { broker, where } = await start({ unfinishedBytes: 800_000, packetSize: 2_000_000 })
  const bystander = await RawClient.connect(where)
  const announce = Buffer.from([0x30, 0xbf, 0x84, 0x3d]) // 999,999 bytes
  const hostile = await Promise.all([300_000, 200_000, 150_000].map(() => RawClient.connect(where)))
  for (const [index, size] of [300_000, 150_000, 150_000].entries()) {
    hostile[index]?.sendBytes(announce)
    hostile[index]?.sendBytes(Buffer.alloc(size))
    await goesOn(bystander)
  }
  expect((await hostile[0]?.next('disconnect'))?.reasonCode).toBe(0x97)
  await goesOn(bystander)
  expect(broker.counts().clients).toBe(3)
  await broker.stop()
})

test('subscriptions and wills count, too, and end with their sessions', async () => {
  const { broker, where } = await start({ memoryBytes: 60_000 })
  const client = await RawClient.connect(where)
  const deep = Array.from({ length: 20 }, (_, number) => `${number}${'/a'.repeat(20)}`)
  const granted = await client.subscribe(...deep)
  expect(new Set(granted)).toEqual(new Set([2, 0x97]))
  const will = { topic: 'w', payload: Buffer.alloc(60_000), qos: 0 as const, retain: false }
  const refused = await RawClient.connect(where, 5, { will })
  expect(refused.connack.reasonCode).toBe(0x97)
  await client.disconnect()
  const taken = await RawClient.connect(where, 5, { will: { ...will, payload: Buffer.alloc(50_000) } })
  expect(taken.connack.reasonCode).toBe(0)
  await taken.disconnect()
  const again = await RawClient.connect(where)
  expect(new Set(await again.subscribe(...deep.slice(0, 8)))).toEqual(new Set([2]))
  await broker.stop()
})

test('a subscriber that does not read holds up its own messages alone, and is let go', async () => {
  const { broker, where } = await start({ stall: 300 })
  const slow = connect(where)
  await once(slow, 'connect')
  slow.write(encode(connectPacket(5), 5))
  slow.write(encode({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 0 }] }, 5))
  await once(slow, 'data')
  slow.pause()
  const publisher = await RawClient.connect(where)
  const large = 'x'.repeat(1_000_000)
  for (let number = 0; number < 30; number++) await publisher.publish('a', large)
  await goesOn(publisher)
  slow.on('error', () => undefined)
  const gone = new Promise((resolve) => slow.once('close', resolve))
  while (broker.counts().clients > 1) await new Promise(setImmediate)
  slow.resume()
  await gone
  await goesOn(publisher)
  await broker.stop()
})
