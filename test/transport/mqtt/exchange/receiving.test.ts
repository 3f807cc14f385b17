import type { Packet } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../../../src/core/message.js'
import {
  encodePacket,
  publishPacket as publish,
  ScriptedLine,
  settle,
  textOf,
  until
} from './scripted-line.js'

async function receivingLine(...args: ConstructorParameters<typeof ScriptedLine>) {
  const line = await new ScriptedLine(...args).connect()
  const batches: Message[][] = []
  line.exchange.addReceiver(
    (batch) => {
      batches.push([...batch])
    },
    ['#']
  )
  return { line, batches, payloads: () => batches.flat().map((each) => textOf(each)) }
}

/** A receiver whose end the test decides. */
function slowReceiver(line: ScriptedLine) {
  const slow = { received: [] as string[], finish: () => {}, fail: (_: Error) => {} }
  line.exchange.addReceiver(
    (batch) => {
      slow.received.push(...batch.map((each) => textOf(each)))
      return new Promise((resolve, reject) => {
        slow.finish = resolve
        slow.fail = reject
      })
    },
    ['#']
  )
  return slow
}

describe('received messages', () => {
  it('come in one batch for one chunk, with one time, as views of it', async () => {
    const { line, batches } = await receivingLine('5', { now: () => 1_700_000_000_123_456 })
    const chunk = Buffer.concat(
      [publish('a'), publish('b', { topic: 'u', retain: true })].map((p) => encodePacket(p))
    )
    line.feed(chunk)
    await until(() => batches.length > 0)
    expect(batches).toMatchObject([
      [
        { channel: 't', headers: [], guarantee: 0, mqtt: { retain: false }, time: 1_700_000_000_123_456 },
        { channel: 'u', headers: [], guarantee: 0, mqtt: { retain: true }, time: 1_700_000_000_123_456 }
      ]
    ])
    const [first, second] = batches[0] ?? []
    expect(first?.payload?.buffer).toBe(second?.payload?.buffer)
  })

  it('without properties share their binding', async () => {
    const { line, batches } = await receivingLine()
    line.feed(publish('a'), publish('b'))
    await until(() => batches.length > 0)
    const [first, second] = batches.flat()
    expect(first?.mqtt).toBe(second?.mqtt)
    expect(Object.isFrozen(first?.mqtt)).toBe(true)
  })

  it('carry every property', async () => {
    const { line, batches } = await receivingLine()
    const properties = {
      payloadFormatIndicator: true,
      messageExpiryInterval: 60,
      contentType: 'text/plain',
      responseTopic: 'r',
      correlationData: Buffer.from([1, 2]),
      subscriptionIdentifier: [7, 300],
      userProperties: { k: ['v', 'w'] }
    }
    line.feed(publish('a', { properties }))
    await until(() => batches.length > 0)
    expect(batches.flat()).toMatchObject([
      {
        headers: [
          ['k', 'v'],
          ['k', 'w']
        ],
        guarantee: 0,
        expiry: 60,
        contentType: 'text/plain',
        responseChannel: 'r',
        correlation: Buffer.from([1, 2]),
        mqtt: { retain: false, payloadUtf8: true, subscriptionIds: [7, 300] }
      }
    ])
  })

  it('of QoS 1 are acknowledged after the receiver has settled, in one write', async () => {
    const line = await new ScriptedLine().connect()
    const slow = slowReceiver(line)
    line.feed(...[1, 2, 3].map((id) => publish(`${id}`, { qos: 1, messageId: id })))
    await until(() => slow.received.length === 3)
    await settle()
    expect(line.sent).toEqual([])
    slow.finish()
    await until(() => line.sent.length > 0)
    expect(line.sentInShort).toEqual(['puback 1', 'puback 2', 'puback 3'])
    expect(line.socket.writes.length).toBe(1)
  })

  it('that the receiver did not take are left to the broker, and so is all that follows', async () => {
    const line = await new ScriptedLine('5').connect()
    const batches: string[][] = []
    line.exchange.addReceiver(
      (batch) => {
        batches.push(batch.map((each) => textOf(each)))
        return { done: 2, next: 'stop' }
      },
      ['#']
    )
    line.feed(
      publish('a'),
      publish('b', { qos: 1, messageId: 7 }),
      publish('c', { qos: 1, messageId: 8 }),
      publish('d', { qos: 2, messageId: 9 })
    )
    await until(() => batches.length > 0)
    line.feed(publish('e', { qos: 1, messageId: 10 }))
    await settle()
    expect(batches).toEqual([['a', 'b', 'c', 'd']])
    expect(line.sentInShort).toEqual(['puback 7'])
  })

  it('wait in the network while the receiver is at work', async () => {
    const line = await new ScriptedLine().connect()
    const slow = slowReceiver(line)
    line.feed(publish('first'))
    await until(() => slow.received.length === 1)
    expect(line.exchange.receiving).toBe(true)
    line.feed(publish('second'))
    await settle()
    expect(slow.received).toEqual(['first'])
    expect(line.socket.isPaused()).toBe(true)
    slow.finish()
    await until(() => slow.received.length === 2)
    slow.finish()
    await until(() => !line.exchange.receiving)
    expect(line.socket.isPaused()).toBe(false)
  })

  it('wait unacknowledged until there is a receiver', async () => {
    const line = await new ScriptedLine().connect()
    line.feed(publish('a', { qos: 1, messageId: 1 }))
    await settle()
    expect([line.exchange.receiving, line.socket.isPaused(), line.sent.length]).toEqual([true, true, 0])
    line.exchange.addReceiver(() => {}, ['#'])
    await until(() => line.sent.length === 1)
    expect(line.exchange.receiving).toBe(false)
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('disk full'))],
    [
      'throws',
      () => {
        throw new Error('disk full')
      }
    ]
  ])('a receiver that %s ends it, with nothing acknowledged', async (_how, receive) => {
    const line = await new ScriptedLine().connect()
    line.exchange.addReceiver(receive, ['#'])
    line.feed(publish('a', { qos: 1, messageId: 1 }))
    await until(() => line.receiverErrors.length > 0)
    line.feed(publish('b', { qos: 1, messageId: 2 }))
    await settle()
    expect(line.receiverErrors).toEqual([new Error('disk full')])
    expect(line.sent).toEqual([])
  })

  it('of a connection that is gone are not acknowledged on the next one', async () => {
    const line = await new ScriptedLine().connect()
    const slow = slowReceiver(line)
    line.feed(publish('a', { qos: 1, messageId: 1 }))
    await until(() => slow.received.length === 1)
    await line.cut()
    await line.connect({ sessionPresent: true })
    slow.finish()
    await settle()
    expect(line.sent).toEqual([])
  })
})

