import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { askBroker } from '../../src/transport/embedded/control.js'
import { ensureLocalBroker } from '../../src/transport/embedded/local-broker.js'
import { localPlace } from '../../src/transport/embedded/local-place.js'
import { encode, RawClient } from '../support/raw-client.js'
import { extent, figure } from './extent.js'

// The broker in the background is killed at random moments while it takes and delivers messages.

const home = mkdtempSync(join(tmpdir(), 'tidings-killed-'))
const place = localPlace({ TIDINGS_HOME: home })
const where = { path: place.socketPath }
afterAll(async () => {
  await askBroker(place.controlPath, 'stop')
  rmSync(home, { recursive: true, force: true })
})

const durable = (clientId: string) => ({
  clientId,
  clean: false,
  properties: { sessionExpiryInterval: 10_000 }
})
const warnings: string[] = []
const ensure = () =>
  ensureLocalBroker(
    ({ kind, text }) => {
      if (kind === 'warning') warnings.push(text)
    },
    undefined,
    { place, idle: 60_000 }
  )
const padded = (text: string) => text.padEnd(200)

/** Kills the broker; resolves once the system has taken its process away. */
async function kill(): Promise<void> {
  const { pid } = (await askBroker(place.controlPath, 'status')) ?? {}
  if (pid === undefined) throw new Error('no broker runs')
  process.kill(pid, 'SIGKILL')
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise(setImmediate)
  }
}

/**
 * A client with a session that outlives the broker: it sends again what was not acknowledged, under the same identifier, as MQTT asks
 * [MQTT-4.4.0-1].
 */
class Publisher {
  readonly acknowledged = new Set<string>()
  /** By packet identifier; without a payload its receiver has it (QoS 2). */
  readonly #open = new Map<number, string | undefined>()
  readonly #payloads = new Map<number, string>()
  readonly #qos: 1 | 2
  #next = 0
  #id = 0

  constructor(qos: 1 | 2) {
    this.#qos = qos
  }

  /** Publishes until the connection ends. */
  async run(): Promise<void> {
    const client = await RawClient.connect(where, 5, durable(`publisher ${this.#qos}`))
    for (const [messageId, payload] of this.#open) this.#send(client, messageId, payload, true)
    const answers =
      this.#qos === 1
        ? [this.#take(client, 'puback')]
        : [this.#take(client, 'pubrec'), this.#take(client, 'pubcomp')]
    const sending = (async () => {
      for (;;) {
        while (this.#open.size < 50) {
          do this.#id = (this.#id % 60_000) + 1
          while (this.#open.has(this.#id))
          const payload = padded(`${this.#qos} ${this.#next++}`)
          this.#open.set(this.#id, payload)
          this.#payloads.set(this.#id, payload)
          this.#send(client, this.#id, payload, false)
        }
        if (client.isClosed) return
        await new Promise(setImmediate)
      }
    })()
    await Promise.all([sending, ...answers])
  }

  #send(client: RawClient, messageId: number, payload: string | undefined, dup: boolean): void {
    if (payload === undefined) client.send({ cmd: 'pubrel', messageId })
    else
      client.sendBytes(
        encode({ cmd: 'publish', topic: 'a', payload, qos: this.#qos, dup, retain: false, messageId }, 5)
      )
  }

  async #take(client: RawClient, kind: 'puback' | 'pubrec' | 'pubcomp'): Promise<void> {
    for (;;) {
      const answer = await client.next(kind).catch(() => undefined)
      if (answer === undefined) return
      const messageId = answer.messageId ?? 0
      if (kind === 'pubrec') {
        // From here on the broker answers for it.
        this.acknowledged.add(this.#payloads.get(messageId) ?? '')
        this.#open.set(messageId, undefined)
        client.send({ cmd: 'pubrel', messageId })
        continue
      }
      if (kind === 'puback') this.acknowledged.add(this.#payloads.get(messageId) ?? '')
      this.#open.delete(messageId)
    }
  }
}

/** A client that takes messages as MQTT asks: each QoS 2 message once. */
class Subscriber {
  readonly #name: string
  /** How often each message came; to any member of its group. */
  readonly #seen: Map<string, number>
  readonly #known = new Set<number>()

  constructor(name: string, seen: Map<string, number>) {
    this.#name = name
    this.#seen = seen
  }

  async subscribe(topic: string): Promise<void> {
    const client = await RawClient.connect(where, 5, durable(this.#name))
    await client.subscribe({ topic, qos: 2 })
    await client.disconnect()
  }

  async run(): Promise<void> {
    const client = await RawClient.connect(where, 5, {
      ...durable(this.#name),
      properties: { sessionExpiryInterval: 10_000, receiveMaximum: 20 }
    })
    const releasing = (async () => {
      for (;;) {
        const release = await client.next('pubrel').catch(() => undefined)
        if (release === undefined) return
        const messageId = release.messageId ?? 0
        this.#known.delete(messageId)
        client.send({ cmd: 'pubcomp', messageId })
      }
    })()
    for (;;) {
      const message = await client.next('publish').catch(() => undefined)
      if (message === undefined) break
      const { messageId = 0, qos } = message
      if (qos === 1 || !this.#known.has(messageId)) this.#take(message.payload.toString())
      if (qos === 2) this.#known.add(messageId)
      client.send({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId })
    }
    await releasing
  }

  #take(payload: string): void {
    this.#seen.set(payload, (this.#seen.get(payload) ?? 0) + 1)
  }
}

test('a broker that is killed at random moments loses nothing that it acknowledged, and delivers no QoS 2 message twice', async () => {
  const rounds = extent({ short: 3, long: 30, full: 60 })
  await ensure()
  const [alone, group] = [new Map<string, number>(), new Map<string, number>()]
  const subscriber = new Subscriber('subscriber', alone)
  await subscriber.subscribe('a')
  const members = ['first member', 'second member'].map((name) => new Subscriber(name, group))
  for (const member of members) await member.subscribe('$share/group/a')
  const publishers = [new Publisher(1), new Publisher(2)]
  const acknowledged = () => publishers.reduce((sum, one) => sum + one.acknowledged.size, 0)
  for (let round = 0; round < rounds; round++) {
    await ensure()
    const running = [...publishers, subscriber, ...members].map((client) => client.run())
    const wanted = acknowledged() + Math.floor(Math.random() * 3000)
    while (acknowledged() < wanted) await new Promise(setImmediate)
    await kill()
    await Promise.all(running)
  }
  await ensure()
  const last = [subscriber, ...members].map((client) => client.run())
  while ((await askBroker(place.controlPath, 'status'))?.queued !== 0) await new Promise(setImmediate)
  await askBroker(place.controlPath, 'stop')
  await Promise.all(last)
  const all = publishers.flatMap((one) => [...one.acknowledged])
  const missing = (seen: ReadonlyMap<string, number>) => all.filter((payload) => !seen.has(payload))
  const twice = (seen: ReadonlyMap<string, number>, qos: 1 | 2) =>
    [...seen].filter(([payload, times]) => payload.startsWith(`${qos} `) && times > 1)
  for (const seen of [alone, group]) expect([missing(seen), twice(seen, 2)]).toEqual([[], []])
  expect(warnings).toEqual([])
  figure(
    `kill -9 of the broker: ${rounds} rounds, ${all.length} messages acknowledged (QoS 1 and 2), to a subscriber and to a group of two: ` +
      `0 lost, QoS 2 0 twice, QoS 1 ${twice(alone, 1).length} and ${twice(group, 1).length} twice`
  )
})
