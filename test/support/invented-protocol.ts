import type { Capabilities } from '../../src/core/capabilities.js'
import { type ChannelGrammar, whyNotName } from '../../src/core/channel-grammar.js'
import { HOLDS_A_WILDCARD } from '../../src/core/channel-name.js'
import { matchesPattern, whyWildcardsMisplaced } from '../../src/core/channel-pattern.js'
import type {
  BrokerConnection,
  BrokerTraits,
  ConnectionOptions,
  Grant,
  ListedChannel,
  PublishReport,
  Receiver,
  Subscription
} from '../../src/core/connection.js'
import { TidingsError } from '../../src/core/errors.js'
import type { Message } from '../../src/core/message.js'
import type { MessageBatch } from '../../src/core/message-batch.js'
import type { Protocol, Transports } from '../../src/core/protocol.js'
import { createTransports, ROWS } from '../../src/transport/transports.js'

/**
 * A dot divides levels, and `/` is read as a dot. `!` stands for one level, like `+`. Names that begin with `_` are hidden. `_queue_NAME`
 * names a queue, which delivers messages of any channels.
 */
const grammar: ChannelGrammar = {
  separator: '.',
  hidden: '_',
  spellChannel: (text) => text.replaceAll('/', '.'),
  whyNotChannel: (channel) =>
    whyNotName(channel) ??
    (/[+#!]/.test(channel) ? HOLDS_A_WILDCARD : undefined) ??
    (channel.length > 40 ? 'it is longer than 40 characters' : undefined),
  parsePattern(text) {
    const pattern = text.replaceAll('/', '.').replaceAll('!', '+')
    const why = whyNotName(pattern) ?? whyWildcardsMisplaced(pattern, '.')
    return why === undefined ? { pattern } : { why }
  },
  examples: { channel: 'lights.kitchen', patterns: 'lights.+.state, lights.#' }
}

const NO_LAST_VALUES = { why: 'drums keep no last values', suggestion: 'leave it out' }
const NO_NETWORK = { why: 'drums need no network', suggestion: 'leave it out' }

const capabilities: Capabilities = {
  acknowledged: true,
  'at-most-once': true,
  'exactly-once': { why: 'a drum may beat twice', suggestion: 'use --qos 1' },
  headers: true,
  'header-bytes': true,
  'header-types': true,
  'null-headers': true,
  key: true,
  partition: true,
  'null-payload': true,
  'content-type': true,
  'response-channel': true,
  correlation: true,
  expiry: { why: 'drums forget nothing', suggestion: 'leave out --expiry' },
  'source-time': true,
  priority: true,
  'message-properties': true,
  creating: true,
  compression: true,
  retained: NO_LAST_VALUES,
  'payload-format': NO_LAST_VALUES,
  'last-will': NO_LAST_VALUES,
  'protocol-versions': { why: 'there is one version', suggestion: 'leave it out' },
  patterns: true,
  sessions: true,
  groups: true,
  'member-sessions': true,
  'no-local': { why: 'who beats a drum hears it', suggestion: 'leave it out' },
  history: true,
  'skipping-unreadable': true,
  browsing: true,
  listing: true,
  'group-progress': true,
  passwords: true,
  tls: NO_NETWORK,
  'client-certificates': NO_NETWORK,
  'http-headers': NO_NETWORK,
  proxy: NO_NETWORK
}

/** A subscriber of the broker. */
interface Listener {
  readonly subscription: Subscription
  readonly receive: (message: Message) => void
}

/** A broker of the invented protocol, in memory. It knows nothing of MQTT. */
export class InventedBroker {
  /** Everything that was published, in order. */
  readonly published: Message[] = []
  /** Channels that the broker knows besides those that were published to. */
  readonly known: string[] = []
  /** What others have put into queues, by the queue's pattern. A subscriber takes it away. */
  readonly queues = new Map<string, Message[]>()
  /** Channels that nobody may publish to. */
  readonly forbidden = new Set<string>()
  /** The options of each connection. */
  readonly connections: ConnectionOptions[] = []
  /** Whether nobody can connect. */
  isAway = false
  /** How many messages receivers have taken. */
  acknowledged = 0
  readonly listeners = new Set<Listener>()
  #changed: (() => void)[] = []

  /** Resolves once there are so many subscriptions. */
  async subscribed(count = 1): Promise<void> {
    while (this.listeners.size < count) await new Promise<void>((resolve) => this.#changed.push(resolve))
  }

  publish(message: Message): void {
    // The broker keeps copies, because a payload is valid only during the call.
    const kept = { ...message, payload: message.payload && Uint8Array.from(message.payload) }
    this.published.push(kept)
    for (const { subscription, receive } of this.listeners)
      if (matchesPattern(subscription.pattern, message.channel, grammar)) receive(kept)
  }

  listen(listener: Listener): void {
    this.listeners.add(listener)
    for (const wake of this.#changed.splice(0)) wake()
  }

  /** What the broker keeps for a subscription from before. */
  kept({ pattern, from = 'latest' }: Subscription): readonly Message[] {
    const queue = this.queues.get(pattern)
    if (queue !== undefined) return queue
    const kept = this.published.filter(({ channel }) => matchesPattern(pattern, channel, grammar))
    if (from === 'beginning') return kept
    if (from === 'latest' || 'time' in from) return []
    return 'last' in from ? kept.slice(-from.last) : kept.slice(from.offset)
  }

  /** A receiver has taken a message of this subscription. */
  taken({ pattern, browse }: Subscription): void {
    this.acknowledged++
    if (!browse) this.queues.get(pattern)?.shift()
  }

  get transports(): Transports {
    const protocol = protocolOf(this)
    return createTransports([
      ...ROWS,
      { schemes: ['drum'], synonyms: new Map([['drums', 'drum']]), load: async () => protocol }
    ])
  }
}

function protocolOf(broker: InventedBroker): Protocol {
  return {
    name: 'Drum',
    capabilities: { drum: capabilities },
    grammar,
    checkOptions: async () => undefined,
    open: async (options) => {
      broker.connections.push(options)
      if (!broker.isAway) return new InventedConnection(broker, options)
      throw new TidingsError('connect', 'cannot connect to "drum://hill": nobody listens', { code: 'away' })
    },
    describeServer: () => ({ host: 'hill', protocol: 'drum' }),
    checkBroker: async () => ({
      broker: 'drum://hill',
      findings: [{ name: 'echo', value: true, lines: [['Echo', 'yes']] }],
      warnings: ['drums are loud']
    })
  }
}

class InventedConnection implements BrokerConnection {
  readonly broker: BrokerTraits
  readonly closed: Promise<TidingsError | undefined>
  readonly #broker: InventedBroker
  readonly #listeners: Listener[] = []
  #end: () => void = () => undefined
  #delivering: Promise<void> = Promise.resolve()
  #isOver = false

  constructor(broker: InventedBroker, { clientId, session }: ConnectionOptions) {
    this.#broker = broker
    this.broker = {
      url: 'drum://hill',
      protocol: 'Drum 1',
      clientId: clientId ?? session ?? 'nobody',
      resumed: false,
      server: { host: 'hill', protocol: 'drum' }
    }
    this.closed = new Promise((resolve) => {
      this.#end = () => resolve(undefined)
    })
  }

  async publish(batch: MessageBatch): Promise<PublishReport> {
    const refused: { index: number; reason: string; code: string }[] = []
    for (const [index, message] of [...batch].entries()) {
      if (this.#broker.forbidden.has(message.channel))
        refused.push({ index, reason: 'not authorized', code: 'publish-refused' })
      else this.#broker.publish(message)
    }
    return { acknowledged: batch.length - refused.length, refused, unacknowledged: 0 }
  }

  async subscribe(subscriptions: readonly Subscription[], receive: Receiver): Promise<readonly Grant[]> {
    return subscriptions.map((subscription): Grant => {
      const { pattern, guarantee, untilEnd } = subscription
      const listener: Listener = {
        subscription,
        receive: (message) => {
          this.#delivering = this.#delivering.then(() => this.#deliver(message, subscription, receive))
        }
      }
      for (const message of this.#broker.kept(subscription)) listener.receive(message)
      this.#listeners.push(listener)
      this.#broker.listen(listener)
      const isQueue = this.#broker.queues.has(pattern)
      return {
        pattern,
        guarantee,
        ...(isQueue && { isQueue }),
        ...(untilEnd && { end: this.#delivering })
      }
    })
  }

  async #deliver(message: Message, subscription: Subscription, receive: Receiver): Promise<void> {
    if (this.#isOver) return
    const verdict = await receive([{ ...message, time: 1_700_000_000_000_000 }])
    if (verdict === undefined || verdict.done > 0) this.#broker.taken(subscription)
    if (verdict?.next === 'stop') this.#isOver = true
  }

  async channels(): Promise<readonly ListedChannel[]> {
    const names = [...this.#broker.known, ...this.#broker.published.map(({ channel }) => channel)]
    return [...new Set(names)].map((name) => ({ name }))
  }

  async close(): Promise<void> {
    this.#isOver = true
    for (const listener of this.#listeners) this.#broker.listeners.delete(listener)
    this.#end()
  }
}
