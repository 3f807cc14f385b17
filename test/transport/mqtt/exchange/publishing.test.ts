import type { Packet } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import type { PublishReport } from '../../../../src/core/connection.js'
import { message, ScriptedLine, settle, until } from './scripted-line.js'

const puback = (id: number, reasonCode = 0, reasonString?: string): Packet => ({
  cmd: 'puback',
  messageId: id,
  reasonCode,
  ...(reasonString === undefined ? {} : { properties: { reasonString } })
})
const pubrec = (id: number, reasonCode = 0): Packet => ({ cmd: 'pubrec', messageId: id, reasonCode })
const pubcomp = (id: number, reasonCode = 0): Packet => ({ cmd: 'pubcomp', messageId: id, reasonCode })
const many = (count: number, qos: 0 | 1 | 2) =>
  Array.from({ length: count }, (_, i) => message('t', `${i}`, { guarantee: qos }))
const acknowledged = (count: number): PublishReport => ({
  acknowledged: count,
  refused: [],
  unacknowledged: 0
})

const sent = (count: number): PublishReport => ({ ...acknowledged(count), unassured: count })

describe('publishing at QoS 0', () => {
  it('counts a message when the socket has taken it', async () => {
    const line = await new ScriptedLine().connect()
    line.socket.stalled = true
    let report: PublishReport | undefined
    line.exchange.publish(many(3, 0)).then((result) => {
      report = result
    }, expect.unreachable)
    await settle()
    expect(line.sentInShort).toEqual(['publish 0', 'publish 1', 'publish 2'])
    expect(report).toBeUndefined()
    line.socket.release()
    await until(() => report !== undefined)
    expect(report).toEqual(sent(3))
  })

  it('what the socket had not taken when the connection was lost is not acknowledged, and not sent twice', async () => {
    const line = await new ScriptedLine().connect()
    line.socket.stalled = true
    const report = line.exchange.publish(many(2, 0))
    await settle()
    await line.cut()
    expect(await report).toEqual({ acknowledged: 0, refused: [], unacknowledged: 2 })
    await line.connect({ sessionPresent: true })
    expect(line.sent).toEqual([])
  })

  it('what was published while there was no connection is sent by the next one', async () => {
    const line = new ScriptedLine()
    const report = line.exchange.publish(many(2, 0))
    await line.connect()
    expect(await report).toEqual(sent(2))
  })

  it('a large payload is counted when the socket has taken the payload, not only what is before it', async () => {
    const line = await new ScriptedLine().connect()
    line.socket.stalled = true
    const report = line.exchange.publish([message('t', Buffer.alloc(100_000, 1), { guarantee: 0 })])
    await settle()
    line.socket.release()
    expect(await report).toEqual(sent(1))
    expect(line.sent).toMatchObject([{ cmd: 'publish', payload: Buffer.alloc(100_000, 1) }])
  })

  it('stops when the socket takes no more, and goes on when it does', async () => {
    const line = await new ScriptedLine().connect()
    line.socket.stalled = true
    const payload = Buffer.alloc(1000)
    const report = line.exchange.publish(
      Array.from({ length: 5000 }, () => message('t', payload, { guarantee: 0 }))
    )
    await settle()
    expect(line.socket.writableLength).toBeLessThan(800_000)
    line.socket.release()
    expect(await report).toEqual(sent(5000))
  })

  it('hands a large payload to the socket without a copy', async () => {
    const line = await new ScriptedLine().connect()
    const payload = Buffer.alloc(100_000, 7)
    await line.exchange.publish([message('t', payload, { guarantee: 0 })])
    expect(line.socket.handedOver).toContain(payload.buffer)
    expect(line.socket.sent.subarray(-payload.length).equals(payload)).toBe(true)
  })

  it('needs less than ten writes for a thousand messages', async () => {
    const line = await new ScriptedLine().connect()
    await line.exchange.publish(
      Array.from({ length: 1000 }, () => message('t', 'x'.repeat(118), { guarantee: 0 }))
    )
    expect(line.socket.writes.length).toBeLessThan(10)
  })

  it('shares one write among messages published one by one', async () => {
    const line = await new ScriptedLine().connect()
    await Promise.all(many(100, 0).map((one) => line.exchange.publish([one])))
    expect(line.socket.writes.length).toBe(1)
  })
})

