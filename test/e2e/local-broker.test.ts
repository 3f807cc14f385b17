import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  watch,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import { askBroker } from '../../src/transport/embedded/control.js'
import { ensureLocalBroker } from '../../src/transport/embedded/local-broker.js'
import { type LocalPlace, localPlace } from '../../src/transport/embedded/local-place.js'
import { RawClient } from '../support/raw-client.js'

// The broker in the background, as real processes.

let home: string
let place: LocalPlace
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tidings-local-'))
  place = localPlace({ TIDINGS_HOME: home })
})
afterEach(async () => {
  await askBroker(place.controlPath, 'stop')
  rmSync(home, { recursive: true, force: true })
})

const IDLE = 60_000
const ensure = (idle = IDLE) => ensureLocalBroker(() => undefined, undefined, { place, idle })
const pid = async () => (await askBroker(place.controlPath, 'status'))?.pid
const session = { clientId: 'kept', clean: false, properties: { sessionExpiryInterval: 10_000 } }

/** Resolves once this file is no longer there. */
async function gone(file: string): Promise<void> {
  const watching = new AbortController()
  const left = new Promise<void>((resolve) => {
    watch(join(file, '..'), { signal: watching.signal }, () => {
      if (!existsSync(file)) resolve()
    })
  })
  if (existsSync(file)) await left
  watching.abort()
}

