import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type BrokerLimits, DEFAULT_LIMITS } from '../../../src/transport/embedded/broker-limits.js'
import { openState } from '../../../src/transport/embedded/state/open-state.js'
import { startEmbeddedBroker, type TestBroker } from '../../support/embedded-broker.js'
import { encode, RawClient } from '../../support/raw-client.js'

// A broker with a store that dies, or whose store was changed by somebody else.

/** So small that a few messages fill a segment. */
const SEGMENT = 2000

let folder: string
let brokers: TestBroker[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-attacked-'))
  brokers = []
})
afterEach(async () => {
  for (const broker of brokers) await broker.stop()
  rmSync(folder, { recursive: true, force: true })
})

const store = () => join(folder, 'store')
const durable = (clientId: string, options = {}) => ({
  clientId,
  clean: false,
  properties: { sessionExpiryInterval: 1000 },
  ...options
})

async function start(path = store(), limits: Partial<BrokerLimits> = {}, segmentSize = SEGMENT) {
  const opened = openState(path, { ...DEFAULT_LIMITS, ...limits }, segmentSize)
  const broker = await startEmbeddedBroker({ opened, limits })
  brokers.push(broker)
  return { broker, damage: opened.damage, where: { host: '127.0.0.1', port: broker.port } }
}

/** A broker that finds what the store would hold if the running broker's process died now. */
async function afterDeath() {
  const copy = mkdtempSync(join(folder, 'copy-'))
  cpSync(store(), copy, { recursive: true })
  return start(copy)
}

const publishBytes = (payload: string, messageId: number, topic = 'a') =>
  encode({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false, messageId }, 5)

async function publish(where: { host: string; port: number }, payloads: readonly string[], topic = 'a') {
  const publisher = await RawClient.connect(where)
  publisher.sendBytes(
    Buffer.concat(payloads.map((payload, index) => publishBytes(payload, index + 1, topic)))
  )
  for (const _ of payloads) expect((await publisher.next('puback')).reasonCode ?? 0).toBe(0)
  await publisher.disconnect()
}

const numbered = (count: number, rest = '') =>
  Array.from({ length: count }, (_, number) => `message ${number} ${rest}`)

const textOf = ({ payload }: { payload: string | Buffer }) => payload.toString()

test.each(['away', 'connected'] as const)(
  'what a member of a group leaves behind is stored for the member who takes it over, which is %s',
  async (how) => {
    const { where } = await start()
    const leaving = await RawClient.connect(where, 5, durable('leaving'))
    await leaving.subscribe('$share/group/a')
    await leaving.disconnect()
    await publish(where, ['acknowledged'])
    const heir = await RawClient.connect(where, 5, durable('heir'))
    await heir.subscribe('$share/group/a')
    if (how === 'away') await heir.disconnect()
    // A clean start ends the session.
    await RawClient.connect(where, 5, { clientId: 'leaving', clean: true })
    if (how === 'connected') await heir.message()

    const next = await afterDeath()
    const back = await RawClient.connect(next.where, 5, durable('heir'))
    expect((await back.messagesUntilNow()).map(textOf)).toEqual(['acknowledged'])
  }
)

test('a message goes to the member of a group whose queue has room', async () => {
  const { where } = await start(store(), { queuedMessagesPerSession: 3 })
  for (const name of ['full', 'empty']) {
    const member = await RawClient.connect(where, 5, durable(name))
    await member.subscribe('$share/group/a', name)
    await member.disconnect()
  }
  await publish(where, ['1', '2', '3'], 'full')
  await publish(where, ['1', '2', '3'])
})

test('a new segment of which the file with the end knows nothing yet is no damage: its process has died in between', async () => {
  const { where } = await start()
  const away = await RawClient.connect(where, 5, durable('away'))
  await away.subscribe('a')
  await away.disconnect()
  const end = () => readFileSync(join(store(), 'end'))
  const segments = () => readdirSync(store()).filter((name) => name.endsWith('.segment')).length
  const sent: string[] = []
  let before = end()
  const newest = () =>
    readdirSync(store())
      .sort()
      .reverse()
      .find((name) => name.endsWith('.segment'))
  const first = newest()
  while (newest() === first) {
    before = end()
    await publish(where, [`message ${sent.length} ${'x'.repeat(100)}`])
    sent.push(`message ${sent.length} ${'x'.repeat(100)}`)
  }
  expect(segments()).toBeGreaterThan(1)
  writeFileSync(join(store(), 'end'), before)
  const next = await afterDeath()
  expect(next.damage).toEqual([])
  const back = await RawClient.connect(next.where, 5, durable('away'))
  expect((await back.messagesUntilNow()).map(textOf)).toEqual(sent)
})

