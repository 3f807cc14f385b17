import { mkdtempSync, rmSync } from 'node:fs'
import type { NetConnectOpts } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Packet } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../src/transport/embedded/broker-limits.js'
import { openState } from '../../src/transport/embedded/state/open-state.js'
import { startEmbeddedBroker } from '../support/embedded-broker.js'
import { mutate } from '../support/mutation.js'
import { connectPacket, encode, RawClient } from '../support/raw-client.js'
import { numbersFrom } from '../support/seeded-random.js'
import { usedMemory } from '../support/used-memory.js'
import { extent, figure, isLong } from './extent.js'

const MB = 1_000_000
/** Small, so that the store begins many. */
const SEGMENT = 100_000
const PER_CONNECTION = 10
const AT_ONCE = 20
/** How many names of sessions there are. */
const NAMES = 1000
/** How often memory is measured. */
const PARTS = 5

const publish = { cmd: 'publish', topic: 'h/a', payload: 'x', dup: false, retain: false } as const
const packets: Packet[] = [
  { ...publish, qos: 0 },
  { ...publish, qos: 1, messageId: 1 },
  { ...publish, qos: 2, messageId: 2, retain: true },
  {
    ...publish,
    qos: 0,
    properties: { userProperties: { a: ['b', 'c'] }, contentType: 'x', responseTopic: 'r' }
  },
  { cmd: 'subscribe', messageId: 3, subscriptions: [{ topic: 'h/+', qos: 2, nl: false, rap: true, rh: 0 }] },
  { cmd: 'unsubscribe', messageId: 4, unsubscriptions: ['h/+'] },
  { cmd: 'puback', messageId: 5 },
  { cmd: 'pubrec', messageId: 6 },
  { cmd: 'pubrel', messageId: 2 },
  { cmd: 'pubcomp', messageId: 7 },
  { cmd: 'pingreq' },
  { cmd: 'disconnect', reasonCode: 0 },
  { cmd: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'x' } }
]

/** One client in two has a session that outlives its connection, and a will. */
function randomConnect(version: 4 | 5, below: (limit: number) => number): Buffer {
  if (below(2) === 0) return encode(connectPacket(version), version)
  const kept = {
    clientId: `kept${below(NAMES)}`,
    clean: false,
    will: { topic: 'h/will', payload: Buffer.from('x'), qos: 1, retain: false },
    ...(version === 5 && { properties: { sessionExpiryInterval: 1000 } })
  } as const
  return encode(connectPacket(version, kept), version)
}

const packetsOf = (version: 4 | 5): Buffer[] =>
  packets
    .filter(({ cmd }) => version === 5 || (cmd !== 'auth' && cmd !== 'disconnect'))
    .map((packet) => encode(packet, version))
const corpus = { 4: packetsOf(4), 5: packetsOf(5) }

/** Lets the event loop go round so often. */
async function soon(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) await new Promise((resolve) => setImmediate(resolve))
}

/** Ends every session that the clients opened by name, and takes every retained message away. */
async function forget(where: NetConnectOpts): Promise<void> {
  for (let number = 0; number < NAMES; number++) {
    const client = await RawClient.connect(where, 4, { clientId: `kept${number}` })
    await client.disconnect()
  }
  const client = await RawClient.connect(where, 4)
  const retained = await client.retained('#')
  for (const { topic } of retained) await client.publish(topic, '', { retain: true })
  await client.disconnect()
}

/** Two clients that go on exchanging numbers: one publishes, one must get all of them in order. */
async function startBystanders(where: NetConnectOpts) {
  const subscriber = await RawClient.connect(where, 5)
  const publisher = await RawClient.connect(where, 4)
  await subscriber.subscribe({ topic: 'bystander', qos: 1 })
  let isOver = false
  const exchanging = (async () => {
    for (let number = 0; ; number++) {
      if (isOver) return number
      await publisher.publish('bystander', String(number))
      expect(String((await subscriber.message()).payload)).toBe(String(number))
    }
  })()
  return {
    /** How many they exchanged. */
    async stop(): Promise<number> {
      isOver = true
      const count = await exchanging
      await publisher.disconnect()
      await subscriber.disconnect()
      return count
    }
  }
}

