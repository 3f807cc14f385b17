import { afterEach, expect } from 'vitest'
import type { BrokerConnection, ConnectionOptions, Subscription } from '../../src/core/connection.js'
import type { Guarantee, Message } from '../../src/core/message.js'
import { connectionOptions, Received } from '../support/connection-options.js'
import { openConnection } from '../support/open-connection.js'

/** One way to reach one broker. */
export interface ContractTarget {
  readonly url: () => string
  readonly options?: () => Partial<ConnectionOptions>
  readonly version: '5' | '3.1.1'
  readonly limits?: BrokerLimits
}

/** What a broker is known not to do, as measured. What is absent it does as the standard says. */
export interface BrokerLimits {
  /** The highest QoS that it grants to a subscription; it delivers nothing higher. */
  readonly grantedQos?: 0 | 1
  /** What it does with a message that is published at QoS 2. */
  readonly publishedAtQos2?: 'acknowledged as QoS 1' | 'closes the connection'
  /** Only a subscription to exactly their channel gets retained messages. */
  readonly retainedByNameOnly?: boolean
  /** Whose last will it publishes. What is absent is the standard: of a connection that was taken over, not of one that said good-bye. */
  readonly wills?: readonly ('polite' | 'taken over')[]
  /** Names of channels that MQTT allows and that it does not carry as they are. */
  readonly changedNames?: readonly string[]
  /** What becomes of a shared subscription, where it does not work. */
  readonly sharedSubscriptions?: 'granted in silence' | 'refused'
  /** A publisher's DISCONNECT makes it drop the QoS 0 messages that it has read and not yet delivered. */
  readonly dropsQos0AtDisconnect?: boolean
  /** The size of the large message, in bytes, where a megabyte would take too long. */
  readonly large?: number
  /** It keeps the order of the headers of one name only, because it holds them in an object. */
  readonly ordersHeadersByName?: boolean
}

/** What the facts about one way to a broker share: channels and names that nobody else uses, and connections that end with each test. */
export class ContractWorld {
  readonly target: ContractTarget
  readonly limits: BrokerLimits
  readonly #connections: BrokerConnection[] = []
  #number = 0

  constructor(target: ContractTarget) {
    this.target = target
    this.limits = target.limits ?? {}
    afterEach(async () => {
      await Promise.all(this.#connections.splice(0).map((connection) => connection.close()))
    })
  }

  options(options: Partial<ConnectionOptions> = {}): ConnectionOptions {
    const { mqtt, ...others } = options
    return connectionOptions(this.target.url(), {
      ...this.target.options?.(),
      ...others,
      mqtt: { version: this.target.version, ...mqtt }
    })
  }

  async connect(options: Partial<ConnectionOptions> = {}): Promise<BrokerConnection> {
    const connection = await openConnection(this.options(options))
    this.#connections.push(connection)
    return connection
  }

  /** Every fact has channels of its own, since brokers live as long as the suite. */
  channel(): string {
    return `contract/${process.pid}/${++this.#number}`
  }

  /** A name that no other test uses: of a session or of a client. */
  name(what: string): string {
    return `${what}-${process.pid}-${++this.#number}`
  }

  /** Makes the broker forget a session: its owner connects once more, without one. */
  async forget(session: string): Promise<void> {
    await (await this.connect({ clientId: `tidings-${session}` })).close()
  }

  /** The guarantees at which the broker takes a message. */
  get publishable(): readonly Guarantee[] {
    return ([0, 1, 2] as const).filter(
      (one) => one < 2 || this.limits.publishedAtQos2 !== 'closes the connection'
    )
  }

  /** What the broker grants who asks for this guarantee. */
  granted(asked: Guarantee): Guarantee {
    const { grantedQos = 2 } = this.limits
    return asked > grantedQos ? grantedQos : asked
  }

  /** Subscribes on a connection of its own. */
  async subscribed(pattern: string, guarantee: Guarantee = 2): Promise<Received> {
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

  /** Publishes on a connection of its own: the broker has acknowledged everything. */
  async publish(...messages: Message[]): Promise<void> {
    const publisher = await this.connect()
    expect(await publisher.publish(messages)).toMatchObject({
      acknowledged: messages.length,
      refused: [],
      unacknowledged: 0
    })
    // Otherwise it stays until the test is over, and all that it has sent must arrive.
    if (!this.limits.dropsQos0AtDisconnect) await publisher.close(5000)
  }
}