describe('what a message says', () => {
  it('goes out with it: whole seconds of expiry, rounded up, since MQTT has no others', async () => {
    const line = await new ScriptedLine().connect()
    const expiries = [0, 0.001, 59.5, 60]
    await line.exchange.publish(expiries.map((expiry) => message('t', 'x', { guarantee: 0, expiry })))
    expect(line.sent).toMatchObject(
      [0, 1, 60, 60].map((messageExpiryInterval) => ({ properties: { messageExpiryInterval } }))
    )
  })

  it('is not taken over by the next one', async () => {
    const line = await new ScriptedLine().connect()
    const plain = message('t', 'x', { guarantee: 0 })
    const facts = [
      { contentType: 'text/plain' },
      { responseChannel: 'r' },
      { correlation: Buffer.from([1]) },
      { expiry: 1 }
    ]
    await line.exchange.publish(facts.flatMap((fact) => [{ ...plain, ...fact }, plain]))
    const said = line.sent.map((packet) => Object.keys(('properties' in packet && packet.properties) || {}))
    expect(said).toEqual([
      ['contentType'],
      [],
      ['responseTopic'],
      [],
      ['correlationData'],
      [],
      ['messageExpiryInterval'],
      []
    ])
  })
})

describe('publishing at QoS 1', () => {
  it('is what a message gets that asks for no guarantee and has nothing of MQTT in it', async () => {
    const line = await new ScriptedLine().connect()
    const neutral = { channel: 't', payload: Buffer.from('x'), headers: [] }
    line.exchange.publish([neutral]).catch(expect.unreachable)
    await settle()
    expect(line.sent).toMatchObject([{ cmd: 'publish', qos: 1, retain: false, dup: false }])
  })

  it('keeps to the receive maximum of the broker and refills on any acknowledgement', async () => {
    const line = await new ScriptedLine().connect({ receiveMaximum: 3 })
    const report = line.exchange.publish(many(5, 1))
    await settle()
    expect(line.sentInShort).toEqual(['publish 1 0', 'publish 2 1', 'publish 3 2'])
    line.feed(puback(2))
    await until(() => line.sent.length === 4)
    line.feed(puback(1), puback(3), puback(4))
    await until(() => line.sent.length === 5)
    line.feed(puback(5))
    expect(await report).toEqual(acknowledged(5))
    expect(line.exchange.outstanding).toBe(0)
  })

  it('bounds the bytes in flight, but lets a larger message go alone', async () => {
    const line = await new ScriptedLine().connect()
    const payload = Buffer.alloc(9 * 1024 * 1024)
    const report = line.exchange.publish([1, 2, 3].map(() => message('t', payload)))
    for (const id of [1, 2, 3]) {
      await settle()
      expect(line.sent.length).toBe(id)
      line.feed(puback(id))
    }
    expect(await report).toEqual(acknowledged(3))
  })

  it('reports a refusal with its position and the words of code and broker; no subscribers is success', async () => {
    const line = await new ScriptedLine().connect()
    const report = line.exchange.publish(many(3, 1))
    await settle()
    line.feed(puback(1, 0x10), puback(3, 0x97), puback(2, 0x87, 'not on my watch'))
    expect(await report).toEqual({
      acknowledged: 1,
      unheard: 1,
      refused: [
        {
          index: 1,
          code: 'publish-refused',
          reason: 'not authorized (not on my watch)',
          suggestion: 'ask for the right to publish there'
        },
        {
          index: 2,
          code: 'publish-refused',
          reason: 'quota exceeded',
          suggestion: 'send it again later, or ask for a larger quota'
        }
      ],
      unacknowledged: 0
    })
  })

  it('ignores the acknowledgement of what is not in flight', async () => {
    const line = await new ScriptedLine().connect()
    const report = line.exchange.publish(many(1, 1))
    await settle()
    line.feed(puback(77), pubcomp(78), puback(1), puback(1))
    expect(await report).toEqual(acknowledged(1))
    expect(line.protocolErrors).toEqual([])
  })

  it('sends again what was in flight with DUP, in order, before anything new', async () => {
    const line = await new ScriptedLine().connect()
    const report = line.exchange.publish(many(3, 1))
    await settle()
    line.feed(puback(2))
    await settle()
    await line.cut()
    const later = line.exchange.publish([message('t', 'new')])
    await line.connect({ sessionPresent: true })
    expect(line.sentInShort).toEqual(['publish 1 0 dup', 'publish 3 2 dup', 'publish 4 new'])
    line.feed(puback(1), puback(3), puback(4))
    expect([await report, await later]).toEqual([acknowledged(3), acknowledged(1)])
  })

  it('sends again within the receive maximum of the new connection', async () => {
    const line = await new ScriptedLine().connect()
    const report = line.exchange.publish(many(3, 1))
    await settle()
    await line.cut()
    await line.connect({ sessionPresent: true, receiveMaximum: 1 })
    for (const id of [1, 2, 3]) {
      expect(line.sent.length).toBe(id)
      line.feed(puback(id))
      await settle()
    }
    expect(await report).toEqual(acknowledged(3))
  })

  it('sends again with DUP also when the broker has lost the session', async () => {
    const line = await new ScriptedLine().connect()
    const report = line.exchange.publish(many(1, 1))
    await settle()
    await line.cut()
    await line.connect({ sessionPresent: false })
    expect(line.sentInShort).toEqual(['publish 1 0 dup'])
    line.feed(puback(1))
    expect(await report).toEqual(acknowledged(1))
  })

  it('keeps the order in which messages were sent when identifiers have wrapped', async () => {
    const line = await new ScriptedLine().connect({ receiveMaximum: 2 })
    for (let i = 0; i < 65_534; i++) line.exchange.messageIds.register(i + 1)
    const report = line.exchange.publish(many(2, 1))
    await settle()
    line.exchange.messageIds.deallocate(9)
    await line.cut()
    await line.connect({ sessionPresent: true })
    expect(line.sentInShort).toEqual(['publish 65535 0 dup', 'publish 9 1'])
    line.feed(puback(65_535), puback(9))
    expect(await report).toEqual(acknowledged(2))
  })
})

