import { readFileSync } from 'node:fs'
import type { NetConnectOpts } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeHome, RunningProgram } from '../support/program.js'
import { encode, RawClient } from '../support/raw-client.js'
import { extent, figure, isLong } from './extent.js'

// What one client asks too much of the broker, while others go on. The broker is a process of its own, with a store.

const MB = 1_000_000
let home: ReturnType<typeof makeHome>
let broker: RunningProgram
let where: NetConnectOpts
beforeEach(async () => {
  home = makeHome()
  broker = new RunningProgram(['broker', '--listen', '127.0.0.1:0'], home.env)
  await broker.saying('name no broker')
  where = { host: '127.0.0.1', port: Number(/127\.0\.0\.1:(\d+)/.exec(broker.stderr)?.[1]) }
})
afterEach(async () => {
  broker.child.kill('SIGTERM')
  await broker.exited
  home.remove()
})

/** The broker's memory in bytes: at its highest, and now. */
function memory(): { peak: number; now: number } {
  if (process.platform !== 'linux') return { peak: 0, now: 0 }
  const status = readFileSync(`/proc/${broker.child.pid}/status`, 'utf8')
  const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024
  return { peak: of('VmHWM'), now: of('VmRSS') }
}

/** Two clients that exchange numbers until they are stopped; every number must come, in order. */
async function startBystanders() {
  const subscriber = await RawClient.connect(where, 5)
  const publisher = await RawClient.connect(where, 4)
  await subscriber.subscribe({ topic: 'bystander', qos: 1 })
  let isOver = false
  let longest = 0
  const exchanging = (async () => {
    for (let number = 0; ; number++) {
      if (isOver) return number
      const began = performance.now()
      await publisher.publish('bystander', String(number))
      expect(String((await subscriber.message()).payload)).toBe(String(number))
      longest = Math.max(longest, performance.now() - began)
      // The hostile clients live in this process, too.
      await new Promise(setImmediate)
    }
  })()
  return {
    async stop(what: string): Promise<void> {
      isOver = true
      const count = await exchanging
      await publisher.disconnect()
      await subscriber.disconnect()
      const { peak, now } = memory()
      figure(
        `${what}: bystanders exchanged ${count} messages, each within ${Math.ceil(longest)} ms; ` +
          `broker at most ${Math.round(peak / MB)} MB, now ${Math.round(now / MB)} MB`
      )
      expect(count).toBeGreaterThan(0)
      // Only the long form holds a time to its bound: it has the machine to itself.
      if (isLong) expect(longest).toBeLessThan(1000)
    }
  }
}

const publishBytes = (topic: string, payload: string | Buffer, messageId: number, retain = false) =>
  encode({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain, messageId }, 5)

/** Publishes so many messages, not more than 500 at once; every one has to be acknowledged. */
async function publishAll(count: number, messageOf: (number: number) => Buffer): Promise<void> {
  const client = await RawClient.connect(where)
  for (let from = 0; from < count; from += 500) {
    const size = Math.min(500, count - from)
    client.sendBytes(Buffer.concat(Array.from({ length: size }, (_, index) => messageOf(from + index))))
    for (let left = size; left > 0; left--)
      expect((await client.next('puback')).reasonCode ?? 0).toBeLessThan(0x80)
  }
  await client.disconnect()
}

async function durable(clientId: string, options: object = {}) {
  return RawClient.connect(where, 5, {
    clientId,
    clean: false,
    properties: { sessionExpiryInterval: 10_000 },
    ...options
  })
}

