import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { parser } from 'mqtt-packet'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/transport/embedded/broker-limits.js'
import { startBroker } from '../../../src/transport/embedded/start-broker.js'
import { openState } from '../../../src/transport/embedded/state/open-state.js'
import { startEmbeddedBroker } from '../../support/embedded-broker.js'
import { connectPacket, encode, RawClient } from '../../support/raw-client.js'

// A broker with a store, and what is in the store when its process dies.

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-stored-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** So small that a few messages fill a segment. */
const SEGMENT = 2000
const open = (path: string) => openState(path, DEFAULT_LIMITS, SEGMENT)
const durable = (clientId: string) => ({
  clientId,
  clean: false,
  properties: { sessionExpiryInterval: 1000 }
})

const publishBytes = (payload: string, qos: 0 | 1 | 2, messageId: number) =>
  encode({ cmd: 'publish', topic: 'a', payload, qos, dup: false, retain: false, messageId }, 5)

/** The payloads that each session would get if the broker's process died now. */
function keptFor(path: string): Record<string, string[]> {
  const copy = mkdtempSync(join(folder, 'copy-'))
  cpSync(path, copy, { recursive: true })
  const { state, damage } = open(copy)
  expect(damage).toEqual([])
  const kept = [...state.sessions.values()].map(({ id, inFlight, queue }) => {
    const deliveries = [...inFlight.values(), ...queue]
    const payloads = deliveries.map(({ message }) =>
      Buffer.from(state.messages.contentOf(message)?.payload ?? []).toString()
    )
    return [id, payloads]
  })
  return Object.fromEntries(kept)
}

test.each([1, 2] as const)(
  'what is acknowledged is in the store for those who are connected and for those who are away, wherever a segment ends (QoS %i)',
  async (qos) => {
    const path = join(folder, 'store')
    const broker = await startEmbeddedBroker({ opened: open(path) })
    const where = { host: '127.0.0.1', port: broker.port }
    const away = await RawClient.connect(where, 5, durable('away'))
    await away.subscribe({ topic: 'a', qos })
    await away.disconnect()
    const silent = await RawClient.connect(where, 5, durable('silent'))
    await silent.subscribe({ topic: 'a', qos })
    const publisher = await RawClient.connect(where)
    const all = Array.from({ length: 200 }, (_, number) => `message ${number}`)
    const packets = all.map((payload, number) => publishBytes(payload, qos, number + 1))
    publisher.sendBytes(Buffer.concat(packets))
    for (const _ of all) await publisher.next(qos === 1 ? 'puback' : 'pubrec')
    expect(keptFor(path)).toEqual({ away: all, silent: all })
    await broker.stop()
  }
)

test('a QoS 2 message does not go out before the store knows its identifier, large or small', async () => {
  const path = join(folder, 'store')
  const broker = startBroker({ opened: open(path) })
  const received = parser({ protocolVersion: 5 })
  const known: boolean[] = []
  received.on('packet', ({ cmd, messageId = 0 }) => {
    if (cmd !== 'publish') return
    const copy = mkdtempSync(join(folder, 'copy-'))
    cpSync(path, copy, { recursive: true })
    known.push(open(copy).state.sessions.get('subscriber')?.inFlight.has(messageId) === true)
  })
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      received.parse(chunk)
      done()
    }
  })
  broker.accept(stream)
  const subscriptions = [{ topic: 'a', qos: 2 as const }]
  stream.push(encode(connectPacket(5, durable('subscriber')), 5))
  stream.push(encode({ cmd: 'subscribe', messageId: 1, subscriptions }, 5))
  for (const [index, size] of [1, 20_000, 1, 100_000, 40_000].entries())
    stream.push(publishBytes('x'.repeat(size), 2, index + 1))
  while (known.length < 5) await new Promise(setImmediate)
  expect(known).toEqual([true, true, true, true, true])
  await broker.stop()
})