describe('publishing at QoS 2', () => {
  it('goes through PUBREC, PUBREL and PUBCOMP', async () => {
    const line = await new ScriptedLine().connect()
    const report = line.exchange.publish(many(1, 2))
    await settle()
    line.feed(pubrec(1))
    await until(() => line.sent.length === 2)
    expect(line.sentInShort).toEqual(['publish 1 0', 'pubrel 1'])
    expect(line.exchange.outstanding).toBe(1)
    line.feed(pubcomp(1))
    expect(await report).toEqual(acknowledged(1))
  })

  it('has 20 in flight where the broker does not say, and a place is free only after PUBCOMP', async () => {
    const line = await new ScriptedLine('3.1.1').connect()
    line.exchange.publish(many(25, 2)).catch(expect.unreachable)
    await settle()
    expect(line.sent.length).toBe(20)
    line.feed(pubrec(1))
    await settle()
    expect(line.sentInShort.slice(20)).toEqual(['pubrel 1'])
    line.feed(pubcomp(1))
    await settle()
    expect(line.sentInShort.slice(21)).toEqual(['publish 21 20'])
  })

  it('is resumed at the right step', async () => {
    const line = await new ScriptedLine().connect()
    const report = line.exchange.publish(many(2, 2))
    await settle()
    line.feed(pubrec(1))
    await settle()
    await line.cut()
    await line.connect({ sessionPresent: true })
    expect(line.sentInShort.sort()).toEqual(['publish 2 1 dup', 'pubrel 1'])
    line.feed(pubcomp(1, 0x92), pubrec(2))
    await settle()
    line.feed(pubcomp(2))
    expect(await report).toEqual(acknowledged(2))
  })

  it('is not sent again, nor called acknowledged, when the broker has lost the session: it may have arrived', async () => {
    const line = await new ScriptedLine().connect()
    const report = line.exchange.publish(many(2, 2))
    await settle()
    line.feed(pubrec(1))
    await settle()
    await line.cut()
    await line.connect({ sessionPresent: false })
    expect(line.sent).toEqual([])
    expect(await report).toEqual({ acknowledged: 0, refused: [], unacknowledged: 2 })
    expect(line.notices).toEqual([
      'the broker lost the session: 2 QoS 2 messages are not sent again, because the broker may have them'
    ])
  })

  it('can be refused by PUBREC, and PUBCOMP can say that the broker knows nothing of it', async () => {
    const line = await new ScriptedLine().connect()
    const report = line.exchange.publish(many(2, 2))
    await settle()
    line.feed(pubrec(1, 0x87), pubrec(2))
    await settle()
    line.feed(pubcomp(2, 0x92))
    expect((await report).refused.map(({ index, reason }) => [index, reason])).toEqual([
      [0, 'not authorized'],
      [1, 'packet identifier not found']
    ])
  })

  it('counts as acknowledged when the broker answers with PUBACK, which is told once', async () => {
    const line = await new ScriptedLine('3.1.1').connect()
    const report = line.exchange.publish(many(2, 2))
    await settle()
    line.feed(puback(1), puback(2))
    expect(await report).toEqual(acknowledged(2))
    expect(line.notices).toEqual([
      'the broker acknowledges QoS 2 messages at QoS 1: they may arrive more than once'
    ])
  })

  it('a PUBREC for something unknown is answered, so that the broker can forget it', async () => {
    const line = await new ScriptedLine().connect()
    line.feed(pubrec(9))
    await settle()
    expect(line.sent).toMatchObject([{ cmd: 'pubrel', messageId: 9, reasonCode: 0x92 }])
  })

  it('counts what nobody is subscribed to, of QoS 1 and 2, and not what is kept for who comes later', async () => {
    const line = await new ScriptedLine().connect()
    const exactlyOnce = message('t', 'x', { guarantee: 2 })
    const report = line.exchange.publish([...many(1, 1), exactlyOnce, message('t', 'kept', { retain: true })])
    await settle()
    line.feed(puback(1, 0x10), pubrec(2, 0x10), puback(3, 0x10))
    await settle()
    line.feed(pubcomp(2))
    expect(await report).toEqual({ ...acknowledged(3), unheard: 2 })
  })

  it('a PUBREC for a message of QoS 1 is a protocol error', async () => {
    const line = await new ScriptedLine().connect()
    line.exchange.publish(many(1, 1)).catch(expect.unreachable)
    await settle()
    line.feed(pubrec(1))
    await settle()
    expect(line.protocolErrors).toEqual(['a PUBREC for a message of QoS 1'])
  })
})

