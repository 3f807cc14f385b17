import { afterEach, beforeAll, expect, it } from 'vitest'
import type { Capabilities, Capability } from '../../src/core/capabilities.js'
import type { ChannelGrammar } from '../../src/core/channel-grammar.js'
import type { BrokerConnection, ConnectionOptions, Subscription } from '../../src/core/connection.js'
import type { Guarantee, Message } from '../../src/core/message.js'
import { transports } from '../../src/transport/transports.js'
import { connectionOptions, Received } from '../support/connection-options.js'
import { openConnection } from '../support/open-connection.js'

/** One way to reach one broker. */
export interface ContractTarget {
  readonly url: () => string
  readonly options?: () => Partial<ConnectionOptions>
  /** The protocol and its version, as a connection tells them: `MQTT 5`. */
  readonly speaks: string
  readonly grammar: ChannelGrammar
  /** What this version of the protocol can do over the scheme of the URL. There are no tests that need more. */
  readonly capabilities: Capabilities
  readonly limits?: BrokerLimits
  /** Creates channels that are not there yet, where publishing to them does not. */
  readonly create?: (channels: readonly string[]) => Promise<void>
}

/** How a broker is known, by measurement, to differ from the standard. An absent limit means that the broker follows the standard. */
export interface BrokerLimits {
  /** The guarantee of every message that arrives, where the protocol does not deliver with that of its publisher. */
  readonly deliveredAt?: Guarantee
  /** A message that several patterns of one subscriber match may arrive once for each. */
  readonly repeatsOverlaps?: boolean
  /** The highest QoS that the broker grants to a subscription. It delivers at no higher QoS. */
  readonly grantedQos?: 0 | 1
  /** What the broker does with a message that is published at QoS 2. */
  readonly publishedAtQos2?: 'acknowledged as QoS 1' | 'closes the connection'
  /** The broker sends a retained message only to a subscription to exactly its channel, and not to one with wildcards. */
  readonly retainedByNameOnly?: boolean
  /** Whose last will the broker publishes. By the standard: that of a connection that was taken over, and not after DISCONNECT (polite). */
  readonly wills?: readonly ('polite' | 'taken over')[]
  /** Names of channels that MQTT allows and that the broker changes. */
  readonly changedNames?: readonly string[]
  /** What the broker answers to a shared subscription, if shared subscriptions do not work. */
  readonly sharedSubscriptions?: 'granted in silence' | 'refused'
  /** After a publisher's DISCONNECT the broker drops QoS 0 messages that it has read and not yet delivered. */
  readonly dropsQos0AtDisconnect?: boolean
  /** Messages of different channels may overtake each other. */
  readonly ordersChannelsApart?: boolean
  /** The names of channels have only letters from a to z, digits, `_` and `-`. */
  readonly hasPlainNames?: boolean
  /** The size of the large message in bytes, if a megabyte would take too long. */
  readonly large?: number
}

/** How many names the tests of this process have: several worlds may use one broker, which retains what an earlier one left. */
let names = 0

/** How many channels are created before the tests of a world, where channels have to be created: more than it has tests. */
const CREATED = 80

/** `it` for a fact that may not apply. A skipped test would mean that a broker is missing, so there is none where it does not apply. */
export function itIf(applies: boolean) {
  return applies ? it : (..._given: unknown[]): void => {}
}

/** What the tests of one way to a broker share: channels and names that nobody else uses, and connections that end with each test. */
export class ContractWorld {
  readonly target: ContractTarget
  readonly limits: BrokerLimits
  readonly #connections: BrokerConnection[] = []
  readonly #created: string[] = []

