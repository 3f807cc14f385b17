import fc from 'fast-check'
import type { Packet } from 'mqtt-packet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BrokerLimits } from '../../../src/transport/embedded/broker-limits.js'
import { startEmbeddedBroker, type TestBroker } from '../../support/embedded-broker.js'
import { connectPacket, encode, RawClient } from '../../support/raw-client.js'

const limits: Partial<BrokerLimits> = {
  packetSize: 10_000,
  firstPacketSize: 1_000,
  receiveMaximum: 10,
  subscriptionsPerClient: 5,
  retainedMessages: 3,
  queuedMessagesPerSession: 4,
  stall: 300,
  // Nobody is let go in these tests because of the time that has passed.
  connectTime: Number.POSITIVE_INFINITY
}

let broker: TestBroker
beforeAll(async () => {
  broker = await startEmbeddedBroker({ limits })
})
afterAll(() => broker.stop())

const where = () => ({ port: broker.port, host: '127.0.0.1' })

/** Whether another client, which was there before, can still speak to itself. */
async function goesOn(bystander: RawClient): Promise<void> {
  await bystander.publish('bystander', 'still here', { qos: 2 })
  expect((await bystander.message()).payload.toString()).toBe('still here')
}

async function bystander(): Promise<RawClient> {
  const client = await RawClient.connect(where())
  await client.subscribe('bystander')
  return client
}

const publish = {
  cmd: 'publish',
  topic: 'a',
  payload: 'x',
  qos: 1,
  dup: false,
  retain: false,
  messageId: 1
} as const

const samples: Packet[] = [
  publish,
  {
    ...publish,
    qos: 2,
    properties: { userProperties: { a: 'b' }, contentType: 'text/plain', messageExpiryInterval: 9 }
  },
  { ...publish, qos: 0, retain: true, topic: 'a/b/c' },
  {
    cmd: 'subscribe',
    messageId: 2,
    subscriptions: [
      { topic: 'a/+', qos: 2, nl: true, rap: true, rh: 1 },
      { topic: '#', qos: 0 }
    ]
  },
  { cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['a/+', '#'] },
  { cmd: 'pubrel', messageId: 1 },
  { cmd: 'puback', messageId: 1 },
  { cmd: 'pubrec', messageId: 1 },
  { cmd: 'pubcomp', messageId: 1 },
  { cmd: 'pingreq' },
  { cmd: 'disconnect', reasonCode: 4, properties: { sessionExpiryInterval: 5 } },
  connectPacket(5, {
    clientId: 'x',
    will: {
      topic: 'w',
      payload: Buffer.from('w'),
      qos: 1,
      retain: true,
      properties: { willDelayInterval: 1 }
    },
    properties: { sessionExpiryInterval: 10, receiveMaximum: 5 }
  })
]

describe('a client that sends damaged packets', () => {
  test('ends nothing but its own connection', async () => {
    const other = await bystander()
    const mutation = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      byte: fc.nat(255)
    })
    const damaged = fc
      .record({
        version: fc.constantFrom(4 as const, 5 as const),
        packets: fc.array(fc.constantFrom(...samples), { minLength: 1, maxLength: 6 }),
        mutations: fc.array(mutation, { maxLength: 4 }),
        sound: fc.boolean()
      })
      .map(({ version, packets, mutations, sound }) => {
        const bytes = Buffer.concat(packets.map((packet) => encode(packet, version)))
        for (const { at, byte } of mutations) bytes[Math.floor(at * bytes.length)] = byte
        const start = encode(connectPacket(version, { clientId: 'hostile', clean: false }), version)
        return { version, bytes: sound ? Buffer.concat([start, bytes]) : bytes }
      })
    let count = 0
    await fc.assert(
      fc.asyncProperty(damaged, async ({ version, bytes }) => {
        const hostile = await RawClient.open(where(), version)
        hostile.sendBytes(bytes)
        if (count++ % 20 === 0) await goesOn(other)
        await hostile.end()
      }),
      { numRuns: 1500 }
    )
    await goesOn(other)
  }, 120_000)

  test.each([
    ['publishes before CONNECT', [encode(publish, 5)]],
    ['connects twice', [encode(connectPacket(5), 5), encode(connectPacket(5), 5)]],
    [
      'announces 256 MB before it has connected',
      [Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(100)]
    ],
    [
      'announces more than the limit afterwards',
      [encode(connectPacket(4), 4), Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 97])]
    ],
    ['sends a remaining length of five bytes', [Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x7f])]],
    // The second byte of an HTTP request would be the length of an MQTT packet that never comes to its end.
    ['begins to speak HTTP', [Buffer.from('GET')]],
    ['sends one byte that begins no CONNECT', [Buffer.from([0])]],
    ['speaks HTTP', [Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')]],
    ['publishes to a wildcard', [encode(connectPacket(4), 4), publishBytes('a/#')]],
    ['publishes to a channel with a NUL', [encode(connectPacket(4), 4), publishBytes('a\0b')]],
    ['publishes to 200 levels', [encode(connectPacket(4), 4), publishBytes('a/'.repeat(200))]],
    ['publishes to $SYS', [encode(connectPacket(4), 4), publishBytes('$SYS/tidings/new/clients')]],
    [
      'has a will for $SYS with wildcards',
      [
        encode(
          connectPacket(4, { will: { topic: 'a/+', payload: Buffer.from('x'), qos: 0, retain: false } }),
          4
        )
      ]
    ],
    ['subscribes to 200 levels', [encode(connectPacket(4), 4), subscribeBytes('a/'.repeat(200))]],
    ['subscribes to a misplaced wildcard', [encode(connectPacket(4), 4), subscribeBytes('a+')]],
    [
      'has an identifier that is too long',
      [
        encode(connectPacket(4, { clientId: 'x'.repeat(900) }), 4),
        encode(connectPacket(4, { clientId: 'x'.repeat(2000) }), 4)
      ]
    ]
  ])('is let go when it %s', async (_what, chunks) => {
    const other = await bystander()
    const hostile = await RawClient.open(where(), 4)
    for (const chunk of chunks) hostile.sendBytes(chunk)
    await hostile.closed()
    await goesOn(other)
  })
})