describe('what the broker does not take is refused before it is sent', () => {
  it.each([
    [
      'a packet that is too large',
      { maximumPacketSize: 20 },
      "a packet of 107 bytes is more than the broker's maximum of 20",
      'send less in one message'
    ],
    [
      'a QoS',
      { maximumQos: 0 as const },
      "QoS 1 is more than the broker's maximum of 0",
      'publish with a lower --qos'
    ],
    [
      'a retained message',
      { retainAvailable: false },
      'the broker does not keep retained messages',
      'publish without --retain'
    ]
  ])('%s', async (_what, terms, reason, suggestion) => {
    const line = await new ScriptedLine().connect(terms)
    const report = line.exchange.publish([message('t', 'x'.repeat(99), { retain: true })])
    expect(await report).toEqual({
      acknowledged: 0,
      refused: [{ index: 0, code: 'over-broker-limit', reason, suggestion }],
      unacknowledged: 0
    })
    expect(line.sent).toEqual([])
  })

  it.each([
    ['a header', { headers: [['a', '\0']] }, 'the header "a" holds a NUL character'],
    ['the name of a header', { headers: [['\0', 'a']] }, "a header's name holds a NUL character"],
    ['a content type', { contentType: 'a\0' }, 'the content type holds a NUL character'],
    [
      'a response channel',
      { responseChannel: '\ud800' },
      'the response channel holds half of a surrogate pair'
    ],
    ['a header', { headers: [['a', '\udc00']] }, 'the header "a" holds half of a surrogate pair']
  ] as const)(
    '%s that no packet may hold, while the messages around it are sent',
    async (_what, facts, why) => {
      const line = await new ScriptedLine().connect()
      const flawed = { ...message('t', 'bad', { guarantee: 0 }), ...facts }
      const report = line.exchange.publish([
        message('t', '1', { guarantee: 0 }),
        flawed,
        message('t', '2', { guarantee: 0 })
      ])
      expect(await report).toMatchObject({
        acknowledged: 2,
        refused: [{ index: 1, code: 'not-encodable', reason: expect.stringContaining(why) }]
      })
    }
  )

  it('a packet of exactly the maximum size is sent', async () => {
    const line = await new ScriptedLine().connect({ maximumPacketSize: 107 })
    line.exchange.publish([message('t', 'x'.repeat(99))]).catch(expect.unreachable)
    await settle()
    expect(line.socket.sent.length).toBe(107)
  })

  it('more than MQTT can say', async () => {
    const line = await new ScriptedLine().connect()
    const report = await line.exchange.publish([message('t', Buffer.alloc(268_435_455))])
    expect(report.refused[0]?.code).toBe('payload-too-large')
  })

  it('what no packet can hold', async () => {
    const line = await new ScriptedLine().connect()
    const long = 'x'.repeat(65_536)
    const report = await line.exchange.publish([
      message('', 'a'),
      message(long, 'a'),
      message('t', 'a', { contentType: long }),
      message('t', 'a', { expiry: -1 }),
      { ...message('t', 'a'), headers: [['k', long]] },
      { ...message('t', 'a'), headers: [['k', Buffer.from([0xff])]] },
      { ...message('t', ''), payload: null }
    ])
    expect(report.refused.map(({ code }) => code)).toEqual(Array(7).fill('not-encodable'))
    expect(line.sent).toEqual([])
  })

  it('no payload at all, although the message before it was alike and had an empty one', async () => {
    const line = await new ScriptedLine().connect()
    const empty = message('t', '', { guarantee: 0 })
    const report = await line.exchange.publish([empty, { ...empty, payload: null }, empty])
    expect(report).toMatchObject({ acknowledged: 2, refused: [{ index: 1, code: 'not-encodable' }] })
    expect(line.sentInShort).toEqual(['publish ', 'publish '])
  })

  it('headers over MQTT 3.1.1 are left out, which is told once', async () => {
    const line = await new ScriptedLine('3.1.1').connect()
    await line.exchange.publish(
      [1, 2].map(() => ({ ...message('t', 'a', { guarantee: 0 }), headers: [['k', 'v']] as const }))
    )
    expect(line.notices).toEqual(['MQTT 3.1.1 has no headers or properties: messages are sent without them'])
  })
})