/** Kills the broker as hard as it goes; resolves once the system has taken its process away and nothing accepts any more. */
async function kill(): Promise<void> {
  const victim = (await pid()) ?? 0
  process.kill(victim, 'SIGKILL')
  for (;;) {
    try {
      process.kill(victim, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('the first who needs it starts it, the next finds it, and both are told how to name another', async () => {
  const told: string[] = []
  const ensured = () =>
    ensureLocalBroker(({ kind, text }) => told.push(`${kind}: ${text}`), undefined, { place })
  const { socketPath } = await ensured()
  const started = await pid()
  await ensured()
  expect(await pid()).toBe(started)
  expect(told).toEqual([
    'local-broker: Using the local broker, just started; for another one: --broker HOST or TIDINGS_BROKER',
    'local-broker: Using the local broker; for another one: --broker HOST or TIDINGS_BROKER'
  ])
  const client = await RawClient.connect({ path: socketPath })
  await client.publish('a')
})

test('only its owner can reach what it serves and keeps', async () => {
  await ensure()
  expect(lstatSync(place.folder).mode & 0o777).toBe(0o700)
  expect(statSync(place.store).mode & 0o777).toBe(0o700)
  expect(statSync(place.socketPath).mode & 0o777).toBe(0o600)
  expect(statSync(place.controlPath).mode & 0o777).toBe(0o600)
  expect(statSync(place.log).mode & 0o777).toBe(0o600)
  expect(statSync(join(place.store, 'CURRENT')).mode & 0o077).toBe(0)
})

test.each([2, 10])(
  '%i processes that need it at once get one',
  async (count) => {
    const script = `
    import { ensureLocalBroker } from '${fileURLToPath(new URL('../../src/transport/embedded/local-broker.ts', import.meta.url))}'
    import { askBroker } from '${fileURLToPath(new URL('../../src/transport/embedded/control.ts', import.meta.url))}'
    import { localPlace } from '${fileURLToPath(new URL('../../src/transport/embedded/local-place.ts', import.meta.url))}'
    const place = localPlace({ TIDINGS_HOME: '${home}' })
    await ensureLocalBroker(() => undefined, undefined, { place })
    console.log((await askBroker(place.controlPath, 'status')).pid)
  `
    const file = join(home, 'start.mts')
    writeFileSync(file, script)
    const root = fileURLToPath(new URL('../..', import.meta.url))
    const runs = Array.from({ length: count }, async () => {
      const child = spawn(process.execPath, ['--import', 'tsx', file], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit']
      })
      let out = ''
      for await (const chunk of child.stdout) out += chunk
      return out.trim()
    })
    const pids = new Set(await Promise.all(runs))
    expect([...pids]).toEqual([String(await pid())])
  },
  60_000
)

test('it goes by itself once nobody has been connected for a while', async () => {
  await ensure(50)
  const client = await RawClient.connect({ path: place.socketPath })
  await client.publish('a')
  expect(await pid()).toBeDefined()
  await client.disconnect()
  await gone(place.socketPath)
  expect(await pid()).toBeUndefined()
  await ensure()
  expect(await pid()).toBeDefined()
})

test('what was acknowledged is there after kill -9: retained, queued, sessions, with their properties', async () => {
  await ensure()
  const away = await RawClient.connect({ path: place.socketPath }, 5, session)
  await away.subscribe({ topic: 'queued/#', qos: 2 })
  await away.disconnect()
  const publisher = await RawClient.connect({ path: place.socketPath })
  const properties = {
    contentType: 'text/plain',
    responseTopic: 'answers',
    correlationData: Buffer.from([0, 255]),
    userProperties: { one: 'a', many: ['b', 'c'] }
  }
  await publisher.publish('kept', 'retained', { retain: true, properties })
  for (let n = 0; n < 20; n++) {
    publisher.send({
      cmd: 'publish',
      topic: `queued/${n}`,
      payload: `${n}`,
      qos: 1,
      dup: false,
      retain: false,
      messageId: n + 1,
      properties
    })
  }
  for (let n = 0; n < 20; n++) await publisher.next('puback')
  await kill()

  await ensure()
  const back = await RawClient.connect({ path: place.socketPath }, 5, session)
  expect(back.connack.sessionPresent).toBe(true)
  for (let n = 0; n < 20; n++) {
    const message = await back.message()
    expect(message).toMatchObject({ topic: `queued/${n}`, qos: 1, retain: false, properties })
  }
  await back.subscribe('kept')
  expect(await back.message()).toMatchObject({ topic: 'kept', retain: true, properties })
})

test('half a QoS 2 exchange goes on after kill -9, in both directions', async () => {
  await ensure()
  const first = await RawClient.connect({ path: place.socketPath }, 5, session)
  await first.subscribe({ topic: 'exactly', qos: 2 })
  const message = {
    cmd: 'publish',
    topic: 'exactly',
    payload: 'x',
    qos: 2,
    retain: false,
    messageId: 9
  } as const
  first.send({ ...message, dup: false })
  await first.next('pubrec')
  const delivered = await first.next('publish')
  first.send({ cmd: 'pubrec', messageId: delivered.messageId ?? 0 })
  await first.next('pubrel')
  await kill()

  await ensure()
  const back = await RawClient.connect({ path: place.socketPath }, 5, session)
  expect((await back.next('pubrel')).messageId).toBe(delivered.messageId)
  back.send({ cmd: 'pubcomp', messageId: delivered.messageId ?? 0 }, { ...message, dup: true })
  await back.next('pubrec')
  back.send({ cmd: 'pubrel', messageId: 9 })
  await back.next('pubcomp')
  expect(await back.messagesUntilNow()).toEqual([])
})

describe('a place that is not safe', () => {
  test('others may enter the folder of its store: refused, with what to do', async () => {
    mkdirSync(place.store)
    chmodSync(home, 0o755)
    const error = await ensure().catch((reason) => reason)
    expect(error).toBeInstanceOf(TidingsError)
    expect(error.message).toBe(`cannot keep the local broker in "${home}": other users may enter it`)
    expect(error).toMatchObject({ code: 'local-folder-unusable', suggestion: `chmod 700 '${home}'` })
    chmodSync(home, 0o700)
  })

  test('others may enter the folder, and nothing is in it: the broker is in a folder inside it', async () => {
    chmodSync(home, 0o755)
    place = localPlace({ TIDINGS_HOME: home })
    await ensure()
    expect(place.socketPath).toBe(join(home, 'private', 'broker.sock'))
    expect(await pid()).toBeDefined()
    expect(lstatSync(join(home, 'private')).mode & 0o777).toBe(0o700)
    expect(readdirSync(home)).toEqual(['private'])
  })

  test('a file is in its place: refused', async () => {
    const file = join(home, 'file')
    writeFileSync(file, '')
    const inFile = localPlace({ TIDINGS_HOME: file })
    await expect(ensureLocalBroker(() => undefined, undefined, { place: inFile })).rejects.toMatchObject({
      kind: 'connect',
      code: 'local-folder-unusable'
    })
  })

  test('the store cannot be opened: told why, and how to go on', async () => {
    mkdirSync(place.store)
    writeFileSync(join(place.store, 'CURRENT'), 'nonsense')
    const error = await ensure().catch((reason) => reason)
    expect(error).toMatchObject({ kind: 'connect', code: 'local-broker-not-started' })
    expect(error.message).toMatch(/cannot open the store ".*store": Corruption: CURRENT file/)
    expect(error.suggestion).toContain(`mv '${place.store}' '${place.store}.damaged'`)
  })
})

test('a start that fails leaves no process behind that has the store', async () => {
  mkdirSync(place.socketPath)
  await expect(ensure()).rejects.toMatchObject({ code: 'local-broker-not-started' })
  rmdirSync(place.socketPath)
  await ensure()
  expect(await pid()).toBeDefined()
})

test('the sockets that a dead broker left are no obstacle', async () => {
  await ensure()
  await kill()
  expect(existsSync(place.socketPath)).toBe(true)
  expect(existsSync(place.controlPath)).toBe(true)
  await ensure()
  await (await RawClient.connect({ path: place.socketPath })).publish('a')
})

test.runIf(process.platform === 'linux')(
  'a password of the command that started it does not stay with it',
  async () => {
    process.env.TIDINGS_PASSWORD = 'correct horse'
    try {
      await ensure()
    } finally {
      delete process.env.TIDINGS_PASSWORD
    }
    const environment = readFileSync(`/proc/${await pid()}/environ`, 'utf8')
    expect(environment).toContain(`TIDINGS_HOME=${home}`)
    expect(environment).not.toContain('correct horse')
  }
)

test('giving up while it starts is told at once, and harms nobody', async () => {
  const stop = AbortSignal.abort(new Error('stopped'))
  await expect(ensureLocalBroker(() => undefined, stop, { place, idle: IDLE })).rejects.toThrow('stopped')
  await ensure()
  expect(await pid()).toBeDefined()
})
