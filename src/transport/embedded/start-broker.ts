import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import type { AuthenticateError, Client } from 'aedes'
import { Aedes } from 'aedes'
import mqttPacket, { type IPublishPacket } from 'mqtt-packet'
import type { AedesClient } from './aedes-internals.js'
import { type BrokerLimits, DEFAULT_LIMITS } from './broker-limits.js'
import { ClientDelivery } from './client-delivery.js'
import { guardIntake, type IncomingIds, type Published, type Refused } from './client-intake.js'
import { openMemoryTable } from './memory-table.js'
import { isShared, openMessageStore } from './message-store.js'
import { RetainedMessages } from './retained-messages.js'
import { Sessions } from './sessions.js'
import { BROKER_ID, type StoredMessage } from './stored-message.js'
import type { Table } from './table.js'

/** Whether these credentials may connect. */
export type Authenticate = (
  username: string | undefined,
  password: Uint8Array | undefined
) => Promise<boolean>

export interface BrokerOptions {
  /** Where sessions, retained and queued messages are kept; in memory when absent. The broker closes it. */
  readonly table?: Table
  /** Everyone may connect when absent. */
  readonly authenticate?: Authenticate
  readonly limits?: Partial<BrokerLimits>
}

export interface BrokerCounts {
  readonly clients: number
  /** Messages that clients published since the start. */
  readonly published: number
  readonly retained: number
  readonly sessions: number
  readonly queued: number
  /** Messages that a session's full queue did not take. */
  readonly dropped: number
}

/** A broker inside this process: it is handed streams and speaks MQTT 3.1.1 and 5 on them. */
export interface EmbeddedBroker {
  /** Serves one client on this stream. `open`: whoever reaches this stream needs no credentials. */
  accept(stream: Duplex, open?: boolean): void
  counts(): BrokerCounts
  /** Says goodbye to every client and ends; what was acknowledged is stored by then. */
  stop(): Promise<void>
}

// Otherwise the first CONNACK waits until each 16-bit number has a buffer of its own: 30 ms.
mqttPacket.writeToStream.cacheNumbers = false