describe('QoS 2 messages', () => {
  const second = (payload: string, dup = false) => publish(payload, { qos: 2, messageId: 5, dup })
  const pubrel: Packet = { cmd: 'pubrel', messageId: 5, reasonCode: 0 }

  it('are delivered once, whatever the broker repeats, until it releases the identifier', async () => {
    const { line, payloads } = await receivingLine()
    line.feed(second('a'))
    await until(() => line.sent.length === 1)
    line.feed(second('a', true))
    await until(() => line.sent.length === 2)
    line.feed(pubrel)
    await until(() => line.sent.length === 3)
    expect(line.sentInShort).toEqual(['pubrec 5', 'pubrec 5', 'pubcomp 5'])
    line.feed(second('b'))
    await until(() => line.sent.length === 4)
    expect(payloads()).toEqual(['a', 'b'])
  })

  it('are delivered once over connections of one session', async () => {
    const { line, payloads } = await receivingLine()
    line.feed(second('a'))
    await until(() => line.sent.length === 1)
    await line.cut()
    await line.connect({ sessionPresent: true })
    line.feed(second('a', true))
    await until(() => line.sent.length === 1)
    expect(payloads()).toEqual(['a'])
    expect(line.sentInShort).toEqual(['pubrec 5'])
  })

  it('of a new session are new, also when they follow the CONNACK in its chunk', async () => {
    const { line, payloads } = await receivingLine()
    line.feed(second('a'))
    await until(() => line.sent.length === 1)
    await line.cut()
    await line.connect({ sessionPresent: false })
    line.feed(second('b'))
    await until(() => line.sent.length === 1)
    expect(payloads()).toEqual(['a', 'b'])
  })

  it('an unknown PUBREL is answered with "packet identifier not found"', async () => {
    const { line } = await receivingLine()
    line.feed(pubrel)
    await until(() => line.sent.length === 1)
    expect(line.sent).toMatchObject([{ cmd: 'pubcomp', messageId: 5, reasonCode: 0x92 }])
  })
})