describe('clients that send the embedded broker damaged packets', () => {
  it.each(['in memory', 'with a store'])(
    'disturb no other client, and leave nothing behind but what its limits allow: %s',
    async (kind) => {
      const wanted = extent({ short: 3_000, long: 100_000 })
      // Some are valid all the same, and open sessions or store messages.
      const limits = { sessions: 200, retainedMessages: 200, queuedMessagesPerSession: 20 }
      const folder = mkdtempSync(join(tmpdir(), 'tidings-hostile-'))
      const open = () => openState(folder, { ...DEFAULT_LIMITS, ...limits }, SEGMENT)
      const broker = await startEmbeddedBroker({ limits, ...(kind === 'with a store' && { opened: open() }) })
      const where = { host: '127.0.0.1', port: broker.port }
      const bystanders = await startBystanders(where)
      const below = numbersFrom(1)
      const began = performance.now()
      let sent = 0
      let connections = 0
      const attack = async (until: number) => {
        while (sent < until) {
          sent += PER_CONNECTION
          connections++
          const version = below(2) === 0 ? 4 : 5
          const connect = randomConnect(version, below)
          const client = await RawClient.open(where, version)
          if (below(10) === 0) client.sendBytes(mutate(connect, below))
          else {
            client.sendBytes(connect)
            await client.next('connack').catch(() => undefined)
          }
          for (let count = 0; count < PER_CONNECTION; count++) {
            const packet = corpus[version][below(corpus[version].length)] ?? connect
            client.sendBytes(packet)
            client.sendBytes(mutate(packet, below))
          }
          client.send({ cmd: 'pingreq' })
          // There is no answer where a damaged packet waits for its rest, or the broker has hung up.
          await Promise.race([client.next('pingresp').catch(() => undefined), soon(50)])
          await client.end()
        }
      }
      const memory: number[] = []
      for (let part = 1; part <= PARTS; part++) {
        await Promise.all(Array.from({ length: AT_ONCE }, () => attack((wanted * part) / PARTS)))
        memory.push(usedMemory())
      }
      const exchanged = await bystanders.stop()
      const { sessions: kept, retained, queued } = broker.counts()
      expect(exchanged).toBeGreaterThan(0)
      expect(kept).toBeLessThanOrEqual(limits.sessions)
      expect(retained).toBeLessThanOrEqual(limits.retainedMessages)
      expect(queued).toBeLessThanOrEqual(limits.sessions * limits.queuedMessagesPerSession)
      const growth = (memory.at(-1) ?? 0) - (memory[0] ?? 0)
      if (isLong) expect(growth).toBeLessThan(16 * MB)
      figure(
        `${kind}: ${sent} damaged packets of ${connections} clients: ${exchanged} messages of bystanders, 0 missed; ${kept} sessions, ` +
          `${retained} retained, ${queued} queued; in use ${memory.map((bytes) => (bytes / MB).toFixed(1)).join(', ')} MB, ` +
          `${((performance.now() - began) / 1000).toFixed(1)} s`
      )
      await forget(where)
      const left = broker.counts()
      const inUse = usedMemory()
      if (isLong) expect(inUse - (memory[0] ?? 0)).toBeLessThan(4 * MB)
      figure(
        `once sessions and retained messages are gone: ${left.sessions} sessions, ${left.retained} retained, ` +
          `${left.queued} queued; in use ${(inUse / MB).toFixed(1)} MB`
      )
      await broker.stop()
      const { state, damage } = open()
      expect(damage).toEqual([])
      expect(state.durable).toBe(kind === 'with a store' ? left.sessions : 0)
      rmSync(folder, { recursive: true })
    }
  )
})
