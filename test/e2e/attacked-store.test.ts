import { mkdirSync } from 'node:fs'
import type { NetConnectOpts } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeHome, RunningProgram } from '../support/program.js'
import { encode, RawClient } from '../support/raw-client.js'
import { isSmallDiskMissing, makeSmallDisk, type SmallDisk } from '../support/small-disk.js'

// A broker whose system refuses something for a while.

const MB = 1024 * 1024
const KB = 'x'.repeat(1000)

let home: ReturnType<typeof makeHome>
const running: RunningProgram[] = []
beforeEach(() => {
  home = makeHome()
})
afterEach(async () => {
  for (const broker of running.splice(0)) {
    broker.child.kill('SIGKILL')
    await broker.exited
  }
  home.remove()
})

async function startBroker(env: Record<string, string>, through: readonly string[] = []) {
  const broker = new RunningProgram(['broker', '--listen', '127.0.0.1:0'], env, undefined, through)
  running.push(broker)
  await broker.saying('name no broker')
  const port = Number(/mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(broker.stderr)?.[1])
  return { broker, where: { host: '127.0.0.1', port } }
}

async function stop({ broker }: { broker: RunningProgram }) {
  broker.child.kill('SIGTERM')
  return broker.exited
}

const durable = (clientId: string, sessionExpiryInterval = 1000) => ({
  clientId,
  clean: false,
  properties: { sessionExpiryInterval }
})

async function subscribe(where: NetConnectOpts, name: string, topic: string): Promise<void> {
  const client = await RawClient.connect(where, 5, durable(name))
  await client.subscribe(topic)
  await client.disconnect()
}

/** Publishes one message after the other until the broker refuses one. */
async function publishAll(
  where: NetConnectOpts,
  topic: string,
  payloads: readonly string[]
): Promise<string[]> {
  const client = await RawClient.connect(where)
  const acknowledged: string[] = []
  for (const payload of payloads) {
    client.sendBytes(
      encode({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false, messageId: 1 }, 5)
    )
    const answer = await client.next('puback').catch(() => undefined)
    if (answer === undefined || (answer.reasonCode ?? 0) >= 0x80) break
    acknowledged.push(payload)
  }
  client.destroy()
  return acknowledged
}

async function waiting(where: NetConnectOpts, name: string): Promise<string[]> {
  const client = await RawClient.connect(where, 5, durable(name))
  expect(client.connack.sessionPresent).toBe(true)
  const messages = await client.messagesUntilNow()
  await client.disconnect()
  return messages.map(({ payload }) => payload.toString())
}

const numbered = (name: string, count: number, rest = '') =>
  Array.from({ length: count }, (_, number) => `${name} ${number} ${rest}`)

test.skipIf(process.platform !== 'linux')(
  'a broker that has no descriptor left to open a segment gives up none of its messages',
  async () => {
    const first = await startBroker(home.env)
    await subscribe(first.where, 'away', 'a')
    const sent = await publishAll(first.where, 'a', numbered('message', 100))
    expect(sent.length).toBe(100)
    await stop(first)

    const few = await startBroker(home.env, ['sh', '-c', 'ulimit -n 60; exec "$@"', 'sh'])
    const back = await RawClient.open(few.where)
    // Something is stored, so the broker has opened what it writes to.
    await subscribe(few.where, 'other', 'b')
    const others: RawClient[] = []
    // The system accepts more than the broker can.
    for (let number = 0; number < 80; number++) others.push(await RawClient.open(few.where))
    back.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 5,
      keepalive: 0,
      ...durable('away')
    })
    await back.next('connack')
    for (const other of others) other.destroy()
    back.destroy()
    await back.closed()
    await stop(few)

    const last = await startBroker(home.env)
    expect(await waiting(last.where, 'away')).toEqual(sent)
    await stop(last)
  }
)

test('a folder in the place of the socket is named, and the broker ends', { timeout: 20_000 }, async () => {
  mkdirSync(join(home.path, 'broker.sock'))
  const broker = new RunningProgram(['broker', '--listen', '127.0.0.1:0'], home.env)
  running.push(broker)
  const { exitCode, stderr } = await broker.exited
  expect(stderr).not.toContain('this is a bug')
  expect(stderr).toContain('broker.sock')
  expect(exitCode).toBe(3)
})