/** Starts a broker. Rejects with what reading the table rejects with. */
export async function startBroker(options: BrokerOptions = {}): Promise<EmbeddedBroker> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const table = options.table ?? openMemoryTable()
  const [retained, sessions] = await Promise.all([
    RetainedMessages.open(table, limits),
    Sessions.open(table, limits)
  ])
  const deliveries = new WeakMap<object, ClientDelivery>()
  const streams = new Set<Duplex>()
  const withoutCredentials = new WeakSet<Duplex>()
  let published = 0

  const aedes = await Aedes.createBroker({
    id: BROKER_ID,
    persistence: openMessageStore(sessions, retained, (client) => deliveries.get(client)),
    drainTimeout: limits.stall,
    maximumPacketSize: limits.packetSize,
    receiveMaximum: limits.receiveMaximum,
    maxTopicLevels: limits.levels,
    authenticate: (client, username, password, done) => {
      whyTurnedAway(client, username, password).then(
        (why) => done(why ?? null, why === undefined),
        (error) => done(error, false)
      )
    },
    authorizePublish: (_client, packet, done) => {
      const refused = whyRefused(packet)
      done(refused === undefined ? null : new Error(refused.reason))
    },
    authorizeSubscribe: (_client, subscription, done) =>
      done(null, isShared(subscription.topic) ? null : subscription)
  })
  // Names like "constructor" are names: an object with a prototype would find something under them.
  Object.assign(aedes, { clients: Object.create(null), publish })
  Object.assign(aedes, { counter: Math.max(sessions.lastCounter, Date.now() * 1000) })
  aedes.on('client', (client) => {
    if (!client.clean) sessions.arrived(client.id, client.sessionExpiryInterval)
  })
  aedes.on('clientDisconnect', (client) => {
    if (!client.clean) sessions.left(client.id, client.sessionExpiryInterval)
  })
  aedes.on('connackSent', (_packet, client) => setImmediate(() => client.emit('connack-sent')))
  const emitter: EventEmitter = aedes
  emitter.on('error', () => undefined)

  async function whyTurnedAway(
    client: Client,
    username: string | undefined,
    password: Uint8Array | undefined
  ): Promise<AuthenticateError | undefined> {
    if (!client.clean && sessions.isFull && !sessions.has(client.id)) return refusal(3, 'too many sessions')
    if (options.authenticate === undefined || withoutCredentials.has(client.conn)) return undefined
    return (await options.authenticate(username, password))
      ? undefined
      : refusal(4, 'bad user name or password')
  }

  function whyRefused(packet: IPublishPacket): Refused | undefined {
    if (packet.topic === '$SYS' || packet.topic.startsWith('$SYS/')) {
      return { reason: '$SYS channels belong to the broker', quota: false }
    }
    if (packet.retain && !retained.fits(packet.topic, packet.payload.length)) {
      return { reason: 'no room for another retained message', quota: true }
    }
    return undefined
  }

  /** In place of aedes's own: everything is noted before anything is awaited, so that messages stay in order. */
  function publish(packet: IPublishPacket, from: unknown, done?: Published): void {
    const whenDone = typeof from === 'function' ? (from as Published) : done
    const client = typeof from === 'object' && from !== null ? (from as AedesClient) : undefined
    const message = toStored(packet, client, ++(aedes as unknown as { counter: number }).counter)
    if (client !== undefined) published++
    if (message.retain) retained.store(message)
    const isQueued = message.qos > 0 && sessions.enqueue(message)
    const stored = message.retain || message.qos > 0 ? table.flushed() : undefined
    const { mq } = aedes as unknown as { mq: Emitter }
    // Only the acknowledgements of MQTT 5 can say that nobody is subscribed.
    const canSay = client?.version === 5 && message.qos > 0
    const isHeard = isQueued || !canSay || mq._matcher.match(message.topic).length > 0
    mq.emit(message, () => {
      if (whenDone === undefined) return
      if (stored === undefined) whenDone(undefined, isHeard)
      else
        stored.then(
          () => whenDone(undefined, isHeard),
          (error: Error) => whenDone(error, isHeard)
        )
    })
  }

  return {
    accept(stream, open = false) {
      if (streams.size >= limits.connections) {
        stream.destroy()
        return
      }
      streams.add(stream)
      stream.once('close', () => streams.delete(stream))
      if (open) withoutCredentials.add(stream)
      const client = aedes.handle(stream) as unknown as AedesClient
      client.subscriptions = Object.create(null)
      const delivery = new ClientDelivery(client, sessions, limits.stall)
      deliveries.set(client, delivery)
      stream.once('close', () => delivery.end())
      const incoming = incomingOf(client, sessions)
      const toAll = (packet: IPublishPacket, done: Published) => publish(packet, client, done)
      guardIntake(client, { limits, delivery, incoming, publish: toAll, whyRefused })
    },
    counts: () => ({
      clients: aedes.connectedClients,
      published,
      retained: retained.count,
      sessions: sessions.count,
      queued: sessions.queued,
      dropped: sessions.dropped
    }),
    async stop() {
      await new Promise<void>((resolve) => aedes.close(() => resolve()))
      for (const stream of streams) stream.destroy()
      await table.close()
    }
  }
}

/** QoS 2 identifiers go with the session where one outlives the connection, and with the connection otherwise. */
function incomingOf(client: AedesClient, sessions: Sessions): IncomingIds {
  const own = new Set<number>()
  const ids = () => (client.clean ? own : (sessions.incoming(client.id) ?? own))
  return {
    get size() {
      return ids().size
    },
    has: (messageId) => ids().has(messageId),
    add: (messageId) => void (client.clean ? own.add(messageId) : sessions.received(client.id, messageId)),
    delete: (messageId) =>
      void (client.clean ? own.delete(messageId) : sessions.released(client.id, messageId))
  }
}

function toStored(
  packet: IPublishPacket,
  client: AedesClient | undefined,
  brokerCounter: number
): StoredMessage {
  const { topic, payload, qos = 0, retain = false, properties } = packet
  const seconds = properties?.messageExpiryInterval
  return {
    cmd: 'publish',
    brokerId: BROKER_ID,
    brokerCounter,
    topic,
    payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
    qos,
    retain,
    dup: false,
    ...(client === undefined ? undefined : { clientId: client.id }),
    ...(properties === undefined ? undefined : { properties }),
    ...(seconds === undefined ? undefined : { messageExpiry: Date.now() + seconds * 1000 })
  }
}

function refusal(returnCode: number, why: string): AuthenticateError {
  return Object.assign(new Error(why), { returnCode }) as AuthenticateError
}

/** What aedes hands messages to, and what it finds subscribers with. */
interface Emitter {
  readonly _matcher: { match(topic: string): readonly unknown[] }
  emit(message: StoredMessage, done: () => void): void
}
