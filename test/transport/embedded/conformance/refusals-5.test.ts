import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../../../support/embedded-broker.js'
import { connectBytes, packetBytes, properties, text } from '../../../support/packet-bytes.js'
import { RawClient } from '../../../support/raw-client.js'

// What an MQTT 5 client may not send, and the reason code that MQTT 5 names for it.

const MALFORMED = 0x81
const PROTOCOL_ERROR = 0x82

let broker: TestBroker
beforeAll(async () => {
  broker = await startEmbeddedBroker({ limits: { packetSize: 5000, receiveMaximum: 2 } })
})
afterAll(() => broker.stop())

const where = () => ({ port: broker.port, host: '127.0.0.1' })
const none = properties()
const surrogate = Buffer.from([0xed, 0xa0, 0x80])
const overlong = Buffer.from([0xc0, 0xaf])
const receiveMaximum = [0x21, 0, 5]
const userProperty = (name: string | Uint8Array, value: string | Uint8Array) =>
  Buffer.concat([Buffer.from([0x26]), text(name), text(value)])
const sessionExpiry = Buffer.from([0x11, 0, 0, 0, 1])
const connectWith = (...props: (number | Uint8Array)[]) => connectBytes(5, { props: properties(...props) })
const willPayload = [none, text('will'), text('payload')]

describe('a CONNECT that breaks a rule is answered by CONNACK, once, and the connection ends', () => {
  test.each<[string, Buffer, number]>([
    ['[5: 3.1.2-3 3.1.4-1] its reserved flag is set', connectBytes(5, { flags: 3 }), MALFORMED],
    ['[5: 2.1.3-1] the flags of its first byte are set', connectBytes(5, { first: 0x12 }), MALFORMED],
    ['[5: 3.1.2-11] a will QoS without a will', connectBytes(5, { flags: 0x0a }), MALFORMED],
    ['[5: 3.1.2-13] a retained will without a will', connectBytes(5, { flags: 0x22 }), MALFORMED],
    ['[5: 3.1.2-12] a will with QoS 3', connectBytes(5, { flags: 0x1e, payload: willPayload }), MALFORMED],
    ['[5: 3.1.2-9] a will flag, and no will', connectBytes(5, { flags: 0x06 }), MALFORMED],
    ['[5: 3.1.2-16] a user name without its flag', connectBytes(5, { payload: [text('ada')] }), MALFORMED],
    ['[5: 3.1.2-17] a flag for a user name, and none', connectBytes(5, { flags: 0x82 }), MALFORMED],
    [
      '[5: 3.1.2-18] a password without its flag',
      connectBytes(5, { flags: 0x82, payload: [text('ada'), text('secret')] }),
      MALFORMED
    ],
    ['[5: 3.1.2-19] a flag for a password, and none', connectBytes(5, { flags: 0x42 }), MALFORMED],
    ['[5: 3.1.3-4 1.5.4-1] its identifier is not UTF-8', connectBytes(5, { clientId: overlong }), MALFORMED],
    ['[5: 1.5.4-2] its identifier holds a NUL', connectBytes(5, { clientId: 'a\0b' }), MALFORMED],
    [
      '[5: 3.1.3-11] its will topic is not UTF-8',
      connectBytes(5, { flags: 6, payload: [none, text(surrogate), text('x')] }),
      MALFORMED
    ],
    [
      '[5: 3.1.3-1] its will topic is a wildcard',
      connectBytes(5, { flags: 6, payload: [none, text('a/#'), text('x')] }),
      MALFORMED
    ],
    [
      '[5: 3.1.3-12] its user name is not UTF-8',
      connectBytes(5, { flags: 0x82, payload: [text(surrogate)] }),
      MALFORMED
    ],
    ['[5: 3.1.3-3] it ends before its identifier', packetBytes(0x10, text('MQTT'), 5, 2, 0, 0, 0), MALFORMED],
    ['[5: 1.5.7-1] a user property is not UTF-8', connectWith(userProperty('a', surrogate)), MALFORMED],
    ['[5: 3.1.4-1] a property that CONNECT does not have', connectWith(0x23, 0, 1), MALFORMED],
    ['[5: 3.1.4-1] a property twice', connectWith(...receiveMaximum, ...receiveMaximum), PROTOCOL_ERROR],
    ['[5: 4.9.0-1] a receive maximum of 0', connectWith(0x21, 0, 0), PROTOCOL_ERROR],
    ['[5: 3.1.4-1] a largest packet of 0 bytes', connectWith(0x27, 0, 0, 0, 0), PROTOCOL_ERROR],
    ['[5: 3.1.4-1] problem information that is neither 0 nor 1', connectWith(0x17, 2), PROTOCOL_ERROR],
    ['[5: 3.1.4-1] authentication data without a method', connectWith(0x16, text('x')), PROTOCOL_ERROR],
    [
      '[5: 4.12.0-1 4.12.0-4] an authentication method that nobody knows',
      connectWith(0x15, text('SCRAM'), 0x16, text('x')),
      0x8c
    ],
    [
      '[5: 1.5.5-1] a length of properties in more bytes than it needs',
      connectBytes(5, { props: Buffer.from([0x80, 0]) }),
      MALFORMED
    ],
    [
      '[5: 1.5.5-1] a remaining length in more bytes than it needs',
      Buffer.concat([Buffer.from([0x10, 0x90, 0]), connectBytes(5).subarray(2)]),
      MALFORMED
    ],
    ['[5: 3.1.2-2 3.2.2-8] version 6 of MQTT', connectBytes(6), 0x84],
    ['[5: 3.1.3-8] an identifier that is too long', connectBytes(5, { clientId: 'x'.repeat(2000) }), 0x85],
    ['[5: 3.1.2-24] a largest packet that is smaller than CONNACK', connectWith(0x27, 0, 0, 0, 10), 0x95]
  ])('%s', async (_title, bytes, code) => {
    const client = await RawClient.open(where())
    client.sendBytes(bytes)
    // What follows a CONNECT that is refused is not looked at [MQTT-3.1.4-6].
    client.sendBytes(Buffer.from([0xc0, 0]))
    const packets = await client.rest()
    expect(packets).toMatchObject([{ cmd: 'connack', reasonCode: code, sessionPresent: false }])
  })

  test('[5: 3.1.4-6 3.2.2-6 3.2.2-7] and what follows it is not looked at', async () => {
    const watcher = await RawClient.connect(where())
    await watcher.subscribe('after-refusal')
    const client = await RawClient.open(where())
    client.sendBytes(connectBytes(5, { flags: 3 }))
    client.send({ cmd: 'publish', topic: 'after-refusal', payload: 'x', qos: 0, dup: false, retain: false })
    expect(await client.rest()).toHaveLength(1)
    expect(await watcher.messagesUntilNow()).toEqual([])
  })

  test.each<[string, Buffer]>([
    ['[5: 3.1.2-1] another protocol', connectBytes(5, { name: 'MQTX' })],
    ['[5: 3.1.0-1] another packet than CONNECT', packetBytes(0x30, text('a'), 0)],
    ['[5: 4.12.0-7] AUTH before CONNECT', packetBytes(0xf0)],
    ['[5: 3.14.0-1] DISCONNECT before CONNECT', packetBytes(0xe0)]
  ])('%s gets no answer at all', async (_title, bytes) => {
    const client = await RawClient.open(where())
    client.sendBytes(bytes)
    expect(await client.rest()).toEqual([])
  })
})