test.each([
  [
    'an older segment under the name of the newest one',
    (older: string, newest: string) => cpSync(older, newest)
  ],
  [
    'two segments that have changed their names',
    (older: string, newest: string) => {
      const bytes = readFileSync(older)
      cpSync(newest, older)
      writeFileSync(newest, bytes)
    }
  ],
  [
    'an older segment under a newer name',
    (older: string, newest: string) =>
      cpSync(
        older,
        newest.replace(/\d{8}/, (number) => String(Number(number) + 1).padStart(8, '0'))
      )
  ]
])(
  '%s is told, and no message that was delivered comes again as if nothing had happened',
  async (_what, change) => {
    const { where } = await start()
    const away = await RawClient.connect(where, 5, durable('away'))
    await away.subscribe('a')
    const all = numbered(60, 'x'.repeat(100))
    for (const one of all) {
      await publish(where, [one])
      const { messageId = 0 } = await away.message()
      away.send({ cmd: 'puback', messageId })
    }
    await away.disconnect()
    await publish(where, ['the last one'])
    const copy = join(folder, 'changed')
    cpSync(store(), copy, { recursive: true })
    const names = readdirSync(copy)
      .filter((name) => name.endsWith('.segment'))
      .sort()
    const [older = '', newest = ''] = names.slice(-2)
    change(join(copy, older), join(copy, newest))
    const { damage } = await start(copy)
    expect(damage).not.toEqual([])
  }
)

/** A store for whose session three messages wait. */
async function waitingStore() {
  const { where, broker } = await start(store(), {}, 1_000_000)
  const away = await RawClient.connect(where, 5, durable('away'))
  await away.subscribe('a')
  await away.disconnect()
  const sent = numbered(3)
  await publish(where, sent)
  await broker.stop()
  return sent
}

test('a segment that is none is told, and what is stored behind it is found', async () => {
  const sent = await waitingStore()
  const garbage = join(store(), '99999999.segment')
  writeFileSync(garbage, 'x'.repeat(1000))
  const { damage, where } = await start()
  expect(damage).toEqual([{ what: `"${garbage}" begins with damage` }])
  await publish(where, ['later'])
  const next = await afterDeath()
  expect(next.damage).toEqual([])
  const back = await RawClient.connect(next.where, 5, durable('away'))
  expect((await back.messagesUntilNow()).map(textOf)).toEqual([...sent, 'later'])
})

test.each(['00000001.segment', '00000002.segment', 'end'])(
  'a folder in the place of "%s" is named',
  async (name) => {
    await waitingStore()
    const path = join(store(), name)
    rmSync(path, { force: true })
    mkdirSync(path)
    await expect(start()).rejects.toThrow(`"${path}": it is a directory`)
  }
)

test('where no new segment can begin, the full one goes on', async () => {
  const { where } = await start()
  const away = await RawClient.connect(where, 5, durable('away'))
  await away.subscribe('a')
  await away.disconnect()
  mkdirSync(join(store(), '00000002.segment'))
  const sent = numbered(60, 'x'.repeat(100))
  for (const one of sent) await publish(where, [one])
  rmSync(join(store(), '00000002.segment'), { recursive: true })
  const next = await afterDeath()
  expect(next.damage).toEqual([])
  const back = await RawClient.connect(next.where, 5, durable('away'))
  expect((await back.messagesUntilNow()).map(textOf)).toEqual(sent)
})

test('an empty segment is told where it was the only one and its end is gone, too', async () => {
  const { where } = await start(store(), {}, 1_000_000)
  const away = await RawClient.connect(where, 5, durable('away'))
  await away.subscribe('a')
  await away.disconnect()
  await publish(where, ['acknowledged'])
  const copy = join(folder, 'changed')
  cpSync(store(), copy, { recursive: true })
  rmSync(join(copy, 'end'))
  truncateSync(join(copy, '00000001.segment'), 100)
  const { damage } = await start(copy)
  expect(damage).not.toEqual([])
})

test('messages that have expired leave their room to new ones: retained', async () => {
  const { where } = await start(store(), { retainedMessages: 3 })
  const publisher = await RawClient.connect(where)
  const retained = async (topic: string, messageExpiryInterval: number) => {
    publisher.sendBytes(
      encode(
        {
          cmd: 'publish',
          topic,
          payload: 'x',
          qos: 1,
          dup: false,
          retain: true,
          messageId: 1,
          properties: { messageExpiryInterval }
        },
        5
      )
    )
    return (await publisher.next('puback')).reasonCode ?? 0
  }
  for (const topic of ['1', '2', '3']) expect(await retained(topic, 0)).not.toBe(0x97)
  expect(await retained('4', 1000)).not.toBe(0x97)
})

test('messages that have expired leave their room to new ones: queued', async () => {
  const { where } = await start(store(), { queuedMessagesPerSession: 3 })
  const away = await RawClient.connect(where, 5, durable('away'))
  await away.subscribe('a')
  await away.disconnect()
  const publisher = await RawClient.connect(where)
  const queued = async (messageExpiryInterval: number) => {
    publisher.sendBytes(
      encode(
        {
          cmd: 'publish',
          topic: 'a',
          payload: 'x',
          qos: 1,
          dup: false,
          retain: false,
          messageId: 1,
          properties: { messageExpiryInterval }
        },
        5
      )
    )
    return (await publisher.next('puback')).reasonCode ?? 0
  }
  for (let number = 0; number < 3; number++) expect(await queued(0)).toBe(0)
  expect(await queued(1000)).toBe(0)
})