describe('losses', () => {
  it('a message over which the broker always closes is tried alone three times and failed; the others go on', async () => {
    const line = new ScriptedLine()
    const report = line.exchange.publish(many(2, 1))
    for (let loss = 0; loss < 2; loss++) {
      await line.connect({ sessionPresent: true })
      expect(line.sent.length).toBe(2)
      await line.closeByBroker()
    }
    expect(line.exchange.suspects).toBe(true)
    for (let trial = 0; trial < 3; trial++) {
      await line.connect({ sessionPresent: true })
      expect(line.sent).toEqual([])
      await until(() => line.sent.length > 0)
      expect(line.sentInShort).toEqual(['publish 1 0 dup'])
      await line.closeByBroker()
    }
    await line.connect({ sessionPresent: true })
    expect(line.sentInShort).toEqual(['publish 2 1 dup'])
    line.feed(puback(2))
    expect(await report).toEqual({
      acknowledged: 1,
      refused: [
        {
          index: 0,
          code: 'publish-refused',
          reason: 'the broker closes the connection each time tidings sends this message'
        }
      ],
      unacknowledged: 0
    })
  })

  it('a message is failed after one trial where the broker says that a packet is the cause', async () => {
    const line = await new ScriptedLine().connect()
    const report = line.exchange.publish(many(1, 1))
    await settle()
    await line.closeByBroker(0x95)
    await line.connect({ sessionPresent: true })
    await until(() => line.sent.length > 0)
    await line.closeByBroker(0x95)
    expect((await report).refused).toHaveLength(1)
  })

  it.each([
    ['in the quiet time before a trial', async (line: ScriptedLine) => line.closeByBroker()],
    [
      'otherwise than by the broker',
      async (line: ScriptedLine) => {
        await until(() => line.sent.length > 0)
        await line.cut()
      }
    ],
    [
      'because the broker shuts down',
      async (line: ScriptedLine) => {
        await until(() => line.sent.length > 0)
        await line.closeByBroker(0x8b)
      }
    ]
  ])('a connection that is lost %s acquits the message', async (_when, lose) => {
    const line = new ScriptedLine()
    const report = line.exchange.publish(many(2, 1))
    for (let round = 0; round < 3; round++) {
      for (let loss = 0; loss < 2; loss++) {
        await line.connect({ sessionPresent: true })
        await line.closeByBroker()
      }
      expect(line.exchange.suspects).toBe(true)
      await line.connect({ sessionPresent: true })
      await lose(line)
      expect(line.exchange.suspects).toBe(false)
    }
    await line.connect({ sessionPresent: true })
    line.feed(puback(1), puback(2))
    expect(await report).toEqual(acknowledged(2))
  })

  it('a suspect that the broker takes is a message like any other, and the whole window is sent again', async () => {
    const line = new ScriptedLine()
    const report = line.exchange.publish(many(3, 1))
    for (let loss = 0; loss < 2; loss++) {
      await line.connect({ sessionPresent: true })
      await line.closeByBroker()
    }
    await line.connect({ sessionPresent: true })
    await until(() => line.sent.length > 0)
    line.feed(puback(1))
    await until(() => line.sent.length === 3)
    line.feed(puback(2), puback(3))
    expect(await report).toEqual(acknowledged(3))
  })

  it('connections that are cut, however often, never blame a message', async () => {
    const line = new ScriptedLine()
    const report = line.exchange.publish(many(2, 1))
    for (let i = 0; i < 100; i++) {
      await line.connect({ sessionPresent: true })
      expect(line.sent.length).toBe(2)
      await line.cut()
    }
    await line.connect({ sessionPresent: true })
    line.feed(puback(1), puback(2))
    expect(await report).toEqual(acknowledged(2))
  })

  it('a suspect of QoS 2 that goes with the session leaves the way free for the others', async () => {
    const line = new ScriptedLine()
    const report = line.exchange.publish([...many(1, 2), ...many(1, 1)])
    for (let loss = 0; loss < 2; loss++) {
      await line.connect({ sessionPresent: true })
      await line.closeByBroker()
    }
    await line.connect({ sessionPresent: false })
    expect(line.sentInShort).toEqual(['publish 2 0 dup'])
    line.feed(puback(2))
    expect(await report).toEqual({ acknowledged: 1, refused: [], unacknowledged: 1 })
  })

  it('a broker that closes over two QoS 2 messages is sent no more of them, and every other message', async () => {
    const line = new ScriptedLine('3.1.1')
    const report = line.exchange.publish([...many(30, 2), ...many(1, 1)])
    for (let victim = 0; victim < 2; victim++) {
      for (let loss = 0; loss < 5; loss++) {
        await line.connect({ sessionPresent: true })
        await until(() => line.sent.length > 0)
        await line.closeByBroker()
      }
    }
    await line.connect({ sessionPresent: true })
    expect(line.sentInShort).toEqual([expect.stringMatching(/^publish \d+ 0$/)])
    line.feed(puback(Number(/\d+/.exec(line.sentInShort[0] ?? ''))))
    const { acknowledged, refused, unacknowledged } = await report
    expect({ acknowledged, unacknowledged }).toEqual({ acknowledged: 1, unacknowledged: 0 })
    expect(refused.length).toBe(30)
    expect(refused.at(-1)).toMatchObject({
      code: 'over-broker-limit',
      reason: 'the broker closes the connection over QoS 2 messages'
    })
  })

  it('an acknowledgement in between starts the count anew', async () => {
    const line = new ScriptedLine()
    line.exchange.publish(many(2, 1)).catch(expect.unreachable)
    for (let i = 0; i < 2; i++) {
      await line.connect({ sessionPresent: true })
      if (i === 1) line.feed(puback(2))
      await settle()
      await line.closeByBroker()
      expect(line.exchange.suspects).toBe(false)
    }
    expect(line.exchange.outstanding).toBe(1)
  })

  it('connections that were never accepted do not count', async () => {
    const line = await new ScriptedLine().connect()
    line.exchange.publish(many(1, 1)).catch(expect.unreachable)
    await settle()
    for (let i = 0; i < 5; i++) {
      await line.cut()
      line.stream = line.exchange.openStream(line.socket, '5')
    }
    expect(line.exchange.outstanding).toBe(1)
  })

  it('giving up settles every report with the truth, and later ones too', async () => {
    const line = await new ScriptedLine().connect({ receiveMaximum: 2 })
    const first = line.exchange.publish(many(4, 1))
    const second = line.exchange.publish(many(2, 0))
    await settle()
    line.feed(puback(1))
    await settle()
    line.exchange.abandon()
    expect(await first).toEqual({ acknowledged: 1, refused: [], unacknowledged: 3 })
    expect(await second).toEqual({ acknowledged: 0, refused: [], unacknowledged: 2 })
    expect(await line.exchange.publish(many(1, 1))).toEqual({
      acknowledged: 0,
      refused: [],
      unacknowledged: 1
    })
    expect(line.exchange.outstanding).toBe(0)
  })

  it('drained waits for acknowledgements and for the socket', async () => {
    const line = await new ScriptedLine().connect()
    line.exchange.publish(many(1, 1)).catch(expect.unreachable)
    let drained = false
    line.exchange.drained().then(() => {
      drained = true
    }, expect.unreachable)
    await settle()
    expect(drained).toBe(false)
    line.feed(puback(1))
    await until(() => drained)
  })
})

