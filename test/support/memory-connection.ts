import type {
  BrokerConnection,
  Grant,
  PublishReport,
  Receiver,
  Subscription
} from '../../src/core/connection.js'
import type { TidingsError } from '../../src/core/errors.js'
import type { Message } from '../../src/core/message.js'
import type { MqttBrokerTraits } from '../../src/transport/mqtt/broker-traits.js'

export const MEMORY_TRAITS: MqttBrokerTraits = {
  url: 'mqtt://memory',
  protocol: 'MQTT 5',
  clientId: 'memory',
  resumed: false,
  mqtt: {
    version: '5',
    maximumQos: 2,
    retainAvailable: true,
    topicAliasMaximum: 0,
    wildcardsAvailable: true,
    sharedAvailable: true
  }
}

/** A connection without a broker: a test answers each publication, and hands in received messages. */
export class MemoryConnection implements BrokerConnection {
  readonly broker: MqttBrokerTraits
  readonly batches: (readonly Message[])[] = []
  readonly closed: Promise<TidingsError | undefined>
  /** The milliseconds that each `close` allowed for draining. */
  readonly drains: (number | undefined)[] = []
  grants: readonly Grant[] | undefined
  /** What was subscribed to last. */
  subscriptions: readonly Subscription[] = []
  settled = 0
  openBatches: number | undefined
  openMessages: number | undefined
  /** Answers a batch; by default everything is acknowledged. */
  answer: (batch: readonly Message[]) => Promise<PublishReport> = async (batch) => ({
    acknowledged: batch.length,
    refused: [],
    unacknowledged: 0
  })
  receive: Receiver = () => undefined
  private endWith: (error: TidingsError | undefined) => void = () => undefined
  private readonly unanswered = new Set<() => void>()
  private subscribed: () => void = () => undefined
  readonly whenSubscribed: Promise<void>

  constructor(traits: Partial<MqttBrokerTraits> = {}) {
    this.broker = { ...MEMORY_TRAITS, ...traits }
    this.closed = new Promise((resolve) => {
      this.endWith = resolve
    })
    this.whenSubscribed = new Promise((resolve) => {
      this.subscribed = resolve
    })
  }

  publish(batch: readonly Message[]): Promise<PublishReport> {
    this.batches.push(batch)
    return new Promise((resolve) => {
      const giveUp = () => resolve({ acknowledged: 0, refused: [], unacknowledged: batch.length })
      this.unanswered.add(giveUp)
      void this.answer(batch).then((report) => {
        this.unanswered.delete(giveUp)
        resolve(report)
      })
    })
  }

  async subscribe(subscriptions: readonly Subscription[], receive: Receiver): Promise<readonly Grant[]> {
    this.receive = receive
    this.subscriptions = subscriptions
    this.subscribed()
    return this.grants ?? subscriptions.map(({ pattern, guarantee }) => ({ pattern, guarantee }))
  }

  /** Ends the connection for good, as if it was lost. */
  end(error?: TidingsError): void {
    for (const giveUp of this.unanswered) giveUp()
    this.endWith(error)
  }

  async close(drain?: number): Promise<void> {
    this.drains.push(drain)
    this.end()
  }
}

/** A message with only a channel and a text. */
export const textMessage = (channel: string, text = '', facts: Partial<Message> = {}): Message => ({
  channel,
  payload: Buffer.from(text),
  headers: [],
  guarantee: 1,
  mqtt: { retain: false },
  ...facts
})
