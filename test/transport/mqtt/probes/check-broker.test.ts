import { describe, expect, it } from 'vitest'
import { compilePattern } from '../../../../src/core/channel-pattern.js'
import { TidingsError } from '../../../../src/core/errors.js'
import { isRetained, type Message, payloadSize } from '../../../../src/core/message.js'
import type { MqttBrokerTraits } from '../../../../src/transport/mqtt/broker-traits.js'
import { mqttGrammar } from '../../../../src/transport/mqtt/channel-grammar.js'
import { askBroker, type Questions } from '../../../../src/transport/mqtt/probes/check-broker.js'
import type { ProbeWish } from '../../../../src/transport/mqtt/probes/probe-connection.js'
import { FakeClock } from '../../../support/fake-clock.js'
import { MemoryConnection, textMessage } from '../../../support/memory-connection.js'

/** A broker in memory that does everything at once, but what a test takes from it. */
class MemoryBroker {
  readonly connections: MemoryConnection[] = []
  readonly retained = new Map<string, Message>()
  traits: Partial<MqttBrokerTraits> = {}
  /** What becomes of a message on its way to the subscribers. */
  pass: (message: Message) => Message | undefined = (message) => message
  /** Whether a publisher's connection is closed over it. */
  closesOver: (message: Message) => boolean = () => false
  readonly #subscribers = new Map<
    MemoryConnection,
    { pattern: string; matches: (channel: string) => boolean }[]
  >()

  readonly connect = async (wish: ProbeWish): Promise<MemoryConnection> => {
    const connection = new MemoryConnection({ ...this.traits, resumed: wish.session !== undefined })
    this.connections.push(connection)
    this.#subscribers.set(connection, [])
    const subscribe = connection.subscribe.bind(connection)
    connection.subscribe = async (subscriptions, receive) => {
      const grants = await subscribe(subscriptions, receive)
      for (const { pattern } of subscriptions) {
        const matches = compilePattern(pattern.replace(/^\$share\/[^/]+\//, ''), mqttGrammar)
        this.#subscribers.get(connection)?.push({ pattern, matches })
        const kept = [...this.retained.values()].filter(({ channel }) => matches(channel))
        void connection.receive(kept)
      }
      return grants
    }
    connection.answer = async (batch) => {
      for (const message of batch) {
        if (this.closesOver(message)) {
          wish.onNotice({ kind: 'reconnecting', text: 'lost', reason: 'the broker closed the connection' })
          return new Promise(() => undefined)
        }
        if (isRetained(message)) this.#keep(message)
        const passed = this.pass(message)
        if (passed !== undefined) await this.#deliver(passed)
      }
      return { acknowledged: batch.length, refused: [], unacknowledged: 0 }
    }
    // What came for a session while its owner was away.
    if (wish.session !== undefined) {
      void connection.whenSubscribed.then(() => connection.receive([textMessage('scratch/session')]))
    }
    return connection
  }

  #keep(message: Message): void {
    if (payloadSize(message) === 0) this.retained.delete(message.channel)
    else this.retained.set(message.channel, message)
  }

  async #deliver(message: Message): Promise<void> {
    for (const [connection, wanted] of this.#subscribers) {
      if (wanted.some(({ matches }) => matches(message.channel))) await connection.receive([message])
    }
  }
}

function check(broker: MemoryBroker, options: Partial<Questions> = {}) {
  const clock = new FakeClock()
  const stop = new AbortController()
  const outcome = askBroker({
    connect: broker.connect,
    clock,
    scratch: 'scratch',
    session: 'session',
    versions: ['5', '3.1.1'],
    patience: 1000,
    roundTrips: 5,
    stop: stop.signal,
    ...options
  })
  outcome.catch(() => undefined)
  return { clock, stop, outcome }
}

/** Lets a check take all the time that it wants; an hour is far more than it may. */
async function finished<T>({ clock, outcome }: { clock: FakeClock; outcome: Promise<T> }): Promise<T> {
  await clock.advance(3_600_000)
  return outcome
}

describe('a check of a broker', () => {
  it('finds nothing to complain of where everything works, and leaves nothing behind', async () => {
    const broker = new MemoryBroker()
    const seen = await finished(check(broker))
    expect(seen).toMatchObject({
      versions: ['5', '3.1.1'],
      qos: [0, 1, 2].map((asked) => ({ asked, granted: asked, acknowledged: true, delivered: asked })),
      retained: { byName: { works: true }, byPattern: { works: true } },
      shared: { works: true },
      session: { works: true },
      systemChannels: 0,
      names: [],
      latency: { rounds: 5, min: 0, median: 0 }
    })
    expect(broker.retained.size).toBe(0)
    expect(broker.connections.every(({ drains }) => drains.length > 0)).toBe(true)
  })

  it('comes to an end with a broker that delivers nothing, and claims nothing that it cannot know', async () => {
    const broker = new MemoryBroker()
    broker.pass = () => undefined
    const started = check(broker)
    await started.clock.advance(10_000)
    const unheard = { works: undefined, note: 'nothing that was published came back' }
    expect(await started.outcome).toMatchObject({
      qos: [0, 1, 2].map((asked) => ({ asked, granted: asked, acknowledged: true, delivered: undefined })),
      shared: unheard,
      session: unheard,
      latency: undefined
    })
  })

  it('takes the loss of the connection for the answer, and goes on with the next question', async () => {
    const broker = new MemoryBroker()
    broker.closesOver = ({ guarantee, channel }) => guarantee === 2 || channel.includes('.')
    const seen = await finished(check(broker))
    expect(seen.qos[2]).toEqual({
      asked: 2,
      granted: 2,
      acknowledged: false,
      delivered: undefined,
      note: 'the broker closed the connection'
    })
    expect(seen.names).toEqual([{ name: 'a.b', note: 'the broker closed the connection' }])
    expect(seen.session.works).toBe(true)
  })

  it('sees what was downgraded or renamed', async () => {
    const broker = new MemoryBroker()
    broker.pass = (message) => ({
      ...message,
      channel: message.channel.replace('.', '/'),
      guarantee: message.guarantee === 0 ? 0 : 1
    })
    const seen = await finished(check(broker))
    expect(seen.qos.map(({ delivered }) => delivered)).toEqual([0, 1, 1])
    expect(seen.names).toEqual([{ name: 'a.b', note: 'arrives as "a/b"' }])
  })

  it('removes what it retained also when it is interrupted', async () => {
    const broker = new MemoryBroker()
    const { outcome, stop, clock } = check(broker)
    broker.pass = (message) => {
      if (isRetained(message)) stop.abort('SIGINT')
      return message
    }
    await clock.advance(10_000)
    await expect(outcome).rejects.toMatchObject({ kind: 'interrupted' })
    expect(broker.retained.size).toBe(0)
  })

  it('fails as any command does where there is no connection at all', async () => {
    const refused = new TidingsError('refused', 'not you', { code: 'bad-credentials' })
    const { outcome } = check(new MemoryBroker(), { connect: () => Promise.reject(refused) })
    await expect(outcome).rejects.toBe(refused)
  })
})