describe('topic aliases', () => {
  it('stand for the topic that they were given last on this connection', async () => {
    const { line, batches } = await receivingLine('5', { topicAliasMaximum: 2 })
    const alias = (topic: string, topicAlias: number) => publish('', { topic, properties: { topicAlias } })
    line.feed(alias('a', 1), alias('b', 2), alias('', 1), alias('c', 1), alias('', 1), alias('', 2))
    await until(() => batches.length > 0)
    expect(batches.flat().map(({ channel }) => channel)).toEqual(['a', 'b', 'a', 'c', 'c', 'b'])
    await line.cut()
    await line.connect()
    line.feed(alias('', 1))
    await until(() => line.protocolErrors.length > 0)
    expect(line.protocolErrors).toEqual(['an empty topic without a known topic alias'])
  })

  it('that we did not allow are a protocol error', async () => {
    const { line } = await receivingLine()
    line.feed(publish('', { properties: { topicAlias: 1 } }))
    await until(() => line.protocolErrors.length > 0)
    expect(line.protocolErrors).toEqual(['topic alias 1, above the maximum of 0'])
  })
})

describe('packets that the standard forbids', () => {
  it.each([
    ['both QoS bits', '3604000174 00 00', 'a PUBLISH with both QoS bits set'],
    ['packet identifier 0', '3206000174 0000 00', 'a packet identifier of 0'],
    ['no packet identifier', '3203000174', 'a PUBLISH that is too short'],
    ['a topic beyond the packet', '3004 00ff74 00', 'a topic that runs beyond its packet'],
    ['an empty topic', '3003 0000 00', 'an empty topic without a known topic alias'],
    ['invalid UTF-8', '3004 0001ff 00', 'a string that is not valid UTF-8'],
    ['an encoded surrogate', '3006 0003eda080 00', 'a string that is not valid UTF-8'],
    ['NUL', '3004 000100 00', 'a string that holds a NUL character'],
    ['a wildcard', '3004 000123 00', 'a topic that holds a wildcard'],
    ['no properties', '3003 000174', 'a PUBLISH without properties'],
    ['properties beyond the packet', '3004 000174 05', 'properties that run beyond their packet'],
    [
      'an endless property length',
      '3008 000174 ffffffff01',
      'a property length that is no variable byte integer'
    ],
    ['a property given twice', '3008 000174 04 01000100', 'a property that is given twice'],
    ['a property of CONNECT', '3009 000174 05 1100000001', 'a property that PUBLISH does not have'],
    ['a cut property', '3006 000174 02 0200', 'a property that runs beyond its packet'],
    ['subscription identifier 0', '3006 000174 02 0b00', 'a subscription identifier of 0'],
    ['topic alias 0', '3007 000174 03 230000', 'a topic alias of 0'],
    ['payload format 2', '3006 000174 02 0102', 'a payload format indicator that is neither 0 nor 1'],
    ['a response topic with a wildcard', '3008 000174 04 08000123', 'a topic that holds a wildcard'],
    ['five length bytes', '30ffffffff01', 'a remaining length of more than four bytes'],
    ['PUBACK for 0', '4002 0000', 'a packet identifier of 0'],
    ['a short PUBACK', '4001 00', 'an acknowledgement of 1 bytes'],
    ['PUBREL without its flag', '6002 0001', 'an acknowledgement with illegal flags'],
    [
      'PUBACK with a foreign property',
      '4006 0001 00 02 0101',
      'a property that an acknowledgement does not have'
    ],
    [
      'PUBACK with bytes behind its properties',
      '4005 0001 00 00 00',
      'an acknowledgement whose properties are not as long as it says'
    ]
  ])('%s', async (_what, hex, reason) => {
    const { line, batches } = await receivingLine()
    line.feed(Buffer.from(hex.replaceAll(' ', ''), 'hex'), publish('never delivered'))
    await until(() => line.protocolErrors.length > 0)
    await settle()
    expect(line.protocolErrors).toEqual([reason])
    expect(batches).toEqual([])
  })

  it('an empty topic in MQTT 3.1.1', async () => {
    const { line } = await receivingLine('3.1.1')
    line.feed(Buffer.from('30020000', 'hex'))
    await until(() => line.protocolErrors.length > 0)
    expect(line.protocolErrors).toEqual(['an empty topic'])
  })

  it('a message before the CONNACK', async () => {
    const line = new ScriptedLine()
    line.stream = line.exchange.openStream(line.socket, '5')
    line.feed(publish('a'))
    await until(() => line.protocolErrors.length > 0)
    expect(line.protocolErrors).toEqual(['a message before the connection was acknowledged'])
  })
})