  constructor(target: ContractTarget) {
    this.target = target
    this.limits = target.limits ?? {}
    beforeAll(async () => {
      if (target.create === undefined) return
      for (let at = 0; at < CREATED; at++) this.#created.push(this.#newChannel())
      await target.create(this.#created)
    })
    afterEach(async () => {
      await Promise.all(this.#connections.splice(0).map((connection) => connection.close()))
    })
  }

  options(options: Partial<ConnectionOptions> = {}): ConnectionOptions {
    return connectionOptions(this.target.url(), { ...this.target.options?.(), ...options })
  }

  can(capability: Capability): boolean {
    return this.target.capabilities[capability] === true
  }

  /** `it` for a fact that needs these capabilities. Where one is lacking there is no such fact, and no test. */
  needing(...capabilities: readonly Capability[]) {
    return itIf(capabilities.every((each) => this.can(each)))
  }

  /** `it` for each guarantee that the broker accepts, whose number replaces `%i`. */
  forGuarantees(title: string, test: (guarantee: Guarantee) => Promise<void>): void {
    for (const guarantee of this.publishable)
      it(title.replace('%i', String(guarantee)), () => test(guarantee))
  }

  async connect(options: Partial<ConnectionOptions> = {}): Promise<BrokerConnection> {
    const connection = await openConnection(this.options(options))
    this.#connections.push(connection)
    return connection
  }

  /** A new channel. Every test has channels of its own, because brokers live as long as the suite. */
  channel(): string {
    return this.#created.shift() ?? this.#newChannel()
  }

  #newChannel(): string {
    return this.spelled(`contract/${process.pid}/${++names}`)
  }

  /** A level of a channel that is as unusual as the broker allows. */
  get unusualLevel(): string {
    return this.limits.hasPlainNames ? 'e-_1' : 'é\u{1f4a1}'
  }

  /** A channel or pattern whose levels are divided by `/` here, as the protocol divides them. */
  spelled(name: string): string {
    return name.replaceAll('/', this.target.grammar.separator)
  }

  /** A name of a session or of a client that no other test uses. */
  name(what: string): string {
    return `${what}-${process.pid}-${++names}`
  }

  /** Makes the broker forget a session. */
  async forget(session: string): Promise<void> {
    const { protocol } = await transports.find([this.target.url()])
    await protocol.deleteSession?.(this.options({ session }), () => Promise.resolve())
  }

  /** The guarantees at which the broker accepts a message. */
  get publishable(): readonly Guarantee[] {
    const closes = this.limits.publishedAtQos2 === 'closes the connection'
    return [
      ...(this.can('at-most-once') ? [0 as const] : []),
      1,
      ...(this.can('exactly-once') && !closes ? [2 as const] : [])
    ]
  }

  /** The highest guarantee that a subscriber can ask for. */
  get highest(): Guarantee {
    return this.can('exactly-once') ? 2 : 1
  }

  /** The guarantee that the broker grants to a subscriber who asks for `asked`. */
  granted(asked: Guarantee): Guarantee {
    const { grantedQos = 2 } = this.limits
    return asked > grantedQos ? grantedQos : asked
  }

  /** The guarantee of a message that arrives. */
  delivered(published: Guarantee, asked = this.highest): Guarantee {
    const granted = this.granted(asked)
    return this.limits.deliveredAt ?? (published < granted ? published : granted)
  }

  /** Subscribes on a connection of its own. */
  async subscribed(pattern: string, guarantee = this.highest): Promise<Received> {
    const received = new Received()
    await this.subscribe(await this.connect(), { pattern, guarantee }, received)
    return received
  }

  async subscribe(
    connection: BrokerConnection,
    subscription: Subscription,
    received: Received
  ): Promise<void> {
    const { pattern, guarantee } = subscription
    const grants = await connection.subscribe([subscription], received.take)
    expect(grants).toEqual([{ pattern, guarantee: this.granted(guarantee) }])
  }

  /** Makes sure that these channels exist, where that needs more than to name them. */
  async exist(...channels: string[]): Promise<void> {
    await this.target.create?.(channels)
  }

  /** What came on several channels, in an order that can be compared. */
  inOrder<Item>(items: readonly Item[]): readonly Item[] {
    return this.limits.ordersChannelsApart ? [...items].sort() : items
  }

  /** Publishes on a connection of its own, and expects the broker to acknowledge everything. */
  async publish(...messages: Message[]): Promise<void> {
    await this.exist(...new Set(messages.map(({ channel }) => channel)))
    const publisher = await this.connect()
    expect(await publisher.publish(messages)).toMatchObject({
      acknowledged: messages.length,
      refused: [],
      unacknowledged: 0
    })
    // If the broker drops messages at DISCONNECT, the connection stays open until the end of the test, so that all messages arrive.
    if (!this.limits.dropsQos0AtDisconnect) await publisher.close(5000)
  }
}