const topic = (name: string | Uint8Array, ...props: (number | Uint8Array)[]) =>
  packetBytes(0x30, text(name), properties(...props))
const subscribe = (filter: string | Uint8Array, options = 0, ...props: (number | Uint8Array)[]) =>
  packetBytes(0x82, 0, 1, properties(...props), text(filter), options)
const unsubscribe = (filter: string | Uint8Array) => packetBytes(0xa2, 0, 1, none, text(filter))

describe('a packet that breaks a rule is answered by DISCONNECT, once, and the connection ends', () => {
  test.each<[string, Buffer, number]>([
    ['[5: 3.1.0-2] a second CONNECT', connectBytes(5), PROTOCOL_ERROR],
    ['[5: 4.13.1-1] a CONNACK', packetBytes(0x20, 0, 0, 0), PROTOCOL_ERROR],
    ['[5: 4.13.1-1] a SUBACK', packetBytes(0x90, 0, 1, 0, 0), PROTOCOL_ERROR],
    ['[5: 4.13.1-1] a packet of type 0', packetBytes(0), PROTOCOL_ERROR],
    ['[5: 4.12.0-7 4.12.1-1 3.15.2-1] AUTH without a method', packetBytes(0xf0), PROTOCOL_ERROR],
    ['[5: 3.15.1-1] AUTH with flags', packetBytes(0xf1), MALFORMED],
    ['[5: 2.1.3-1] PINGREQ with flags', packetBytes(0xc1), MALFORMED],
    ['[5: 4.13.1-1] PINGREQ with a body', packetBytes(0xc0, 0), MALFORMED],
    ['[5: 3.14.1-1] DISCONNECT with flags', packetBytes(0xe1), MALFORMED],
    ['[5: 3.14.2-1] DISCONNECT with a reason that does not exist', packetBytes(0xe0, 3), PROTOCOL_ERROR],
    ['[5: 4.13.1-1] DISCONNECT with a reason of servers', packetBytes(0xe0, 0x8e), PROTOCOL_ERROR],
    [
      '[5: 4.13.1-1] DISCONNECT with a session expiry where CONNECT had none',
      packetBytes(0xe0, 0, properties(sessionExpiry)),
      PROTOCOL_ERROR
    ],
    [
      '[5: 4.13.1-1] DISCONNECT with a property that it does not have',
      packetBytes(0xe0, 0, properties(...receiveMaximum)),
      MALFORMED
    ],
    ['[5: 4.13.1-1] DISCONNECT with more behind its properties', packetBytes(0xe0, 0, none, 0), MALFORMED],
    [
      '[5: 1.5.5-1] a remaining length of five bytes',
      Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 1]),
      MALFORMED
    ],
    ['[5: 1.5.5-1] a remaining length in two bytes for one', Buffer.from([0xc0, 0x80, 0]), MALFORMED],
    ['[5: 3.2.2-15] a packet larger than the broker takes', topic('a'.repeat(5001)), 0x95],
    // PUBLISH
    ['[5: 3.3.1-4] PUBLISH with QoS 3', packetBytes(0x36, text('a'), 0, 1, none), MALFORMED],
    [
      '[5: 3.3.1-2] PUBLISH with QoS 0 that is marked as sent again',
      packetBytes(0x38, text('a'), none),
      MALFORMED
    ],
    [
      '[5: 2.2.1-3] PUBLISH with packet identifier 0',
      packetBytes(0x32, text('a'), 0, 0, none),
      PROTOCOL_ERROR
    ],
    ['[5: 3.3.2-1] PUBLISH without a topic', packetBytes(0x30), MALFORMED],
    ['[5: 4.7.3-1] PUBLISH with an empty topic and no alias', topic(''), PROTOCOL_ERROR],
    ['[5: 3.3.2-2 4.7.0-1] PUBLISH to a wildcard', topic('a/#'), MALFORMED],
    ['[5: 3.3.2-2 4.7.0-1] PUBLISH to the other wildcard', topic('+/a'), MALFORMED],
    ['[5: 4.7.3-2] PUBLISH to a topic with a NUL', topic('a\0b'), MALFORMED],
    ['[5: 1.5.4-1] PUBLISH to a topic with half a surrogate pair', topic(surrogate), MALFORMED],
    ['[5: 1.5.4-1] PUBLISH to a topic that is not UTF-8', topic(overlong), MALFORMED],
    ['[5: 4.13.1-1] PUBLISH with properties longer than itself', packetBytes(0x30, text('a'), 9), MALFORMED],
    ['[5: 4.13.1-1] PUBLISH with a property that it does not have', topic('a', sessionExpiry), MALFORMED],
    ['[5: 4.13.1-1] PUBLISH with two content types', topic('a', 3, text('x'), 3, text('y')), PROTOCOL_ERROR],
    ['[5: 3.3.4-6] PUBLISH with a subscription identifier', topic('a', 0x0b, 1), PROTOCOL_ERROR],
    ['[5: 3.3.2-8] PUBLISH with topic alias 0', topic('a', 0x23, 0, 0), 0x94],
    ['[5: 3.2.2-17 3.3.2-9] PUBLISH with a topic alias above the maximum', topic('a', 0x23, 0, 65), 0x94],
    [
      '[5: 3.3.2-7] PUBLISH with a topic alias that stands for nothing',
      topic('', 0x23, 0, 3),
      PROTOCOL_ERROR
    ],
    [
      '[5: 3.3.2-13] PUBLISH with a response topic that is not UTF-8',
      topic('a', 8, text(overlong)),
      MALFORMED
    ],
    ['[5: 3.3.2-14] PUBLISH with a wildcard as response topic', topic('a', 8, text('b/+')), MALFORMED],
    ['[5: 3.3.2-19] PUBLISH with a content type that is not UTF-8', topic('a', 3, text(overlong)), MALFORMED],
    [
      '[5: 1.5.7-1] PUBLISH with a user property that is not UTF-8',
      topic('a', userProperty(surrogate, 'x')),
      MALFORMED
    ],
    ['[5: 4.13.1-1] PUBLISH with a payload format of 2', topic('a', 1, 2), PROTOCOL_ERROR],
    // PUBACK, PUBREC, PUBREL, PUBCOMP
    ['[5: 2.1.3-1] PUBACK with flags', packetBytes(0x42, 0, 1), MALFORMED],
    ['[5: 3.6.1-1] PUBREL with flags 0', packetBytes(0x60, 0, 1), MALFORMED],
    ['[5: 2.2.1-5] PUBACK for packet identifier 0', packetBytes(0x40, 0, 0), PROTOCOL_ERROR],
    ['[5: 4.13.1-1] PUBREC without a packet identifier', packetBytes(0x50, 0), MALFORMED],
    [
      '[5: 3.4.2-1] PUBACK with a reason that it does not have',
      packetBytes(0x40, 0, 1, 0x92),
      PROTOCOL_ERROR
    ],
    ['[5: 3.5.2-1] PUBREC with a reason that it does not have', packetBytes(0x50, 0, 1, 1), PROTOCOL_ERROR],
    [
      '[5: 3.6.2-1] PUBREL with a reason that it does not have',
      packetBytes(0x62, 0, 1, 0x10),
      PROTOCOL_ERROR
    ],
    [
      '[5: 3.7.2-1] PUBCOMP with a reason that it does not have',
      packetBytes(0x70, 0, 1, 0x80),
      PROTOCOL_ERROR
    ],
    [
      '[5: 4.13.1-1] PUBACK with a property that it does not have',
      packetBytes(0x40, 0, 1, 0, properties(...receiveMaximum)),
      MALFORMED
    ],
    ['[5: 4.13.1-1] PUBCOMP with more behind its properties', packetBytes(0x70, 0, 1, 0, none, 0), MALFORMED],
    // SUBSCRIBE
    ['[5: 3.8.1-1] SUBSCRIBE with flags 0', packetBytes(0x80, 0, 1, none, text('a'), 0), MALFORMED],
    [
      '[5: 2.2.1-3] SUBSCRIBE with packet identifier 0',
      packetBytes(0x82, 0, 0, none, text('a'), 0),
      PROTOCOL_ERROR
    ],
    ['[5: 3.8.3-2] SUBSCRIBE without a filter', packetBytes(0x82, 0, 1, none), PROTOCOL_ERROR],
    [
      '[5: 3.8.3-2] SUBSCRIBE with a filter without its options',
      packetBytes(0x82, 0, 1, none, text('a')),
      MALFORMED
    ],
    ['[5: 3.8.3-1] SUBSCRIBE to a filter that is not UTF-8', subscribe(overlong), MALFORMED],
    ['[5: 4.7.3-2] SUBSCRIBE to a filter with a NUL', subscribe('a\0b'), MALFORMED],
    ['[5: 4.7.3-1] SUBSCRIBE to an empty filter', subscribe(''), PROTOCOL_ERROR],
    ['[5: 4.7.1-1] SUBSCRIBE to # before the last level', subscribe('a/#/b'), MALFORMED],
    ['[5: 4.7.1-1] SUBSCRIBE to # that is not a whole level', subscribe('a#'), MALFORMED],
    ['[5: 4.7.1-2] SUBSCRIBE to + that is not a whole level', subscribe('a/b+/c'), MALFORMED],
    ['[5: 4.13.1-1] SUBSCRIBE with QoS 3', subscribe('a', 3), PROTOCOL_ERROR],
    ['[5: 4.13.1-1] SUBSCRIBE with retain handling 3', subscribe('a', 0x30), PROTOCOL_ERROR],
    ['[5: 3.8.3-5] SUBSCRIBE with reserved bits', subscribe('a', 0x40), MALFORMED],
    ['[5: 3.8.3-5] SUBSCRIBE with the other reserved bit', subscribe('a', 0x80), MALFORMED],
    [
      '[5: 3.8.3-4] SUBSCRIBE with No Local to a shared subscription',
      subscribe('$share/g/a', 4),
      PROTOCOL_ERROR
    ],
    ['[5: 4.13.1-1] SUBSCRIBE with subscription identifier 0', subscribe('a', 0, 0x0b, 0), PROTOCOL_ERROR],
    [
      '[5: 4.13.1-1] SUBSCRIBE with two subscription identifiers',
      subscribe('a', 0, 0x0b, 1, 0x0b, 2),
      PROTOCOL_ERROR
    ],
    [
      '[5: 1.5.5-1] SUBSCRIBE with an identifier in more bytes than it needs',
      subscribe('a', 0, 0x0b, 0x81, 0),
      MALFORMED
    ],
    [
      '[5: 4.13.1-1] SUBSCRIBE with a property that it does not have',
      subscribe('a', 0, sessionExpiry),
      MALFORMED
    ],
    ['[5: 4.8.2-1] SUBSCRIBE to a share without a name', subscribe('$share//a'), MALFORMED],
    ['[5: 4.8.2-2] SUBSCRIBE to a share with a wildcard as its name', subscribe('$share/g+/a'), MALFORMED],
    ['[5: 4.8.2-2] SUBSCRIBE to a share without a filter', subscribe('$share/g'), MALFORMED],
    ['[5: 4.8.2-2] SUBSCRIBE to a share with an empty filter', subscribe('$share/g/'), MALFORMED],
    // UNSUBSCRIBE
    ['[5: 3.10.1-1] UNSUBSCRIBE with flags 0', packetBytes(0xa0, 0, 1, none, text('a')), MALFORMED],
    [
      '[5: 2.2.1-3] UNSUBSCRIBE with packet identifier 0',
      packetBytes(0xa2, 0, 0, none, text('a')),
      PROTOCOL_ERROR
    ],
    ['[5: 3.10.3-2] UNSUBSCRIBE without a filter', packetBytes(0xa2, 0, 1, none), PROTOCOL_ERROR],
    ['[5: 3.10.3-1] UNSUBSCRIBE from a filter that is not UTF-8', unsubscribe(overlong), MALFORMED],
    [
      '[5: 4.13.1-1] UNSUBSCRIBE with a property that it does not have',
      packetBytes(0xa2, 0, 1, properties(0x0b, 1), text('a')),
      MALFORMED
    ]
  ])('%s', async (_title, bytes, code) => {
    const client = await RawClient.connect(where())
    client.sendBytes(bytes)
    // Nothing of what follows is answered [MQTT-3.14.4-1].
    client.sendBytes(Buffer.from([0xc0, 0]))
    const packets = await client.rest()
    expect(packets).toMatchObject([{ cmd: 'disconnect', reasonCode: code }])
    expect(packets[0]).toHaveProperty('properties.reasonString')
  })

  test('[5: 3.14.4-1 3.14.4-2 4.13.2-1] what came before it in the same chunk is answered, and nothing after it', async () => {
    const client = await RawClient.connect(where())
    const publish = (id: number) => packetBytes(0x32, text('before'), 0, id, none)
    client.sendBytes(Buffer.concat([publish(1), subscribe('a', 3), publish(2)]))
    expect((await client.rest()).map(({ cmd }) => cmd)).toEqual(['puback', 'disconnect'])
  })

  test('[5: 3.3.4-7] more QoS 2 messages at once than the broker takes', async () => {
    const client = await RawClient.connect(where())
    for (const id of [1, 2, 3]) client.sendBytes(packetBytes(0x34, text('a'), 0, id, none))
    const packets = await client.rest()
    expect(packets.map(({ cmd }) => cmd)).toEqual(['pubrec', 'pubrec', 'disconnect'])
    expect(packets[2]).toHaveProperty('reasonCode', 0x93)
  })

  test('[5: 4.13.1-1] PUBACK for a QoS 2 message, and PUBCOMP for one that was not released', async () => {
    for (const wrong of [0x40, 0x70]) {
      const client = await RawClient.connect(where())
      await client.subscribe('wrong-kind')
      await client.publish('wrong-kind', 'x', { qos: 2 })
      const { messageId = 0 } = await client.next('publish')
      client.sendBytes(packetBytes(wrong, 0, messageId))
      expect((await client.next('disconnect')).reasonCode).toBe(PROTOCOL_ERROR)
    }
  })

  test('[5: 3.14.2-2] and DISCONNECT has no session expiry', async () => {
    const client = await RawClient.connect(where(), 5, { properties: { sessionExpiryInterval: 9 } })
    client.sendBytes(subscribe('a', 3))
    expect((await client.next('disconnect')).properties).not.toHaveProperty('sessionExpiryInterval')
  })
})
