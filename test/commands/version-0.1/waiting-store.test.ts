import type { IPublishPacket } from 'mqtt-packet'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { localPlace } from '../../../src/transport/embedded/local-place.js'
import { type Serving, serveBroker } from '../../../src/transport/embedded/serve-broker.js'
import { RawClient } from '../../support/raw-client.js'
import { useVersion01 } from '../../support/version-0.1.js'

// What 0.1 itself delivers of this store was looked at with the same clients: test/fixtures/v0.1/README.md says how the store was made.

const { copyOf } = useVersion01()

const NEVER = 0xffff_ffff
const BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
const EVERYTHING = {
  messageExpiryInterval: expect.any(Number),
  payloadFormatIndicator: true,
  contentType: 'text/plain',
  responseTopic: 'answers/3',
  correlationData: Buffer.from([0, 0xff]),
  userProperties: { source: ['a', 'b'], größe: '7' }
}

let serving: Serving
let where: { host: string; port: number }
beforeEach(async () => {
  serving = await serveBroker({
    addresses: [{ host: '127.0.0.1', port: 0, webSocket: false }],
    allowAnonymous: false,
    memory: false,
    origins: [],
    place: localPlace({ TIDINGS_HOME: copyOf('waiting') }),
    onNotice: () => undefined,
    onWarning: () => undefined
  })
  where = { host: '127.0.0.1', port: Number(new URL(serving.urls[0] ?? '').port) }
})
afterEach(() => serving.stop())

const resume = (clientId: string, version: 4 | 5 = 5) =>
  RawClient.connect(where, version, {
    clientId,
    clean: false,
    ...(version === 5 && { properties: { sessionExpiryInterval: NEVER } })
  })

/** What a test compares of a message. */
const factsOf = ({ topic, payload, qos, retain, dup, properties }: IPublishPacket) => ({
  topic,
  payload: Buffer.from(payload),
  qos,
  retain,
  dup,
  // An object without a prototype is another one for `toEqual`.
  ...(properties && {
    properties: {
      ...properties,
      ...(properties.userProperties && { userProperties: { ...properties.userProperties } })
    }
  })
})

const plain = (topic: string, payload: string, qos: 0 | 1 | 2, retain = false) => ({
  topic,
  payload: Buffer.from(payload),
  qos,
  retain,
  dup: false
})

it('delivers what waited, in order, with the retain flag where it was asked for, and nothing that has expired', async () => {
  const client = await resume('options')
  expect(client.connack.sessionPresent).toBe(true)
  expect((await client.messagesUntilNow()).map(factsOf)).toEqual([
    plain('own/1', 'from another', 2),
    plain('kept/1', 'was retained', 1, true),
    plain('kept/1', '', 1, true),
    plain('kept/2', 'is retained', 1, true),
    { ...plain('kept/3', 'all of it', 1, true), properties: EVERYTHING },
    {
      ...plain('numbered/7/x', '', 2),
      payload: BYTES,
      properties: {
        subscriptionIdentifier: expect.arrayContaining([42, 268_435_455]),
        correlationData: Buffer.from([7, 0]),
        userProperties: { one: '1' }
      }
    },
    {
      ...plain('numbered/8', 'größe', 1),
      properties: {
        subscriptionIdentifier: 268_435_455,
        payloadFormatIndicator: true,
        messageExpiryInterval: expect.any(Number)
      }
    },
    plain('own/2', 'under 1', 2),
    plain('own/2', 'under 65535', 2)
  ])
})

it('retains what was retained: what waits for a session is not retained by that, and what has expired is not either', async () => {
  const client = await RawClient.connect(where)
  const retained = (await client.retained('#')).map(factsOf)
  expect(retained.sort((a, b) => (a.topic < b.topic ? -1 : 1))).toEqual([
    plain('kept/2', 'is retained', 1, true),
    { ...plain('kept/3', 'all of it', 2, true), properties: EVERYTHING }
  ])
})

it('keeps the options of subscriptions', async () => {
  const client = await resume('options')
  await client.messagesUntilNow()
  const other = await RawClient.connect(where)
  for (const topic of ['own/3', 'kept/9', 'plain/3', 'numbered/1/x', 'numbered/2'])
    await other.publish(topic, 'live', { qos: 2, retain: topic === 'kept/9' || topic === 'numbered/2' })
  await client.publish('own/4', 'of its own')
  expect((await client.messagesUntilNow()).map(factsOf)).toEqual([
    plain('own/3', 'live', 2),
    plain('kept/9', 'live', 1, true),
    plain('plain/3', 'live', 0),
    {
      ...plain('numbered/1/x', 'live', 2),
      properties: { subscriptionIdentifier: expect.arrayContaining([42, 268_435_455]) }
    },
    { ...plain('numbered/2', 'live', 2), properties: { subscriptionIdentifier: 268_435_455 } }
  ])
})

it('keeps sessions with odd names and of MQTT 3.1.1, and none whose time was over', async () => {
  const odd = await resume('größe:1/%2F')
  expect((await odd.messagesUntilNow()).map(factsOf)).toEqual([plain('odd/1', 'for an odd name', 1)])
  const older = await resume('older', 4)
  expect((await older.messagesUntilNow()).map(({ topic }) => topic)).toEqual(['numbered/7/x', 'numbered/8'])
  const brief = await resume('brief')
  expect(brief.connack.sessionPresent).toBe(false)
  expect(await brief.messagesUntilNow()).toEqual([])
})

it('goes on with QoS 2 in both directions, under the same identifiers', async () => {
  const exact = await resume('exact')
  const again = { topic: 'exact', qos: 2, dup: true, properties: { subscriptionIdentifier: 9 } }
  expect(await exact.next('publish')).toMatchObject({ ...again, payload: Buffer.from('sent'), messageId: 1 })
  expect(await exact.next('pubrel')).toMatchObject({ messageId: 2 })
  expect(await exact.next('publish')).toMatchObject({
    ...again,
    payload: Buffer.from('sent, too'),
    messageId: 3
  })
  for (const messageId of [1, 65_535, 2]) {
    const message = { topic: 'own/2', payload: 'again', qos: 2, retain: false, dup: true } as const
    exact.send({ cmd: 'publish', ...message, messageId })
    expect(await exact.next('pubrec')).toMatchObject({ messageId })
  }
  // Of the three only the one with a new identifier is a new message.
  const options = await resume('options')
  const taken = (await options.messagesUntilNow()).filter(({ topic }) => topic === 'own/2')
  expect(taken.map(({ payload }) => payload.toString())).toEqual(['under 1', 'under 65535', 'again'])
})
