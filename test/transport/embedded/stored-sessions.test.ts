import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IConnectPacket } from 'mqtt-packet'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/transport/embedded/broker-limits.js'
import { openState } from '../../../src/transport/embedded/state/open-state.js'
import { startEmbeddedBroker, type TestBroker } from '../../support/embedded-broker.js'
import { RawClient } from '../../support/raw-client.js'

// What follows from the end of a client or of its session, where the broker's process dies in between.

let folder: string
let path: string
const brokers: TestBroker[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-ends-'))
  path = join(folder, 'store')
})
afterEach(async () => {
  for (const broker of brokers.splice(0)) await broker.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function start(from = path): Promise<TestBroker> {
  const broker = await startEmbeddedBroker({ opened: openState(from, DEFAULT_LIMITS) })
  brokers.push(broker)
  return broker
}

/** A broker that starts on what would be there if the process of the first one died now. */
function startAfterCrash(): Promise<TestBroker> {
  const copy = mkdtempSync(join(folder, 'copy-'))
  cpSync(path, copy, { recursive: true })
  return start(copy)
}

const connect = ({ port }: TestBroker, options: Partial<IConnectPacket> = {}) =>
  RawClient.connect({ host: '127.0.0.1', port }, 5, options)
const lasting = (clientId: string, sessionExpiryInterval = 1000): Partial<IConnectPacket> => ({
  clientId,
  clean: false,
  properties: { sessionExpiryInterval }
})

/** Ends a session by a clean start. */
async function end(broker: TestBroker, clientId: string): Promise<void> {
  await (await connect(broker, { clientId, clean: true })).disconnect()
}

describe('a message that a member of a group did not get, because its session ended', () => {
  const task = { topic: '$share/group/task', qos: 1 } as const

  test.each([
    ['a session that is stored', lasting('first')],
    ['a session that ends with its connection', { clientId: 'first' }]
  ])('is stored for the next member, after %s', async (_what, options) => {
    const broker = await start()
    const first = await connect(broker, options)
    await first.subscribe(task)
    const publisher = await connect(broker)
    await publisher.publish('task', 'kept')
    await first.next('publish')
    const second = await connect(broker, lasting('second'))
    await second.subscribe(task)
    await second.disconnect()
    first.destroy()
    await end(broker, 'first')
    const back = await connect(await startAfterCrash(), lasting('second'))
    expect(await back.message()).toMatchObject({ topic: 'task', payload: Buffer.from('kept') })
  })

  test('goes to another member also if the process died while it waited', async () => {
    const broker = await start()
    const first = await connect(broker, lasting('first'))
    await first.subscribe(task)
    const publisher = await connect(broker)
    await publisher.publish('task', 'sent')
    await first.next('publish')
    await first.disconnect()
    await publisher.publish('task', 'waits')
    const next = await startAfterCrash()
    const second = await connect(next)
    await second.subscribe(task)
    await end(next, 'first')
    const payloads = [await second.message(), await second.message()].map(({ payload }) => `${payload}`)
    expect(payloads).toEqual(['sent', 'waits'])
  })

  test('goes to another member if the session ended while no broker ran', async () => {
    const broker = await start()
    const first = await connect(broker, lasting('first', 1))
    await first.subscribe(task)
    const second = await connect(broker, lasting('second'))
    await second.subscribe(task)
    await first.publish('task', 'one')
    await first.publish('task', 'two')
    await first.next('publish')
    await second.next('publish')
    for (const client of [first, second]) client.destroy()
    const opened = openState(path, DEFAULT_LIMITS)
    for (const session of opened.state.sessions.values()) if (session.id === 'first') session.leftAt = 1
    const next = await startEmbeddedBroker({ opened })
    brokers.push(next)
    const back = await connect(next, lasting('second'))
    const payloads = [await back.message(), await back.message()].map(({ payload }) => `${payload}`)
    expect(payloads.sort()).toEqual(['one', 'two'])
  })
})

describe('[5: 3.1.2-7] the will of a session that is stored', () => {
  const will = (willDelayInterval: number): NonNullable<IConnectPacket['will']> => ({
    topic: 'gone',
    payload: Buffer.from('will'),
    qos: 1,
    retain: false,
    properties: { willDelayInterval, messageExpiryInterval: 100, contentType: 'text/plain' }
  })

  /** A session that waits for wills. */
  async function watch(broker: TestBroker): Promise<void> {
    const watcher = await connect(broker, lasting('watcher'))
    await watcher.subscribe({ topic: 'gone', qos: 1 })
    await watcher.disconnect()
  }

  test.each([
    ['the client was gone', true],
    ['the client was connected', false]
  ])('is published by the next process, if %s', async (_what, isGone) => {
    const broker = await start()
    await watch(broker)
    const client = await connect(broker, { ...lasting('mortal'), will: will(isGone ? 1 : 0) })
    if (isGone) client.destroy()
    const watcher = await connect(await startAfterCrash(), lasting('watcher'))
    expect(await watcher.message()).toMatchObject({
      payload: Buffer.from('will'),
      qos: 1,
      properties: { messageExpiryInterval: 100, contentType: 'text/plain' }
    })
  })

  test('is published once', async () => {
    const broker = await start()
    const watcher = await connect(broker, lasting('watcher'))
    await watcher.subscribe({ topic: 'gone', qos: 1 })
    const client = await connect(broker, { ...lasting('mortal'), will: will(0) })
    client.destroy()
    const { messageId = 0 } = await watcher.message()
    watcher.send({ cmd: 'puback', messageId })
    await watcher.untilPong()
    const back = await connect(await startAfterCrash(), lasting('watcher'))
    expect(await back.messagesUntilNow()).toEqual([])
  })

  test('is not published after a DISCONNECT, nor if the client is back before its delay has passed', async () => {
    const broker = await start()
    await watch(broker)
    await (await connect(broker, { ...lasting('polite'), will: will(0) })).disconnect()
    const late = await connect(broker, { ...lasting('late'), will: will(1000) })
    late.destroy()
    const next = await startAfterCrash()
    await connect(next, lasting('late'))
    await end(next, 'late')
    expect(await (await connect(next, lasting('watcher'))).messagesUntilNow()).toEqual([])
  })

  test('is kept by an orderly stop', async () => {
    const broker = await start()
    await watch(broker)
    await connect(broker, { ...lasting('mortal'), will: will(1) })
    await brokers.pop()?.stop()
    const watcher = await connect(await start(), lasting('watcher'))
    expect(`${(await watcher.message()).payload}`).toBe('will')
  })
})