describe('the packets of mqtt.js', () => {
  it('come to it whole and in order, without the messages between them', async () => {
    const { line, payloads } = await receivingLine()
    const suback = encodePacket({ cmd: 'suback', messageId: 1, granted: [0] })
    const pingresp = encodePacket({ cmd: 'pingresp' })
    line.passed = []
    const bytes = Buffer.concat([
      suback,
      encodePacket(publish('a')),
      pingresp,
      encodePacket(publish('b')),
      suback
    ])
    for (const byte of bytes) line.feed(Buffer.of(byte))
    await until(() => payloads().length === 2)
    expect(Buffer.concat(line.passed)).toEqual(Buffer.concat([suback, pingresp, suback]))
  })

  it('go out whole, however many writes they are made of, and never inside one of ours', async () => {
    const line = await new ScriptedLine().connect()
    const subscribe = encodePacket({
      cmd: 'subscribe',
      messageId: 9,
      subscriptions: [{ topic: 'a/b', qos: 1 }]
    })
    for (const byte of subscribe.subarray(0, -1)) line.stream.write(Buffer.of(byte))
    await line.exchange.publish([
      { channel: 't', payload: Buffer.from('x'), headers: [], guarantee: 0, mqtt: { retain: false } }
    ])
    line.stream.write(subscribe.subarray(-1))
    await until(() => line.sent.length === 2)
    expect(line.sentInShort).toEqual(['publish x', 'subscribe 9'])
  })

  it('go both ways also after the exchange was suspended, when messages no longer do', async () => {
    const { line, payloads } = await receivingLine()
    line.exchange.suspend()
    line.passed = []
    line.stream.write(encodePacket({ cmd: 'disconnect', reasonCode: 0 }))
    line.feed(publish('too late'), { cmd: 'pingresp' })
    await until(() => line.passed.length > 0)
    expect(line.sentInShort).toEqual(['disconnect'])
    expect(payloads()).toEqual([])
  })

  it('are read while a receiver is at work on messages of a connection that is gone', async () => {
    const line = await new ScriptedLine().connect()
    const slow = slowReceiver(line)
    line.feed(publish('a'))
    await until(() => slow.received.length === 1)
    line.exchange.suspend()
    expect(line.socket.isPaused()).toBe(false)
    await line.connect()
    expect(slow.received).toEqual(['a'])
  })

  it('the end of the socket is the end of the stream', async () => {
    const line = await new ScriptedLine().connect()
    let closed = false
    line.stream.on('close', () => {
      closed = true
    })
    line.socket.destroy(Object.assign(new Error('gone'), { code: 'ECONNRESET' }))
    await until(() => closed)
  })
})
