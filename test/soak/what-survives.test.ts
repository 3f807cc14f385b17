import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import fc from 'fast-check'
import { type Packet, parser } from 'mqtt-packet'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../src/transport/embedded/broker-limits.js'
import { startBroker } from '../../src/transport/embedded/start-broker.js'
import type { BrokerMessage } from '../../src/transport/embedded/state/broker-message.js'
import type { BrokerState } from '../../src/transport/embedded/state/broker-state.js'
import { openState } from '../../src/transport/embedded/state/open-state.js'
import { connectPacket, encode } from '../support/raw-client.js'
import { extent, figure } from './extent.js'

// Whatever clients do, a broker whose process dies has the same to give to them when it starts again.

const SEGMENT = 800
const CLIENTS = ['ada', 'bob', 'eve']

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-survives-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (path: string) => openState(path, DEFAULT_LIMITS, SEGMENT)

/** What outlives the process, as its clients would see it. */
function described(state: BrokerState) {
  const text = (message: BrokerMessage) => {
    const content = state.messages.contentOf(message)
    return content === undefined ? 'unreadable' : `${content.topic}: ${Buffer.from(content.payload)}`
  }
  const sessions = [...state.sessions.values()]
    .filter(({ no }) => no > 0)
    .map(({ id, expiry, subscriptions, queue, inFlight, incoming }) => ({
      id,
      expiry,
      subscriptions: [...subscriptions].map(([filter, { qos }]) => `${filter} ${qos}`).sort(),
      queue: [...queue]
        .filter(({ grant }) => grant.qos > 0)
        .map(({ message, grant }) => `${text(message)} ${grant.qos} ${grant.retain}`),
      inFlight: [...inFlight]
        .map(([packetId, { message, grant, released }]) =>
          released ? `${packetId} released` : `${packetId} ${text(message)} ${grant.qos} ${grant.retain}`
        )
        .sort(),
      incoming: [...incoming].sort()
    }))
  const retained = [...state.retained.entries()].map(([, message]) => text(message))
  return { sessions: sessions.sort((a, b) => a.id.localeCompare(b.id)), retained: retained.sort() }
}

interface Client {
  readonly id: string
  readonly stream: Duplex
  readonly received: Packet[]
}

function connect(accept: (stream: Duplex) => void, id: string, clean: boolean, expiry: number): Client {
  const incoming = parser({ protocolVersion: 5 })
  const received: Packet[] = []
  incoming.on('packet', (packet) => received.push(packet))
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      incoming.parse(chunk)
      done()
    }
  })
  accept(stream)
  stream.push(
    encode(
      connectPacket(5, {
        clientId: id,
        clean,
        properties: { sessionExpiryInterval: expiry, receiveMaximum: 3 }
      }),
      5
    )
  )
  return { id, stream, received }
}

const who = fc.nat(CLIENTS.length - 1)
const topic = fc.constantFrom('a', 'b')
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const)
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('connect' as const),
      who,
      clean: fc.boolean(),
      expiry: fc.constantFrom(0, 1000)
    })
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), who }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('subscribe' as const),
      who,
      qos,
      filter: fc.constantFrom('a', '#', '+', '$share/g/a', '$share/g/#', '$share/h/b')
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('unsubscribe' as const),
      who,
      filter: fc.constantFrom('a', '#', '$share/g/a')
    })
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('publish' as const),
      who,
      topic,
      qos,
      retain: fc.boolean(),
      isEmpty: fc.boolean(),
      messageId: fc.integer({ min: 1, max: 5 })
    })
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      who,
      cmd: fc.constantFrom('puback' as const, 'pubrec' as const, 'pubcomp' as const, 'pubrel' as const),
      messageId: fc.integer({ min: 1, max: 8 })
    })
  }
)

const turns = async () => {
  for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate)
}

test('what clients have been promised is there after the process has died, whatever they did before', async () => {
  const runs = extent({ short: 30, long: 150 })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const path = mkdtempSync(join(folder, 'store-'))
      const opened = open(path)
      const broker = startBroker({ opened })
      const clients = new Map<number, Client>()
      const packetOf = (one: (typeof steps)[number], number: number): Packet | undefined => {
        switch (one.kind) {
          case 'subscribe':
            return {
              cmd: 'subscribe',
              messageId: 9,
              subscriptions: [{ topic: one.filter, qos: one.qos }]
            }
          case 'unsubscribe':
            return { cmd: 'unsubscribe', messageId: 9, unsubscriptions: [one.filter] }
          case 'publish':
            return {
              cmd: 'publish',
              topic: one.topic,
              payload: one.isEmpty ? '' : `message ${number}`,
              qos: one.qos,
              dup: false,
              retain: one.retain,
              messageId: one.messageId
            }
          case 'answer':
            return { cmd: one.cmd, messageId: one.messageId }
          default:
            return undefined
        }
      }
      for (const [number, one] of steps.entries()) {
        const client = clients.get(one.who)
        if (one.kind === 'connect') {
          clients.set(one.who, connect(broker.accept, CLIENTS[one.who] ?? '', one.clean, one.expiry))
        } else if (one.kind === 'leave') client?.stream.destroy()
        else {
          const packet = packetOf(one, number)
          if (packet !== undefined && client !== undefined && !client.stream.destroyed)
            client.stream.push(encode(packet, 5))
        }
        await turns()
        const copy = mkdtempSync(join(folder, 'copy-'))
        cpSync(path, copy, { recursive: true })
        const again = open(copy)
        expect(again.damage).toEqual([])
        // A session without a life of its own ends with the death of the process, or at the next start.
        expect(withoutShort(described(again.state))).toEqual(withoutShort(described(opened.state)))
        again.state.close()
        rmSync(copy, { recursive: true, force: true })
      }
      await broker.stop()
      rmSync(path, { recursive: true, force: true })
    }),
    { numRuns: runs }
  )
  figure(
    `a store after ${runs} random histories of three clients, opened after each step: the same as in memory`
  )
}, 600_000)

const withoutShort = ({ sessions, retained }: ReturnType<typeof described>) => ({
  sessions: sessions.filter(({ expiry }) => expiry > 0),
  retained
})
