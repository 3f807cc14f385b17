import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../src/transport/embedded/broker-limits.js'
import { damageReport } from '../../src/transport/embedded/state/damage-report.js'
import { openState } from '../../src/transport/embedded/state/open-state.js'
import { startEmbeddedBroker } from '../support/embedded-broker.js'
import { encode, RawClient } from '../support/raw-client.js'
import { numbersFrom } from '../support/seeded-random.js'
import { extent, figure } from './extent.js'

// A store of several files is damaged at random places, each time anew.

const SESSIONS = ['ada', 'bob', 'eve']
const COUNT = 600
const SEGMENT = 40_000

const folder = mkdtempSync(join(tmpdir(), 'tidings-damaged-'))
const whole = join(folder, 'whole')
const open = (path: string) => openState(path, DEFAULT_LIMITS, SEGMENT)
const payloadOf = (number: number) => `${number} ${'y'.repeat(100 + (number % 200))}`
const payloads = new Set(Array.from({ length: COUNT }, (_, number) => payloadOf(number)))

beforeAll(async () => {
  const broker = await startEmbeddedBroker({ opened: open(whole) })
  const where = { host: '127.0.0.1', port: broker.port }
  for (const clientId of SESSIONS) {
    const session = { clientId, clean: false, properties: { sessionExpiryInterval: 10_000 } }
    const client = await RawClient.connect(where, 5, session)
    await client.subscribe({ topic: 'a', qos: 1 })
    await client.disconnect()
  }
  const publisher = await RawClient.connect(where)
  for (let number = 0; number < COUNT; number++) {
    const retain = number % 10 === 0
    const topic = retain ? `r/${number}` : 'a'
    publisher.sendBytes(
      encode(
        { cmd: 'publish', topic, payload: payloadOf(number), qos: 1, dup: false, retain, messageId: 1 },
        5
      )
    )
    await publisher.next('puback')
  }
  await broker.stop()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Damages one file, and says how. */
function damage(path: string, below: (limit: number) => number): 'bit' | 'byte' | 'half' | 'deleted' {
  const names = readdirSync(path)
  const file = join(path, names[below(names.length)] ?? '')
  const bytes = readFileSync(file)
  const kind = (['bit', 'bit', 'byte', 'byte', 'half', 'deleted'] as const)[below(6)] ?? 'bit'
  const at = below(bytes.length)
  if (kind === 'bit') bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
  if (kind === 'byte') bytes[at] = (bytes[at] ?? 0) ^ (1 + below(255))
  if (kind === 'half') truncateSync(file, Math.floor(bytes.length / 2))
  else if (kind === 'deleted') rmSync(file)
  else writeFileSync(file, bytes)
  return kind
}

/** Everything that can be delivered from a store. */
function read(path: string) {
  const opened = open(path)
  const { state } = opened
  const found = new Map<string, string[]>()
  const take = (key: string, message: Parameters<typeof state.messages.contentOf>[0]) => {
    const content = state.messages.contentOf(message)
    if (content === undefined) return
    found.set(key, [...(found.get(key) ?? []), Buffer.from(content.payload).toString()])
  }
  for (const [topic, message] of state.retained.entries()) take(topic, message)
  for (const session of state.sessions.values())
    for (const { message } of session.deliveries()) take(session.id, message)
  return { found, state, told: damageReport(opened) }
}

test('damage at random places: nothing damaged is delivered, what is missing is told, one record costs one message', () => {
  const runs = extent({ short: 40, long: 200 })
  const below = numbersFrom(Math.floor(Math.random() * 2 ** 31))
  const complete = read(whole)
  const total = [...complete.found.values()].flat().length
  const kinds = { bit: 0, byte: 0, half: 0, deleted: 0 }
  let lost = 0
  let silent = 0
  for (let run = 0; run < runs; run++) {
    const path = mkdtempSync(join(folder, 'copy-'))
    cpSync(whole, path, { recursive: true })
    const kind = damage(path, below)
    kinds[kind]++
    const { found, state, told } = read(path)
    const all = [...found.values()].flat()
    // Whatever is delivered was published just so, and once for each session.
    expect(all.filter((payload) => !payloads.has(payload))).toEqual([])
    for (const list of found.values()) expect(new Set(list).size).toBe(list.length)
    if (all.length < total) expect(told.length + state.messages.unreadable.size).toBeGreaterThan(0)
    else if (told.length === 0) silent++
    // A message waits for three sessions.
    if (kind === 'bit' || kind === 'byte') expect(total - all.length).toBeLessThanOrEqual(SESSIONS.length)
    lost += total - all.length
    // The store goes on.
    state.openSession('new', 1000)
    expect(state.commit()).toBe(true)
    state.close()
    expect(read(path).told).toEqual([])
    rmSync(path, { recursive: true })
  }
  const { bit, byte, half, deleted } = kinds
  figure(
    `${runs} damages (${bit} bits, ${byte} bytes, ${half} halves, ${deleted} deleted files) of a store with ${total} deliveries: ` +
      `0 damaged ones delivered, ${lost} lost and told, ${silent} damages that cost nothing and were not noticed`
  )
})
