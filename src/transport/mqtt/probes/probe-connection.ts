import type { Clock } from '../../../core/clock.js'
import type { ConnectionNotice, Grant, Subscription } from '../../../core/connection.js'
import { TidingsError } from '../../../core/errors.js'
import { type Guarantee, isRetained, type Message, NO_HEADERS } from '../../../core/message.js'
import type { MqttBrokerConnection, MqttBrokerTraits } from '../broker-traits.js'

/** What differs from one connection of a check to the next. */
export interface ProbeWish {
  readonly version?: '5' | '3.1.1'
  readonly clientId?: string
  /** The name of a session to keep. */
  readonly session?: string
  readonly onNotice: (notice: ConnectionNotice) => void
}

/** What probes are handed: how to reach the broker, and how long to wait for an answer that may never come. */
export interface ProbeWorld {
  readonly connect: (wish: ProbeWish) => Promise<MqttBrokerConnection>
  readonly clock: Clock
  /** A channel that nobody else uses; everything that is probed is below it. */
  readonly scratch: string
  /** How long each answer may take, in milliseconds. */
  readonly patience: number
  readonly stop: AbortSignal
}

/** A message that came back. */
export interface Arrival {
  readonly channel: string
  readonly qos: Guarantee | undefined
  readonly retain: boolean
  /** When, on the monotonic clock, in microseconds. */
  readonly at: number
}

/**
 * A connection for one question only, because brokers close a connection over packets that they do not know. The first loss is the answer
 * (`trouble`). No wait lasts longer than `patience`.
 */
export class ProbeConnection {
  readonly arrivals: Arrival[] = []
  /** Warnings that the connection gave meanwhile, such as that the broker downgrades QoS. */
  readonly warnings: string[] = []
  trouble: string | undefined
  readonly #world: ProbeWorld
  readonly #changed = new Set<() => void>()
  #connection: MqttBrokerConnection | undefined

  private constructor(world: ProbeWorld) {
    this.#world = world
  }

  /** @throws TidingsError as `Protocol.open` */
  static async open(world: ProbeWorld, wish: Omit<ProbeWish, 'onNotice'> = {}): Promise<ProbeConnection> {
    const probe = new ProbeConnection(world)
    const connection = await world.connect({ ...wish, onNotice: (notice) => probe.#take(notice) })
    probe.#connection = connection
    void connection.closed.then((failure) => probe.#fail(failure?.message ?? 'the connection was closed'))
    return probe
  }

  get broker(): MqttBrokerTraits {
    return this.#open.broker
  }

  /** The broker's answer; `undefined` if it gave none, for which `trouble` may hold the reason. */
  async subscribe(subscription: Subscription): Promise<Grant | undefined> {
    const answer = this.#open.subscribe([subscription], (batch) => this.#receive(batch))
    try {
      return (await this.#soon(answer))?.[0]
    } catch (error) {
      if (!(error instanceof TidingsError)) throw error
      this.#fail(error.message)
      return undefined
    }
  }

  /** Publishes; resolves with why that did not succeed, or with nothing once it was acknowledged. */
  async publish(
    channel: string,
    guarantee: Guarantee,
    retained?: { readonly payload: string }
  ): Promise<string | undefined> {
    const message: Message = {
      channel,
      payload: new TextEncoder().encode(retained?.payload ?? 'tidings'),
      headers: NO_HEADERS,
      guarantee,
      mqtt: { retain: retained !== undefined }
    }
    const report = await this.#soon(this.#open.publish([message]))
    if (report?.acknowledged === 1) return undefined
    return report?.refused[0]?.reason ?? this.trouble ?? 'not acknowledged in time'
  }

  /** The first message that is wanted, or nothing if none comes in time. */
  async arrival(wanted: (arrival: Arrival) => boolean): Promise<Arrival | undefined> {
    await this.#until(() => this.arrivals.some(wanted))
    return this.arrivals.find(wanted)
  }

  /** Waits up to `drain` milliseconds for acknowledgements. */
  async close(drain = 0): Promise<void> {
    await this.#open.close(drain)
  }

  get #open(): MqttBrokerConnection {
    if (this.#connection === undefined) throw new Error('the connection is not open')
    return this.#connection
  }

  /** The value of `answer`; undefined if it is too late, or if the connection is gone. */
  async #soon<T>(answer: Promise<T>): Promise<T | undefined> {
    let settled: { readonly value: T } | undefined
    let failed = false
    answer.then(
      (value) => {
        settled = { value }
        this.#wake()
      },
      () => {
        failed = true
        this.#wake()
      }
    )
    await this.#until(() => settled !== undefined || failed)
    return failed ? answer : settled?.value
  }

  /** Waits for `isSo`. Also ends at trouble, when patience runs out, and when the user stops the check. */
  async #until(isSo: () => boolean): Promise<void> {
    const { clock, patience, stop } = this.#world
    const over = new AbortController()
    let isLate = false
    const deadline = clock.monotonic() + patience * 1000
    void clock.sleepUntil(deadline, AbortSignal.any([over.signal, stop])).then(() => {
      isLate = true
      this.#wake()
    })
    while (!(isSo() || isLate || this.trouble !== undefined)) {
      await new Promise<void>((resolve) => this.#changed.add(resolve))
    }
    over.abort()
  }

  #receive(batch: readonly Message[]): void {
    const at = this.#world.clock.monotonic()
    for (const message of batch) {
      const { channel, guarantee: qos } = message
      this.arrivals.push({ channel, qos, retain: isRetained(message), at })
    }
    this.#wake()
  }

  #take({ kind, text, reason }: ConnectionNotice): void {
    if (kind === 'warning') this.warnings.push(text)
    if (kind === 'reconnecting') this.#fail(reason ?? text)
  }

  #fail(reason: string): void {
    this.trouble ??= reason
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#changed) wake()
    this.#changed.clear()
  }
}
