import type { ConnectionNotice, ConnectionOptions } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { formatBrokerUrl, formatHost } from '../broker-url.js'
import { BackOff } from '../connecting/back-off.js'
import { BrokerRotation } from '../connecting/broker-rotation.js'
import { connectAgain } from '../connecting/connect-again.js'
import { reasonAlone } from '../connecting/connect-failure.js'
import { firstConnection } from '../connecting/first-connection.js'
import type { Api } from './api/api.js'
import { type BrokerNode, type MetadataRequest, type MetadataResponse, metadata } from './api/metadata.js'
import { connectFailure, turnedAway } from './connect-failure.js'
import type { KafkaUrl } from './kafka-url.js'
import type { Asker } from './missing-right.js'
import { LostNodeError, type NodeConnection } from './node-connection.js'
import type { NodeOpener } from './node-opener.js'
import { Troubles } from './troubles.js'

/**
 * What a network connection is for. A broker answers in order, so that a request which it lets wait (for records, for members of a group)
 * would hold up all others behind it.
 */
export type Lane = 'produce' | 'fetch' | 'group' | 'join'

/** What is tried while no broker is reached. */
const REACH_ANY = 'reach any broker of the cluster'

/** So many connections, one after another, may end at their first question: a broker that is about to stop has no answer, either. */
const MOST_TURNS = 3

/** The brokers of a cluster, and the network connections to them. */
export class Cluster {
  /** Resolves once no broker can be reached for good; undefined after `close`. */
  readonly ended: Promise<TidingsError | undefined>
  /** What does not work at present. */
  readonly troubles: Troubles
  readonly #seeds: readonly KafkaUrl[]
  readonly #opener: NodeOpener
  readonly #onNotice: (notice: ConnectionNotice) => void
  readonly #onRetry: ConnectionOptions['onRetry']
  readonly #stop = new AbortController()
  readonly #nodes = new Map<string, Promise<NodeConnection>>()
  #brokers: readonly BrokerNode[] = []
  /** No broker is reached at present. */
  #isDown = false
  /** For questions that any broker answers; undefined while none is reached. */
  #any: Promise<NodeConnection>
  #url: KafkaUrl
  #onEnd: (failure: TidingsError | undefined) => void = () => {}

  private constructor(
    seeds: readonly KafkaUrl[],
    opener: NodeOpener,
    { onNotice, onRetry }: Pick<ConnectionOptions, 'onNotice' | 'onRetry'>,
    first: { readonly node: NodeConnection; readonly url: KafkaUrl }
  ) {
    this.#seeds = seeds
    this.#opener = opener
    this.#onNotice = onNotice
    this.#onRetry = onRetry
    this.#url = first.url
    this.troubles = new Troubles((text) => onNotice({ kind: 'warning', text }))
    this.#any = Promise.resolve(first.node)
    this.ended = new Promise((resolve) => {
      this.#onEnd = resolve
    })
    void this.#watch(first.node)
  }

  /** Connects to the first of the brokers that accepts. Rejects as `firstConnection`. */
  static async open(
    seeds: readonly KafkaUrl[],
    opener: NodeOpener,
    options: ConnectionOptions
  ): Promise<Cluster> {
    const rotation = new BrokerRotation({
      brokers: seeds,
      failureOf: connectFailure,
      onNotice: options.onNotice
    })
    const connect = (signal: AbortSignal) =>
      rotation.connect(async (url) => ({ url, node: await opener.open(url, signal) }), signal)
    const first = await firstConnection({ connect, lastFailure: () => rotation.lastFailure }, options)
    return new Cluster(seeds, opener, options, first)
  }

  /** The URL of the broker that answers questions. */
  get url(): KafkaUrl {
    return this.#url
  }

