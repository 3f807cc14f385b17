import { readdirSync } from 'node:fs'
import type { NetConnectOpts } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeHome, RunningProgram } from '../support/program.js'
import { encode, RawClient } from '../support/raw-client.js'
import { isSmallDiskMissing, makeSmallDisk, type SmallDisk } from '../support/small-disk.js'

// A broker whose whole disk has 1 MB.

const MB = 1024 * 1024
const KB = 'x'.repeat(1000)
const home = makeHome()
const running: RunningProgram[] = []
let disk: SmallDisk
let env: Record<string, string>
beforeEach(async () => {
  if (isSmallDiskMissing) return
  disk = await makeSmallDisk(MB)
  env = { ...home.env, TIDINGS_HOME: join(disk.path, 'home') }
})
afterEach(async () => {
  for (const broker of running.splice(0)) {
    broker.child.kill('SIGKILL')
    await broker.exited
  }
  await disk?.remove()
})

async function start() {
  const broker = new RunningProgram(['broker', '--listen', '127.0.0.1:0'], env, undefined, disk.through)
  running.push(broker)
  await broker.saying('name no broker')
  const port = Number(/mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(broker.stderr)?.[1])
  return { broker, where: { host: '127.0.0.1', port } }
}

async function stop({ broker }: { broker: RunningProgram }) {
  broker.child.kill('SIGTERM')
  return broker.exited
}

const away = { clientId: 'away', clean: false, properties: { sessionExpiryInterval: 1000 } }

async function subscribe(where: NetConnectOpts): Promise<void> {
  const client = await RawClient.connect(where, 5, away)
  await client.subscribe('a')
  await client.disconnect()
}

/** Publishes messages until the broker refuses one, and says which it acknowledged. */
async function publishUntilRefused(
  where: NetConnectOpts,
  name: string,
  { retain = false, topic = 'a', most = 3000 } = {}
) {
  const client = await RawClient.connect(where)
  const acknowledged: string[] = []
  for (let number = 0; number < most; number++) {
    const payload = `${name} ${number} ${KB}`
    const message = { cmd: 'publish', topic, payload, qos: 1, dup: false, retain, messageId: 1 } as const
    client.sendBytes(encode(message, 5))
    const answer = await client.next('puback').catch(() => undefined)
    if (answer === undefined || (answer.reasonCode ?? 0) >= 0x80) break
    acknowledged.push(payload)
  }
  client.destroy()
  return acknowledged
}

/** Takes all that waits for the session. */
async function drain(where: NetConnectOpts): Promise<string[]> {
  const client = await RawClient.connect(where, 5, away)
  const payloads: string[] = []
  for (;;) {
    const messages = await client.messagesUntilNow()
    for (const { messageId = 0, payload } of messages) {
      payloads.push(payload.toString())
      client.send({ cmd: 'puback', messageId })
    }
    if (messages.length === 0) break
  }
  await client.disconnect()
  return payloads
}

/** Takes all that is free on the disk. */
function fillUp(): void {
  for (let taken = MB; taken > 0; taken -= 4096) {
    try {
      disk.fill(taken)
      return
    } catch {
      // The store takes some already.
    }
  }
}

const storeFiles = () => readdirSync(join(disk.inside, 'home', 'messages')).sort()

describe.skipIf(isSmallDiskMissing)('on a disk of 1 MB', () => {
  // A start, and what is noted of deliveries, need some room.
  const KEPT = 256 * 1024

  test('all that was acknowledged is there, now and after a kill', async () => {
    disk.fill(KEPT)
    const first = await start()
    await subscribe(first.where)
    const sent = await publishUntilRefused(first.where, 'first')
    expect(sent.length).toBeGreaterThan(100)
    first.broker.child.kill('SIGKILL')
    await first.broker.exited
    disk.free()
    const second = await start()
    expect(second.broker.stderr).not.toContain('damaged')
    expect(await drain(second.where)).toEqual(sent)
    // What was drained leaves its room, if not at once.
    const later: string[] = []
    while (later.length < 200) later.push(...(await publishUntilRefused(second.where, 'later', { most: 50 })))
    await stop(second)
    const third = await start()
    expect(third.broker.stderr).not.toContain('damaged')
    expect(await drain(third.where)).toEqual(later)
    await stop(third)
  })

  test('a retained message that cannot be replaced stays', async () => {
    disk.fill(KEPT)
    const first = await start()
    const [old = ''] = await publishUntilRefused(first.where, 'retained', {
      retain: true,
      topic: 'kept'
    }).then((all) => all.slice(-1))
    const shown = async (where: NetConnectOpts) => {
      const client = await RawClient.connect(where)
      await client.subscribe('kept')
      return (await client.messagesUntilNow()).map(({ payload }) => payload.toString())
    }
    expect(await shown(first.where)).toEqual([old])
    first.broker.child.kill('SIGKILL')
    await first.broker.exited
    disk.free()
    const second = await start()
    expect(second.broker.stderr).not.toContain('damaged')
    expect(await shown(second.where)).toEqual([old])
    await stop(second)
  })

  test('a broker that starts where nothing is free keeps all, and says what it cannot do', async () => {
    disk.fill(KEPT)
    const first = await start()
    await subscribe(first.where)
    const sent = await publishUntilRefused(first.where, 'first')
    first.broker.child.kill('SIGKILL')
    await first.broker.exited
    disk.free()
    fillUp()
    const files = storeFiles()
    const second = new RunningProgram(['broker', '--listen', '127.0.0.1:0'], env, undefined, disk.through)
    running.push(second)
    const { exitCode, stderr } = await second.exited
    expect({ exitCode, stderr }).toEqual({
      exitCode: 9,
      stderr: expect.stringMatching(/No space left.*free some space/s)
    })
    expect(storeFiles()).toEqual(files)
    disk.free()
    const third = await start()
    expect(third.broker.stderr).not.toContain('damaged')
    expect(await drain(third.where)).toEqual(sent)
    await stop(third)
  })
})
