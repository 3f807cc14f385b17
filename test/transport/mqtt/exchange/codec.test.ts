import fc from 'fast-check'
import type { IPublishPacket } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { type Message, payloadBytes } from '../../../../src/core/message.js'
import { encodePacket, type Protocol, ScriptedLine, settle, until } from './scripted-line.js'

const text = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .filter((t) => Buffer.from(t).toString() === t && !t.includes('\0'))
const channel = text.filter((t) => t !== '' && !/[+#]/.test(t))
const bytes = (max: number) => fc.uint8Array({ maxLength: max }).map((b) => Buffer.from(b))
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const present = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }

const messages = (protocol: Protocol): fc.Arbitrary<Message> => {
  const guaranteeAndRetain = {
    guarantee: fc.constantFrom<(0 | 1 | 2)[]>(0, 1, 2),
    mqtt: fc.record({ retain: fc.boolean() })
  }
  const plain = fc.record({
    channel,
    payload: bytes(300),
    headers: fc.constant([]),
    ...guaranteeAndRetain
  })
  if (protocol === '3.1.1') return plain
  const full = fc.record({
    channel,
    payload: bytes(300),
    headers: fc.array(fc.tuple(text, text), { maxLength: 4 }),
    guarantee: guaranteeAndRetain.guarantee,
    expiry: optional(fc.nat(0xffff_ffff)),
    contentType: optional(text),
    responseChannel: optional(channel),
    correlation: optional(bytes(20)),
    mqtt: fc.record({ retain: fc.boolean(), payloadUtf8: optional(fc.boolean()) }).map(present)
  })
  return fc.oneof(plain, full.map(present))
}

/** The packet as mqtt-packet has it. */
function packetOf(message: Message, id: number): IPublishPacket {
  const { guarantee: qos = 1, mqtt, expiry, contentType, responseChannel, correlation } = message
  const { retain = false, payloadUtf8 } = mqtt ?? {}
  const userProperties: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of message.headers) {
    const before = userProperties[name]
    const text = String(value)
    userProperties[name] = before === undefined ? text : [before, text].flat()
  }
  const properties = present({
    payloadFormatIndicator: payloadUtf8,
    messageExpiryInterval: expiry,
    contentType,
    responseTopic: responseChannel,
    correlationData: correlation === undefined ? undefined : Buffer.from(correlation),
    userProperties: message.headers.length > 0 ? userProperties : undefined
  })
  return {
    cmd: 'publish',
    topic: message.channel,
    payload: Buffer.from(payloadBytes(message)),
    qos,
    retain,
    dup: false,
    ...(qos > 0 ? { messageId: id } : {}),
    ...(Object.keys(properties).length > 0 ? { properties } : {})
  }
}

/** Headers as MQTT.js orders them: grouped by name. */
const grouped = (message: Message): Message => {
  const names = [...new Set(message.headers.map(([name]) => name))]
  return { ...message, headers: names.flatMap((name) => message.headers.filter(([other]) => other === name)) }
}

// mqtt-packet keeps user properties in an object, which reorders and loses such names; ours is a list and does not.
const ordinary = (message: Message) => message.headers.every(([name]) => !/^\d+$|^__proto__$|^$/.test(name))

/** Views and Buffers as plain arrays, so that only content is compared. */
const plainly = (message: Message) => ({
  ...present(message),
  payload: [...payloadBytes(message)],
  ...(message.correlation && { correlation: [...message.correlation] }),
  time: undefined
})

describe.each(['3.1.1', '5'] as const)('MQTT %s', (protocol) => {
  it('what we send is what mqtt-packet reads', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(messages(protocol).filter(ordinary), { minLength: 1, maxLength: 15 }),
        async (batch) => {
          const line = await new ScriptedLine(protocol).connect()
          line.exchange.publish(batch).catch(expect.unreachable)
          await settle()
          const sent = line.sent as IPublishPacket[]
          expect(sent.length).toBe(batch.length)
          for (const [i, message] of batch.entries()) {
            const { length: _, ...packet } = sent[i] as IPublishPacket & { length: number }
            expect(packet).toEqual(packetOf(message, packet.messageId ?? 0))
          }
        }
      ),
      { numRuns: 60 }
    )
  })

  it('what mqtt-packet sends, cut anywhere, is what we receive', async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(messages(protocol).filter(ordinary), { minLength: 1, maxLength: 10 }),
        cuts,
        async (batch, cuts) => {
          const line = await new ScriptedLine(protocol).connect()
          const received: unknown[] = []
          line.exchange.addReceiver(
            (some) => {
              for (const message of some) received.push(plainly(message))
            },
            ['#']
          )
          const stream = Buffer.concat(
            batch.map((message, i) => encodePacket(packetOf(message, i + 1), protocol))
          )
          for (let at = 0, i = 0; at < stream.length; i++) {
            const size = cuts[i % cuts.length] ?? 1
            line.feed(stream.subarray(at, at + size))
            at += size
          }
          await until(() => received.length === batch.length || line.protocolErrors.length > 0)
          expect(line.protocolErrors).toEqual([])
          expect(received).toEqual(batch.map((message) => plainly(grouped(message))))
        }
      ),
      { numRuns: 60 }
    )
  })

  it('mutated bytes end in messages or in one protocol error, never in an exception', async () => {
    const mutations = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(messages(protocol), { minLength: 1, maxLength: 4 }),
        mutations,
        async (batch, mutations) => {
          const line = await new ScriptedLine(protocol).connect()
          line.exchange.addReceiver(() => {}, ['#'])
          const stream = Buffer.concat([
            ...batch.filter(ordinary).map((message, i) => encodePacket(packetOf(message, i + 1), protocol)),
            encodePacket(
              { cmd: 'puback', messageId: 3, reasonCode: 0x87, properties: { reasonString: 'no' } },
              protocol
            ),
            encodePacket({ cmd: 'pubrel', messageId: 2 }, protocol)
          ])
          for (const [at, byte] of mutations) stream[at % stream.length] = byte
          line.feed(stream)
          await settle()
          expect(line.protocolErrors.length).toBeLessThanOrEqual(1)
          expect(line.stream.destroyed).toBe(false)
        }
      ),
      { numRuns: 150 }
    )
  })
})

it('headers keep their order and names, whatever they are', async () => {
  const headers = [
    ['2', 'b'],
    ['1', 'a'],
    ['__proto__', 'x'],
    ['2', 'c'],
    ['', '']
  ] as const
  const sender = await new ScriptedLine().connect()
  await sender.exchange.publish([
    { channel: 't', payload: Buffer.from('p'), headers, guarantee: 0, mqtt: { retain: false } }
  ])
  const line = await new ScriptedLine().connect()
  const received: Message[] = []
  line.exchange.addReceiver(
    (batch) => {
      received.push(...batch)
    },
    ['#']
  )
  line.feed(sender.socket.sent)
  await until(() => received.length === 1)
  expect(received[0]?.headers).toEqual(headers)
})