describe.skipIf(isSmallDiskMissing)('a broker whose disk gets full', () => {
  let disk: SmallDisk
  let env: Record<string, string>
  beforeEach(async () => {
    disk = await makeSmallDisk(6 * MB)
    env = { ...home.env, TIDINGS_HOME: join(disk.path, 'home') }
  })
  afterEach(() => disk.remove())

  /** Takes all that is free. */
  function fillUp(): void {
    for (let taken = 6 * MB; ; taken -= 4096) {
      try {
        disk.fill(taken)
        break
      } catch {
        // The store takes some already.
      }
    }
  }

  async function fill(where: NetConnectOpts) {
    await subscribe(where, 'filler', 'fill')
    for (let taken = 5; ; taken--) {
      try {
        disk.fill(taken * MB)
        break
      } catch {
        // The store takes some already.
      }
    }
    await publishAll(where, 'fill', numbered('filling', 8000, KB))
  }

  test.each([
    ['returns to its session for the last time', durable('away', 0)],
    ['begins a new session', { ...durable('away'), clean: true }]
  ])('refuses a client that %s, and does not end the session', async (_what, options) => {
    const full = await startBroker(env, disk.through)
    await subscribe(full.where, 'away', 'a')
    const sent = await publishAll(full.where, 'a', ['acknowledged'])
    expect(sent).toEqual(['acknowledged'])
    await fill(full.where)
    await full.broker.saying('cannot be written')
    const refused = await RawClient.connect(full.where, 5, options)
    expect(refused.connack.reasonCode).toBe(0x97)
    await refused.closed()
    // It looks for sessions that have ended five times a second.
    const looks = await RawClient.connect(full.where)
    for (let since = performance.now(); performance.now() - since < 500; ) await looks.untilPong()
    disk.free()
    await full.broker.saying('can be written again')
    expect(await waiting(full.where, 'away')).toEqual(sent)
    await stop(full)
  })

  test('publishes the will of a client that dies meanwhile', async () => {
    const full = await startBroker(env, disk.through)
    const watcher = await RawClient.connect(full.where)
    await watcher.subscribe('wills')
    const dying = await RawClient.connect(full.where, 5, {
      ...durable('dying'),
      will: { topic: 'wills', payload: Buffer.from('died'), qos: 1, retain: false }
    })
    await fill(full.where)
    await full.broker.saying('cannot be written')
    dying.destroy()
    for (let since = performance.now(); performance.now() - since < 500; ) await watcher.untilPong()
    disk.free()
    await full.broker.saying('can be written again')
    expect((await watcher.next('publish')).payload.toString()).toBe('died')
    await stop(full)
  })

  test('has stored the will that a takeover publishes, or publishes it later', async () => {
    const full = await startBroker(env, disk.through)
    await subscribe(full.where, 'away', 'wills')
    const will = 'died'.padEnd(20_000)
    const dying = await RawClient.connect(full.where, 5, {
      ...durable('dying'),
      will: {
        topic: 'wills',
        payload: Buffer.from(will),
        qos: 1,
        retain: false,
        properties: { willDelayInterval: 1000 }
      }
    })
    dying.destroy()
    await dying.closed()
    fillUp()
    const next = await RawClient.connect(full.where, 5, { ...durable('dying'), clean: true })
    expect(next.connack.reasonCode).toBe(0x97)
    disk.free()
    await full.broker.saying('can be written again')
    const looks = await RawClient.connect(full.where)
    for (let since = performance.now(); performance.now() - since < 500; ) await looks.untilPong()
    full.broker.child.kill('SIGKILL')
    await full.broker.exited
    const last = await startBroker(env, disk.through)
    expect(last.broker.stderr).not.toContain('damaged')
    expect(await waiting(last.where, 'away')).toEqual([will])
    await stop(last)
  })

  test('ends with 0 if everything is written, also where there is no room to make the store shorter', async () => {
    const full = await startBroker(env, disk.through)
    await subscribe(full.where, 'away', 'a')
    await publishAll(full.where, 'a', numbered('message', 1000, KB))
    fillUp()
    const { exitCode, stderr } = await stop(full)
    expect(stderr).not.toContain('cannot write')
    expect(exitCode).toBe(0)
  })
})
