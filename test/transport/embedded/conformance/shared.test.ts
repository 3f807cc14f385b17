import type { IConnectPacket } from 'mqtt-packet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../../../support/embedded-broker.js'
import { RawClient } from '../../../support/raw-client.js'

// Shared subscriptions of MQTT 5.

let broker: TestBroker
beforeAll(async () => {
  broker = await startEmbeddedBroker()
})
afterAll(() => broker.stop())

const connect = (options: Partial<IConnectPacket> = {}) =>
  RawClient.connect({ port: broker.port, host: '127.0.0.1' }, 5, options)
const session = (clientId: string, sessionExpiryInterval = 100) => ({
  clientId,
  clean: false,
  properties: { sessionExpiryInterval }
})

test('[5: 4.8.2-3] each member gets messages with its own QoS and its own identifier', async () => {
  const members = [await connect(), await connect()] as const
  for (const [n, member] of members.entries()) {
    member.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic: '$share/own/work', qos: n as 0 | 1 }],
      properties: { subscriptionIdentifier: n + 1 }
    })
    await member.next('suback')
  }
  const publisher = await connect()
  for (let n = 0; n < 4; n++) await publisher.publish('work', 'x', { qos: 2 })
  for (const [n, member] of members.entries())
    for (let taken = 0; taken < 2; taken++)
      expect(await member.message()).toMatchObject({ qos: n, properties: { subscriptionIdentifier: n + 1 } })
})

test('[5: 4.8.2-4] a QoS 2 message that was sent to a member is completed when the member is back', async () => {
  const member = await connect(session('member'))
  const other = await connect()
  await member.subscribe('$share/back/task')
  await other.publish('task', 'x', { qos: 2 })
  const first = await member.next('publish')
  await other.subscribe('$share/back/task')
  member.destroy()
  const back = await connect(session('member'))
  expect(await back.message()).toMatchObject({ dup: true, qos: 2, messageId: first.messageId })
  expect(await other.untilPong()).toEqual([])
})

test('[5: 4.8.2-5] when its session ends before, no other member gets it, but what was never sent', async () => {
  const member = await connect({ properties: { receiveMaximum: 1 } })
  const other = await connect()
  await member.subscribe('$share/ends/task')
  for (const payload of ['sent', 'waits']) await other.publish('task', payload, { qos: 2 })
  await member.next('publish')
  await other.subscribe('$share/ends/task')
  member.destroy()
  expect(`${(await other.message()).payload}`).toBe('waits')
  expect(await other.untilPong()).toEqual([])
})

test('a QoS 1 message that a member did not acknowledge goes to another when its session ends, as that one subscribed', async () => {
  const member = await connect()
  const other = await connect()
  await member.subscribe({ topic: '$share/hands/task', qos: 1 })
  await other.publish('task', 'x', { qos: 1 })
  await member.next('publish')
  other.send({
    cmd: 'subscribe',
    messageId: 1,
    subscriptions: [{ topic: '$share/hands/task', qos: 0 }],
    properties: { subscriptionIdentifier: 5 }
  })
  await other.next('suback')
  member.destroy()
  expect(await other.message()).toMatchObject({
    qos: 0,
    dup: false,
    properties: { subscriptionIdentifier: 5 }
  })
})

test('[5: 4.8.2-1 4.8.2-2] groups of different names, and a plain subscription, each get every message', async () => {
  const client = await connect()
  expect(await client.subscribe('$share/one/all', '$share/two/all', 'all')).toEqual([2, 2, 2])
  await client.publish('all')
  expect(await client.messagesUntilNow()).toHaveLength(3)
})
