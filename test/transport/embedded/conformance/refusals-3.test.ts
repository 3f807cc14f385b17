import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../../../support/embedded-broker.js'
import { connectBytes, packetBytes, text } from '../../../support/packet-bytes.js'
import { RawClient } from '../../../support/raw-client.js'

// What a client of MQTT 3.1.1 or 3.1 may not send: its connection ends, and nothing else is said.

let broker: TestBroker
let guarded: TestBroker
beforeAll(async () => {
  broker = await startEmbeddedBroker({ limits: { packetSize: 5000 } })
  const authenticate = async (name: string | undefined) => name === 'ada'
  guarded = await startEmbeddedBroker({ authenticate })
})
afterAll(async () => {
  await broker.stop()
  await guarded.stop()
})

const where = ({ port } = broker) => ({ port, host: '127.0.0.1' })
const surrogate = Buffer.from([0xed, 0xa0, 0x80])
const will = [text('will'), text('payload')]

describe('a CONNECT that breaks a rule ends the connection without CONNACK', () => {
  test.each<[string, Buffer]>([
    ['[3: 3.1.0-1] another packet comes first', packetBytes(0xc0)],
    ['[3: 3.1.2-1] another protocol', connectBytes(4, { name: 'MQTX' })],
    ['[3: 3.1.2-3 3.1.4-1 3.2.2-6] its reserved flag is set', connectBytes(4, { flags: 3 })],
    ['[3: 2.2.2-1 2.2.2-2] the flags of its first byte are set', connectBytes(4, { first: 0x11 })],
    ['[3: 3.1.2-11 3.1.2-13] a will QoS without a will', connectBytes(4, { flags: 0x12 })],
    ['[3: 3.1.2-11 3.1.2-15] a retained will without a will', connectBytes(4, { flags: 0x22 })],
    ['[3: 3.1.2-11] a will without its flag', connectBytes(4, { payload: will })],
    ['[3: 3.1.2-14] a will with QoS 3', connectBytes(4, { flags: 0x1e, payload: will })],
    ['[3: 3.1.2-9] a will flag, and no will', connectBytes(4, { flags: 6 })],
    ['[3: 3.1.2-18] a user name without its flag', connectBytes(4, { payload: [text('ada')] })],
    ['[3: 3.1.2-19] a flag for a user name, and none', connectBytes(4, { flags: 0x82 })],
    [
      '[3: 3.1.2-20] a password without its flag',
      connectBytes(4, { flags: 0x82, payload: [text('ada'), text('secret')] })
    ],
    [
      '[3: 3.1.2-21] a flag for a password, and none',
      connectBytes(4, { flags: 0xc2, payload: [text('ada')] })
    ],
    [
      '[3: 3.1.2-22] a password without a user name',
      connectBytes(4, { flags: 0x42, payload: [text('secret')] })
    ],
    ['[3: 3.1.3-3] it ends before its identifier', packetBytes(0x10, text('MQTT'), 4, 2, 0, 0)],
    ['[3: 3.1.3-4 1.5.3-1] its identifier is not UTF-8', connectBytes(4, { clientId: surrogate })],
    ['[3: 1.5.3-2] its identifier holds a NUL', connectBytes(4, { clientId: 'a\0b' })],
    [
      '[3: 3.1.3-10 3.1.3-1] its will topic is not UTF-8',
      connectBytes(4, { flags: 6, payload: [text(surrogate), text('x')] })
    ],
    ['[3: 3.1.3-11] its user name is not UTF-8', connectBytes(4, { flags: 0x82, payload: [text(surrogate)] })]
  ])('%s', async (_title, bytes) => {
    const client = await RawClient.open(where(), 4)
    client.sendBytes(bytes)
    expect(await client.rest()).toEqual([])
  })
})

describe('a CONNECT that is not accepted is answered with a return code, and the connection ends', () => {
  test.each<[string, Buffer, number]>([
    ['[3: 3.1.2-2] version 2', connectBytes(2), 1],
    ['[3: 3.1.2-2] version 4 under the name of 3.1', connectBytes(4, { name: 'MQIsdp' }), 1],
    [
      '[3: 3.1.3-7 3.1.3-8] a session without an identifier',
      connectBytes(4, { flags: 0x80, clientId: '', payload: [text('ada')] }),
      2
    ],
    [
      '[3: 3.1.3-9] an identifier that is too long',
      connectBytes(4, { flags: 0x82, clientId: 'x'.repeat(2000), payload: [text('ada')] }),
      2
    ],
    [
      '[3: 3.1.4-5 3.2.2-4 3.2.2-5] a user whom nobody knows',
      connectBytes(4, { flags: 0x82, payload: [text('eve')] }),
      4
    ]
  ])('%s', async (_title, bytes, returnCode) => {
    const client = await RawClient.open(where(guarded), 4)
    client.sendBytes(bytes)
    client.sendBytes(Buffer.from([0xc0, 0]))
    expect(await client.rest()).toMatchObject([{ cmd: 'connack', returnCode, sessionPresent: false }])
  })
})

