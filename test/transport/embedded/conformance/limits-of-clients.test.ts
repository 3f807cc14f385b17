import type { IConnectPacket, Packet } from 'mqtt-packet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../../../support/embedded-broker.js'
import { connectBytes, packetBytes, properties, text } from '../../../support/packet-bytes.js'
import { RawClient } from '../../../support/raw-client.js'

// Reasons in words, and packets that are too large for a client, in MQTT 5.

let broker: TestBroker
beforeAll(async () => {
  broker = await startEmbeddedBroker()
})
afterAll(() => broker.stop())

const where = () => ({ port: broker.port, host: '127.0.0.1' })
const connect = (options: IConnectPacket['properties'] = {}) =>
  RawClient.connect(where(), 5, { clientId: 'limited', properties: options })
const words = (packet: Packet | undefined) =>
  packet !== undefined && 'properties' in packet ? packet.properties : undefined
const refused = (qos: 1 | 2) => packetBytes(0x30 | (qos << 1), text('$SYS/no'), 0, 1, 0)
const wrong = packetBytes(0xc0, 0)

test('[5: 3.4.2-2 3.5.2-2 3.14.2-3] a refusal has a reason in words', async () => {
  const client = await connect()
  client.sendBytes(Buffer.concat([refused(1), refused(2), wrong]))
  const packets = await client.rest()
  expect(packets.map(({ cmd }) => cmd)).toEqual(['puback', 'pubrec', 'disconnect'])
  for (const packet of packets) expect(words(packet)).toHaveProperty('reasonString')
})

test('[5: 3.1.2-29] a client that wants no words gets none', async () => {
  const client = await connect({ requestProblemInformation: false })
  client.sendBytes(Buffer.concat([refused(1), refused(2), wrong]))
  const packets = await client.rest()
  expect(packets).toMatchObject([{ reasonCode: 0x87 }, { reasonCode: 0x87 }, { reasonCode: 0x81 }])
  for (const packet of packets) expect(words(packet) ?? {}).not.toHaveProperty('reasonString')
})

test('[5: 3.4.2-2 3.5.2-2 3.14.2-3 3.1.2-24] words that are too large for a client are left out', async () => {
  const client = await connect({ maximumPacketSize: 20 })
  client.sendBytes(Buffer.concat([refused(1), refused(2), wrong]))
  const packets = await client.rest()
  expect(packets).toMatchObject([{ reasonCode: 0x87 }, { reasonCode: 0x87 }, { reasonCode: 0x81 }])
  for (const packet of packets) expect(words(packet) ?? {}).not.toHaveProperty('reasonString')
})

test('[5: 3.2.2-19] also in CONNACK', async () => {
  const client = await RawClient.open(where())
  client.sendBytes(connectBytes(5, { props: properties(0x27, 0, 0, 0, 20), clientId: 'x'.repeat(2000) }))
  const packets = await client.rest()
  expect(packets).toMatchObject([{ cmd: 'connack', reasonCode: 0x85 }])
  expect(words(packets[0]) ?? {}).not.toHaveProperty('reasonString')
})

test('[5: 3.1.2-24] a client whose SUBACK would be too large is told so', async () => {
  const client = await connect({ maximumPacketSize: 20 })
  client.sendBytes(
    packetBytes(0x82, 0, 1, 0, ...Array.from({ length: 20 }, (_, n) => [text(`${n}`), 0] as const).flat())
  )
  expect(await client.rest()).toMatchObject([{ cmd: 'disconnect', reasonCode: 0x95 }])
})

test('[5: 3.2.2-20 3.4.2-3 3.5.2-3 3.6.2-2 3.6.2-3 3.7.2-2 3.7.2-3 3.9.2-1 3.9.2-2 3.11.2-1 3.11.2-2 3.14.2-4] no other answer has properties that could be too large', async () => {
  const client = await connect()
  expect(client.connack.properties).not.toHaveProperty('userProperties')
  await client.subscribe('plain')
  client.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['plain', 'other'] })
  const unsuback = await client.next('unsuback')
  client.send({ cmd: 'pubrec', messageId: 4 }, { cmd: 'pubrel', messageId: 4 })
  const answers = [unsuback, await client.next('pubrel'), await client.next('pubcomp')]
  client.sendBytes(Buffer.concat([refused(1), refused(2), wrong]))
  for (const packet of [...answers, ...(await client.rest())]) {
    expect(words(packet) ?? {}).not.toHaveProperty('userProperties')
    if (answers.includes(packet as never)) expect(words(packet) ?? {}).not.toHaveProperty('reasonString')
  }
})

test('who is connected when the broker stops is told, once', async () => {
  const other = await startEmbeddedBroker()
  const client = await RawClient.connect({ port: other.port, host: '127.0.0.1' })
  await other.stop()
  expect(await client.rest()).toMatchObject([{ cmd: 'disconnect', reasonCode: 0x8b }])
})