  /** For commands that give this user rights. */
  get asker(): Asker {
    const { host, port } = this.#url
    return { broker: `${formatHost(host)}:${port}`, user: this.#opener.userAt(this.#url) }
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** Asks a broker, any one, and waits until one answers. Rejects once the cluster has ended. */
  async ask<Request, Response>(api: Api<Request, Response>, request: Request): Promise<Response> {
    for (;;) {
      this.#stop.signal.throwIfAborted()
      const node = await this.#any
      try {
        return await node.request(api, request)
      } catch (error) {
        if (!(error instanceof LostNodeError)) throw error
        // Until then the same one would be asked again, in a loop that lets nothing else happen.
        await node.ended
      }
    }
  }

  /** Which topics there are, and who leads their partitions. */
  async metadata(request: MetadataRequest): Promise<MetadataResponse> {
    const answer = await this.ask(metadata, request)
    this.#brokers = answer.brokers
    return answer
  }

  /** The connection to the broker of this number. Rejects with a LostNodeError where it cannot be reached at present. */
  async node(id: number, lane: Lane): Promise<NodeConnection> {
    const broker = this.#brokers.find((each) => each.id === id)
    if (broker === undefined) throw new LostNodeError('the broker is not known')
    const name = `${lane} ${broker.host}:${broker.port}`
    const known = this.#nodes.get(name)
    if (known !== undefined) return known
    const opening = this.#open(broker)
    this.#nodes.set(name, opening)
    const forget = () => {
      if (this.#nodes.get(name) === opening) this.#nodes.delete(name)
    }
    opening.then((node) => node.ended.then(forget), forget)
    return opening
  }

  async #open(broker: BrokerNode): Promise<NodeConnection> {
    const url = this.#urlOf(broker)
    const what = `reach the broker ${broker.id}, "${formatBrokerUrl(url)}"`
    try {
      const node = await this.#opener.open(url, this.#stop.signal)
      this.troubles.over(what)
      return node
    } catch (error) {
      this.#stop.signal.throwIfAborted()
      const failure = connectFailure(url, error)
      // Credentials are the same for every broker, and another attempt would not change its answer.
      if (failure.kind === 'refused') this.#fail(failure)
      // That no broker is reached is told already.
      if (!this.#isDown) this.troubles.met(what, reasonAlone(failure))
      throw new LostNodeError(failure.message)
    }
  }

  #urlOf({ host, port }: BrokerNode): KafkaUrl {
    return { ...this.#url, host, port }
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    if (!this.#stop.signal.aborted) this.#stop.abort(new LostNodeError('disconnected'))
    const nodes = [this.#any, ...this.#nodes.values()]
    await Promise.all(nodes.map((node) => node.then((each) => each.close()).catch(() => undefined)))
    this.#onEnd(undefined)
  }

  /** Nothing more can be done with the cluster. */
  #fail(failure: TidingsError): void {
    this.#stop.abort(failure)
    this.#onEnd(failure)
  }

  /** Keeps one connection for questions. */
  async #watch(first: NodeConnection): Promise<void> {
    const { signal } = this.#stop
    const backOff = new BackOff()
    let turns = 0
    let node: NodeConnection | undefined = first
    while (node !== undefined) {
      const reason = await node.ended
      if (signal.aborted) return
      turns = node.wasTurnedAway ? turns + 1 : 0
      if (turns === 0) backOff.reset()
      if (turns >= MOST_TURNS && !this.#opener.logsInAt(this.#url)) return this.#fail(turnedAway(this.#url))
      const next = this.#reconnect(reason, backOff, turns < MOST_TURNS)
      this.#any = next.then((found) => found ?? Promise.reject(new LostNodeError('the connection has ended')))
      this.#any.catch(() => undefined)
      node = await next
    }
  }

  /**
   * Another connection to any broker; undefined if there is none for good. What one broker alone can do is done without a word.
   * @param atOnce try each broker without a pause first
   */
  async #reconnect(reason: string, backOff: BackOff, atOnce: boolean): Promise<NodeConnection | undefined> {
    const known = this.#brokers.map((broker) => this.#urlOf(broker))
    const isOther = ({ host, port }: KafkaUrl) =>
      !known.some((each) => each.host === host && each.port === port)
    const brokers = [...known, ...this.#seeds.filter(isOther)]
    const { signal } = this.#stop
    const lost = this.#url
    // One broker may have several addresses here, and who waits for any broker need not hear of each.
    const rotation = { brokers, failureOf: connectFailure, onNotice: () => {} }
    const connect = (attempt: AbortSignal) =>
      new BrokerRotation(rotation).connect(
        async (url) => ({ url, node: await this.#opener.open(url, attempt) }),
        attempt
      )
    try {
      // Without a pause, brokers that never answer would be asked in a loop without end.
      const silent = atOnce ? await connect(signal).catch(() => undefined) : undefined
      if (signal.aborted) return undefined
      const found = silent ?? (await this.#reconnectLoudly(reason, lost, connect, backOff))
      if (found === undefined) return undefined
      this.#url = { ...found.url }
      return found.node
    } catch (error) {
      if (!(error instanceof TidingsError)) throw error
      this.#fail(error)
      return undefined
    }
  }

  async #reconnectLoudly<Found>(
    reason: string,
    lost: KafkaUrl,
    connect: (signal: AbortSignal) => Promise<Found>,
    backOff: BackOff
  ): Promise<Found | undefined> {
    const told = `lost the connection to "${formatBrokerUrl(lost)}": ${reason}; reconnecting`
    this.#onNotice({ kind: 'reconnecting', text: told, reason })
    this.#isDown = true
    const trying = async (signal: AbortSignal) => {
      try {
        return await connect(signal)
      } catch (error) {
        if (error instanceof TidingsError) this.troubles.met(REACH_ANY, reasonAlone(error))
        throw error
      }
    }
    const found = await connectAgain(
      { connect: trying, backOff, onNotice: () => {}, onRetry: this.#onRetry, told },
      this.#stop.signal
    )
    this.#isDown = false
    this.troubles.forget(REACH_ANY)
    // Reading goes on at the offsets that it had come to.
    if (found !== undefined)
      this.#onNotice({ kind: 'reconnected', text: 'connected to the cluster again', isKept: true })
    return found
  }
}