const topic = (name: string | Uint8Array) => packetBytes(0x30, text(name))
const subscribe = (filter: string | Uint8Array, qos = 0) => packetBytes(0x82, 0, 1, text(filter), qos)
const unsubscribe = (filter: string | Uint8Array) => packetBytes(0xa2, 0, 1, text(filter))

describe('a packet that breaks a rule ends the connection, and nothing more is answered', () => {
  test.each<[string, Buffer]>([
    ['[3: 3.1.0-2] a second CONNECT', connectBytes(4)],
    ['[3: 4.8.0-1] a CONNACK', packetBytes(0x20, 0, 0)],
    ['[3: 4.8.0-1] a packet of type 15', packetBytes(0xf0)],
    ['[3: 4.8.0-1] a remaining length of five bytes', Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 1])],
    ['[3: 4.8.0-2] a packet larger than the broker takes', topic('a'.repeat(5001))],
    ['[3: 2.2.2-1 2.2.2-2] PINGREQ with flags', packetBytes(0xc8)],
    ['[3: 3.14.1-1] DISCONNECT with flags', packetBytes(0xe2)],
    ['[3: 4.8.0-1] DISCONNECT with a body', packetBytes(0xe0, 0)],
    ['[3: 3.3.1-4] PUBLISH with QoS 3', packetBytes(0x36, text('a'), 0, 1)],
    ['[3: 3.3.1-2] PUBLISH with QoS 0 that is marked as sent again', packetBytes(0x38, text('a'))],
    ['[3: 2.3.1-1] PUBLISH with packet identifier 0', packetBytes(0x32, text('a'), 0, 0)],
    ['[3: 3.3.2-1] PUBLISH with a topic that is not UTF-8', topic(surrogate)],
    ['[3: 3.3.2-2 4.7.1-1] PUBLISH to a wildcard', topic('a/#')],
    ['[3: 4.7.3-1] PUBLISH to an empty topic', topic('')],
    ['[3: 4.7.3-2] PUBLISH to a topic with a NUL', topic('a\0b')],
    ['[3: 3.3.5-2] PUBLISH to where only the broker publishes', packetBytes(0x32, text('$SYS/a'), 0, 1)],
    ['[3: 3.6.1-1] PUBREL with flags 0', packetBytes(0x60, 0, 1)],
    ['[3: 4.8.0-1] PUBACK that is too long', packetBytes(0x40, 0, 1, 0)],
    ['[3: 3.8.1-1] SUBSCRIBE with flags 0', packetBytes(0x80, 0, 1, text('a'), 0)],
    ['[3: 2.3.1-1] SUBSCRIBE with packet identifier 0', packetBytes(0x82, 0, 0, text('a'), 0)],
    ['[3: 3.8.3-3] SUBSCRIBE without a filter', packetBytes(0x82, 0, 1)],
    ['[3: 3.8.3-1] SUBSCRIBE to a filter that is not UTF-8', subscribe(surrogate)],
    ['[3: 3.8.3-4] SUBSCRIBE with QoS 3', subscribe('a', 3)],
    ['[3: 3.8.3-4] SUBSCRIBE with reserved bits', subscribe('a', 4)],
    ['[3: 4.7.3-1] SUBSCRIBE to an empty filter', subscribe('')],
    ['[3: 4.7.1-2] SUBSCRIBE to # before the last level', subscribe('a/#/b')],
    ['[3: 4.7.1-3] SUBSCRIBE to + that is not a whole level', subscribe('a/b+')],
    ['[3: 3.10.1-1] UNSUBSCRIBE with flags 0', packetBytes(0xa0, 0, 1, text('a'))],
    ['[3: 2.3.1-1] UNSUBSCRIBE with packet identifier 0', packetBytes(0xa2, 0, 0, text('a'))],
    ['[3: 3.10.3-2] UNSUBSCRIBE without a filter', packetBytes(0xa2, 0, 1)],
    ['[3: 3.10.3-1] UNSUBSCRIBE from a filter that is not UTF-8', unsubscribe(surrogate)]
  ])('%s', async (_title, bytes) => {
    const client = await RawClient.connect(where(), 4)
    client.sendBytes(bytes)
    client.sendBytes(Buffer.from([0xc0, 0]))
    expect(await client.rest()).toEqual([])
  })
})

describe('MQTT 3.1', () => {
  test('knows no session present flag, and marks packets that are sent again', async () => {
    const session = { flags: 0, clientId: 'old' }
    const first = await RawClient.open(where(), 4)
    first.sendBytes(connectBytes(3, session))
    await first.next('connack')
    first.sendBytes(packetBytes(0x8a, 0, 1, text('old/+'), 1))
    expect((await first.next('suback')).granted).toEqual([1])
    await first.disconnect()
    const again = await RawClient.open(where(), 4)
    again.sendBytes(connectBytes(3, session))
    expect(await again.next('connack')).toMatchObject({ returnCode: 0, sessionPresent: false })
    again.sendBytes(packetBytes(0x30, text('old/a')))
    expect((await again.next('publish')).topic).toBe('old/a')
  })
})