describe('others are served while one client', () => {
  it('subscribes to thousands of patterns where many messages are retained', async () => {
    const retained = extent({ short: 2000, long: 100_000 })
    const patterns = extent({ short: 500, long: 10_000 })
    await publishAll(retained, (number) => publishBytes(`${number}/kept`, 'x', (number % 500) + 1, true))
    const bystanders = await startBystanders()
    const hostile = await RawClient.connect(where)
    const subscriptions = Array.from({ length: patterns }, (_, number) => ({
      topic: `+/none/${number}`,
      qos: 1 as const
    }))
    const began = performance.now()
    hostile.send({ cmd: 'subscribe', messageId: 1, subscriptions })
    const granted = (await hostile.next('suback')).granted
    expect(granted.length).toBe(patterns)
    hostile.send({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: '#', qos: 1 }] })
    await hostile.next('suback')
    // A while of the search, which goes on as long as the client is there.
    while (performance.now() - began < extent({ short: 0, long: 10_000 })) await new Promise(setImmediate)
    await bystanders.stop(`${patterns} patterns in one SUBSCRIBE, ${retained} retained messages`)
    hostile.destroy()
  })

  it('publishes for thousands of durable sessions, and every message is acknowledged and stored once', async () => {
    const sessions = extent({ short: 300, long: 10_000 })
    const messages = 200
    const bystanders = await startBystanders()
    for (let number = 0; number < sessions; number++) {
      const client = await durable(`session ${number}`)
      await client.subscribe({ topic: 'all', qos: 1 })
      await client.disconnect()
      if (number % 1000 === 0) await new Promise(setImmediate)
    }
    const began = performance.now()
    await publishAll(messages, (number) => publishBytes('all', `${number} ${'x'.repeat(1000)}`, number + 1))
    const seconds = (performance.now() - began) / 1000
    const { peak } = memory()
    if (isLong) expect(peak).toBeLessThan(300 * MB)
    const some = await durable(`session ${Math.floor(sessions / 2)}`)
    for (let number = 0; number < messages; number++)
      expect(String((await some.message()).payload).startsWith(`${number} `)).toBe(true)
    await some.disconnect()
    await bystanders.stop(
      `${messages} messages for ${sessions} durable sessions, acknowledged in ${seconds.toFixed(1)} s`
    )
  })

  it('sends large payloads, which a subscriber gets', async () => {
    const size = extent({ short: 4, long: 63 }) * 1024 * 1024
    const times = extent({ short: 2, long: 6 })
    const bystanders = await startBystanders()
    const subscriber = await RawClient.connect(where, 5, { properties: { receiveMaximum: 2 } })
    await subscriber.subscribe({ topic: 'large', qos: 1 })
    const kept = await durable('kept')
    await kept.subscribe({ topic: 'large', qos: 1 })
    await kept.disconnect()
    const payload = Buffer.alloc(size, 'x')
    const receiving = (async () => {
      for (let left = times; left > 0; left--) expect((await subscriber.message()).payload.length).toBe(size)
    })()
    const publisher = await RawClient.connect(where)
    for (let number = 0; number < times; number++) {
      publisher.sendBytes(publishBytes('large', payload, 1))
      expect((await publisher.next('puback')).reasonCode ?? 0).toBe(0)
    }
    await receiving
    await bystanders.stop(`${times} payloads of ${Math.round(size / MB)} MB`)
  })

  it('comes with hundreds of wills and sessions, which end at once', async () => {
    const count = extent({ short: 100, long: 900 })
    const rounds = extent({ short: 1, long: 10 })
    const bystanders = await startBystanders()
    const watcher = await RawClient.connect(where)
    await watcher.subscribe({ topic: 'will/#', qos: 1 })
    for (let round = 0; round < rounds; round++) {
      const will = (number: number) => ({
        will: { topic: `will/${number}`, payload: Buffer.from('x'), qos: 1 as const, retain: false },
        properties: { sessionExpiryInterval: 0 }
      })
      const clients = await Promise.all(
        Array.from({ length: count }, (_, number) => durable(`mortal ${number}`, will(number)))
      )
      for (const client of clients) client.destroy()
      const seen = new Set<string>()
      while (seen.size < count) seen.add((await watcher.message()).topic)
    }
    await bystanders.stop(`${rounds * count} clients with wills that were cut, ${count} at once`)
  })

  it('publishes to ever new and deep channels with overlapping patterns', async () => {
    const patterns = extent({ short: 256, long: 4096 })
    const count = extent({ short: 500, long: 20_000 })
    const bystanders = await startBystanders()
    const hostile = await RawClient.connect(where)
    const bits = Math.log2(patterns)
    const filters = Array.from({ length: patterns }, (_, number) =>
      Array.from({ length: bits }, (_level, bit) => ((number >> bit) & 1 ? '+' : 'a'))
        .join('/')
        .concat('/#')
    )
    await hostile.subscribe(...filters.map((topic) => ({ topic, qos: 0 as const })))
    const deep = `${'a/'.repeat(bits)}`
    await publishAll(count, (number) => publishBytes(`${deep}${number}`, 'x', (number % 500) + 1))
    await bystanders.stop(`${count} new channels that ${patterns} patterns of one client match`)
    hostile.destroy()
  })

  it('reads nothing, and gets everything that is published', async () => {
    const count = extent({ short: 2000, long: 200_000 })
    const bystanders = await startBystanders()
    const hostile = await Promise.all(Array.from({ length: 20 }, () => RawClient.connect(where)))
    for (const client of hostile) {
      await client.subscribe({ topic: '#', qos: 1 })
      client.pause()
    }
    const began = performance.now()
    await publishAll(count, (number) => publishBytes('a', `${number} ${'x'.repeat(500)}`, (number % 500) + 1))
    const seconds = (performance.now() - began) / 1000
    for (const client of hostile) client.destroy()
    await bystanders.stop(
      `${count} messages for 20 clients that read nothing, acknowledged in ${seconds.toFixed(1)} s`
    )
  })
})