describe('a payload of 1 MiB', () => {
  const large = (byte: number) => Buffer.alloc(1_048_576, byte)

  it('leaves in pieces, each after the socket has taken the one before, and what is written after it follows', async () => {
    const line = await new ScriptedLine().connect()
    line.socket.stalled = true
    const publishing = line.exchange.publish([
      message('t', large(1), { guarantee: 0 }),
      message('t', 'after', { guarantee: 0 })
    ])
    const counts: number[] = []
    for (let taken = 0; taken < 4; taken++) {
      await settle()
      counts.push(line.exchange.piecesTaken)
      line.socket.release()
      line.socket.stalled = true
    }
    expect(new Set(counts).size).toBe(counts.length)
    line.socket.release()
    expect(await publishing).toMatchObject({ acknowledged: 2 })
    expect(Math.max(...line.socket.writes.map(({ length }) => length))).toBeLessThan(100_000)
    expect(line.sent.map((packet) => packet.cmd === 'publish' && packet.payload.length)).toEqual([
      1_048_576, 5
    ])
  })

  it('that was cut is sent again on the next connection, and nothing of it twice', async () => {
    const line = await new ScriptedLine().connect()
    line.socket.stalled = true
    const publishing = line.exchange.publish([message('t', large(1))])
    await settle()
    line.socket.release()
    line.socket.stalled = true
    await settle()
    await line.cut()
    const before = line.exchange.piecesTaken
    await line.connect({ sessionPresent: true })
    await until(() => line.exchange.settled + line.exchange.piecesTaken >= before + 16)
    expect(line.sent).toMatchObject([{ cmd: 'publish', dup: true, payload: large(1) }])
    line.feed(puback(line.sent[0]?.messageId ?? 0))
    expect(await publishing).toEqual(acknowledged(1))
  })
})