describe('limits', () => {
  test('a $SYS message cannot make another client go', async () => {
    const victim = await RawClient.connect(where(), 5, { clientId: 'victim' })
    await victim.subscribe('bystander')
    const attacker = await RawClient.connect(where(), 5)
    attacker.send({ ...publish, topic: '$SYS/another-broker/new/clients', payload: 'victim' })
    expect((await attacker.next('puback')).reasonCode).toBe(0x87)
    await goesOn(victim)
  })

  test('a will is refused where a publish is', async () => {
    const watcher = await RawClient.connect(where())
    await watcher.subscribe('$SYS/evil')
    const will = { topic: '$SYS/evil', payload: Buffer.from('x'), qos: 1 as const, retain: false }
    const evil = await RawClient.connect(where(), 5, { will })
    evil.destroy()
    expect(await watcher.messagesUntilNow()).toEqual([])
  })

  test('a subscription too many is refused, and the others are granted', async () => {
    const client = await RawClient.connect(where())
    expect(await client.subscribe('1', '2', '3', '4', '5', '6')).toEqual([2, 2, 2, 2, 2, 0x97])
    const old = await RawClient.connect(where(), 4)
    expect(await old.subscribe('1', '2', '3', '4', '5', '6')).toEqual([2, 2, 2, 2, 2, 0x80])
  })

  test('unreleased QoS 2 messages are limited by the receive maximum', async () => {
    const client = await RawClient.connect(where())
    for (let n = 1; n <= 11; n++) client.send({ ...publish, qos: 2, messageId: n })
    expect((await client.next('disconnect')).reasonCode).toBe(0x93)
  })

  test('one retained message too many is refused, another of the same channel is not', async () => {
    // Of its own: the will of a damaged client may be retained at any later time.
    const empty = await startEmbeddedBroker({ limits })
    const client = await RawClient.connect({ port: empty.port, host: '127.0.0.1' })
    const kept = async (topic: string, payload = 'x') => {
      client.send({ ...publish, topic, payload, retain: true })
      return (await client.next('puback')).reasonCode ?? 0
    }
    const codes = [await kept('r/1'), await kept('r/2'), await kept('r/3'), await kept('r/4')]
    // Nobody is subscribed, which is no refusal.
    expect(codes).toEqual([0x10, 0x10, 0x10, 0x97])
    expect(await kept('r/1', 'other')).toBe(0x10)
    await empty.stop()
  })

  test('a queue that is full takes no more, and keeps what it has', async () => {
    const session = { clientId: 'full', clean: false, properties: { sessionExpiryInterval: 100 } }
    const away = await RawClient.connect(where(), 5, session)
    await away.subscribe({ topic: 'full', qos: 1 })
    await away.disconnect()
    const publisher = await RawClient.connect(where())
    for (let n = 0; n < 6; n++) await publisher.publish('full', `${n}`)
    const back = await RawClient.connect(where(), 5, session)
    const taken = []
    for (let n = 0; n < 4; n++) taken.push((await back.message()).payload.toString())
    expect(taken).toEqual(['0', '1', '2', '3'])
    await publisher.publish('full', 'now')
    expect((await back.message()).payload.toString()).toBe('now')
  })

  test('a subscriber that acknowledges nothing keeps its connection and its queue, and publishers go on', async () => {
    const stuck = await RawClient.connect(where(), 5, { properties: { receiveMaximum: 1 } })
    await stuck.subscribe({ topic: 'stuck', qos: 1 })
    const other = await bystander()
    for (const payload of ['1', '2', '3', '4']) await other.publish('stuck', payload)
    const first = await stuck.next('publish')
    await goesOn(other)
    stuck.send({ cmd: 'puback', messageId: first.messageId ?? 0 })
    expect(String((await stuck.message()).payload)).toBe('2')
  })
})

function publishBytes(topic: string): Buffer {
  const name = Buffer.from(topic)
  const body = Buffer.concat([Buffer.from([name.length >> 8, name.length & 255]), name])
  return Buffer.concat([Buffer.from([0x30, ...remainingLength(body.length)]), body])
}

function subscribeBytes(...topics: string[]): Buffer {
  const filters = topics.map((topic) => {
    const name = Buffer.from(topic)
    return Buffer.concat([Buffer.from([name.length >> 8, name.length & 255]), name, Buffer.from([0])])
  })
  const body = Buffer.concat([Buffer.from([0, 1]), ...filters])
  return Buffer.concat([Buffer.from([0x82, ...remainingLength(body.length)]), body])
}

function remainingLength(length: number): number[] {
  return length < 128 ? [length] : [(length & 127) | 128, length >> 7]
}
