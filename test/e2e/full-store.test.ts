import { appendFileSync, readFileSync } from 'node:fs'
import type { NetConnectOpts } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { encode, RawClient } from '../support/raw-client.js'
import { isSmallDiskMissing, makeSmallDisk, type SmallDisk } from '../support/small-disk.js'

// A broker whose disk gets full: 6 MB, of which a file of somebody else takes 2 MB.

const MB = 1024 * 1024
const KB = 'x'.repeat(1000)
const home = makeHome()
let disk: SmallDisk
let env: Record<string, string>
beforeEach(async () => {
  if (isSmallDiskMissing) return
  disk = await makeSmallDisk(6 * MB)
  disk.fill(2 * MB)
  env = { ...home.env, TIDINGS_HOME: join(disk.path, 'home') }
})
afterEach(() => disk?.remove())

const run = (args: readonly string[]) => runProgram(args, { env, through: disk.through })
const away = { clientId: 'away', clean: false, properties: { sessionExpiryInterval: 1000 } }

async function startBroker() {
  const broker = new RunningProgram(['broker', '--listen', '127.0.0.1:0'], env, undefined, disk.through)
  await broker.saying('name no broker')
  const url = /mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(broker.stderr)
  return { broker, url: url?.[0] ?? '', where: { host: '127.0.0.1', port: Number(url?.[1]) } }
}

/** Makes the session that messages are stored for. */
async function subscribe(where: NetConnectOpts): Promise<void> {
  const client = await RawClient.connect(where, 5, away)
  await client.subscribe('a')
  await client.disconnect()
}

/** What waits for the session, in order. */
async function waiting(where: NetConnectOpts): Promise<string[]> {
  const client = await RawClient.connect(where, 5, away)
  expect(client.connack.sessionPresent).toBe(true)
  const messages = await client.messagesUntilNow()
  await client.disconnect()
  return messages.map(({ payload }) => payload.toString().trimEnd())
}

/** Publishes one message after the other until the broker hangs up, or so many are acknowledged. */
async function publishAll(where: NetConnectOpts, qos: 1 | 2, payloads: readonly string[]): Promise<string[]> {
  const client = await RawClient.connect(where)
  const acknowledged: string[] = []
  for (const [index, payload] of payloads.entries()) {
    const messageId = index + 1
    client.sendBytes(
      encode({ cmd: 'publish', topic: 'a', payload, qos, dup: false, retain: false, messageId }, 5)
    )
    const answer = await client.next(qos === 1 ? 'puback' : 'pubrec').catch(() => undefined)
    if (answer === undefined || (answer.reasonCode ?? 0) >= 0x80) break
    if (qos === 2) {
      client.send({ cmd: 'pubrel', messageId })
      if ((await client.next('pubcomp').catch(() => undefined)) === undefined) break
    }
    acknowledged.push(payload)
  }
  client.destroy()
  return acknowledged
}

const numbered = (name: string, count: number, rest = '') =>
  Array.from({ length: count }, (_, number) => `${name} ${number} ${rest}`.trimEnd())

describe.skipIf(isSmallDiskMissing)('a broker whose disk gets full', () => {
  test.each([
    ['an orderly stop', 'SIGTERM'],
    ['kill -9', 'SIGKILL']
  ] as const)(
    'acknowledges nothing while it cannot write, and everything that it acknowledged is there after %s',
    async (_how, signal) => {
      const { broker, url, where } = await startBroker()
      await subscribe(where)
      const before = await publishAll(where, 1, numbered('before', 6000, KB))
      expect(before.length).toBeGreaterThan(1000)
      await broker.saying(
        'Warning: the store cannot be written: no space left on the device; messages that have to be stored are refused until it can'
      )
      expect(await publishAll(where, 1, numbered('full', 20, KB))).toEqual([])
      expect(await publishAll(where, 2, numbered('full twice', 20, KB))).toEqual([])
      expect(await runProgram(['publish', 'r', 'x', '--retain', '-b', url], { env: home.env })).toMatchObject(
        {
          exitCode: 3,
          stderr: expect.stringContaining('the broker cannot store: no space left on the device')
        }
      )
      expect((await run(['broker', 'status'])).stdout).toContain(
        'Store:        cannot be written: no space left on the device'
      )
      const status = JSON.parse((await run(['broker', 'status', '--json'])).stdout)
      expect(status).toMatchObject({
        storeFailure: 'no space left on the device',
        damage: [],
        unreadable: 0,
        retained: 0
      })

      disk.free()
      await broker.saying('Warning: the store can be written again')
      const again = await publishAll(where, 1, numbered('again', 500))
      expect(again.length).toBe(500)
      const twice = await publishAll(where, 2, numbered('again twice', 20))
      expect(twice.length).toBe(20)
      expect(
        await runProgram(['publish', 'r', 'kept', '--retain', '-b', url], { env: home.env })
      ).toMatchObject({ exitCode: 0 })
      expect((await run(['broker', 'status'])).stdout).toContain('Store:        can be written')
      broker.child.kill(signal)
      expect((await broker.exited).exitCode).toBe(signal === 'SIGTERM' ? 0 : null)

      const next = await startBroker()
      expect(next.broker.stderr).not.toContain('Warning')
      expect(await waiting(next.where)).toEqual([...before, ...again, ...twice])
      const reader = await RawClient.connect(next.where)
      expect((await reader.retained('r')).map(({ payload }) => String(payload))).toEqual(['kept'])
      await reader.disconnect()
      next.broker.child.kill('SIGTERM')
      expect((await next.broker.exited).exitCode).toBe(0)
    }
  )

  test('ends with 9 if it is stopped while it cannot write, and what it acknowledged is there later', async () => {
    const { broker, where } = await startBroker()
    await subscribe(where)
    const before = await publishAll(where, 1, numbered('before', 6000, KB))
    await broker.saying('cannot be written')
    broker.child.kill('SIGTERM')
    const { exitCode, stderr } = await broker.exited
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 9,
      stderr: expect.stringContaining(
        `Error: cannot write to the store "${join(env.TIDINGS_HOME ?? '', 'messages')}": no space left on the device\n  Try: free some space`
      )
    })
    disk.free()
    const next = await startBroker()
    expect(await waiting(next.where)).toEqual(before)
    next.broker.child.kill('SIGTERM')
    await next.broker.exited
  })

  test('names it in its log, if it runs in the background, and "broker stop" ends with 9', async () => {
    expect(await run(['publish', 'a', 'x', '--retain'])).toMatchObject({ exitCode: 0 })
    const inside = join(disk.inside, 'home')
    const where = { path: join(inside, 'broker.sock') }
    // A log that holds a line has room for a few more on a full disk.
    appendFileSync(join(inside, 'broker.log'), 'a line\n')
    await subscribe(where)
    expect((await publishAll(where, 1, numbered('before', 6000, KB))).length).toBeLessThan(6000)
    const stopped = await run(['broker', 'stop'])
    expect(stopped).toMatchObject({
      exitCode: 9,
      stderr: expect.stringContaining(
        'cannot store everything that the broker had: no space left on the device'
      )
    })
    const log = readFileSync(join(inside, 'broker.log'), 'utf8')
    expect(log).toContain('the store cannot be written: no space left on the device')
  })
})
