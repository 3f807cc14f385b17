import type { PublishReport, Unread } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { payloadBytes } from '../../core/message.js'
import type { MessageBatch } from '../../core/message-batch.js'
import { OpenBatch } from '../exchange/open-batch.js'
import { ConfirmedChannel } from './confirmed-channel.js'
import { LooseChannel } from './loose-channel.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import { whyNotSent } from './publish-refusals.js'
import { isConfirmed } from './publish-template.js'
import type { SentBefore } from './unconfirmed.js'

/** What publishes over one network connection. */
interface Sender {
  readonly network: AmqpNetworkConnection
  readonly confirmed: ConfirmedChannel
  readonly loose: LooseChannel
}

/**
 * Settles each published message by its confirm, over any number of network connections. What was not confirmed when a connection was lost
 * is sent again on the next one, before anything new: at least once.
 */
export class Publisher {
  readonly #onFailed: (failure: TidingsError) => void
  readonly #onNacked: () => void
  readonly #open = new Set<OpenBatch>()
  readonly #waiting: OpenBatch[] = []
  /** What was sent on a connection that is gone, and not confirmed. */
  #again: SentBefore[] = []
  #sender: Sender | undefined
  #isAbandoned = false
  #isScheduled = false
  /** The broker takes no messages at present. */
  #isBlocked = false
  #drained: (() => void)[] = []
  #reads: (() => void)[] = []
  /** How many QoS 0 messages were sent on connections that are gone, and nothing shows that the broker has read them. */
  #unread = 0
  #lossReason: string | undefined
  /** How many messages have no result yet. */
  outstanding = 0
  /** How many messages have a result. */
  settled = 0

  /**
   * @param onFailed called if the connection has no channel for messages: nothing can be published over it
   * @param onNacked called when the broker could not take a message, which is tried again
   */
  constructor(onFailed: (failure: TidingsError) => void, onNacked: () => void) {
    this.#onFailed = onFailed
    this.#onNacked = onNacked
  }

  publish(messages: MessageBatch): Promise<PublishReport> {
    const batch = new OpenBatch(messages, this.#settle)
    if (batch.left === 0) return batch.report
    this.#open.add(batch)
    this.outstanding += batch.left
    if (this.#isAbandoned) {
      batch.giveUp(batch.left)
      return batch.report
    }
    this.#waiting.push(batch)
    this.#schedule()
    return batch.report
  }

  /** There is a network connection: sends again what was not confirmed, and then what is new. */
  resume(network: AmqpNetworkConnection): void {
    if (this.#isAbandoned) return
    this.#isBlocked = false
    const confirmed = new ConfirmedChannel(network, this.#again, {
      onNacked: this.#onNacked,
      onDue: () => this.pump()
    })
    this.#again = []
    this.#sender = { network, confirmed, loose: new LooseChannel(network, () => this.#checkRead()) }
    this.pump()
  }

  /** The network connection is gone. */
  suspend(): void {
    const sender = this.#sender
    if (sender === undefined) return
    this.#sender = undefined
    this.#again = sender.confirmed.drain()
    this.#unread += sender.loose.unread
    this.#lossReason = sender.loose.lossReason ?? this.#lossReason
    this.#checkRead()
    this.#checkDrained()
  }

  /** Every open report resolves with its true counts, and so does whatever is published from now on. */
  abandon(): void {
    this.#isAbandoned = true
    this.suspend()
    this.#again = []
    this.#waiting.length = 0
    for (const batch of this.#open) batch.giveUp(batch.left)
    this.#checkDrained()
  }

  /** The broker takes no messages, or takes them again. */
  block(isBlocked: boolean): void {
    this.#isBlocked = isBlocked
    if (!isBlocked) this.pump()
  }

  /** The socket has taken a write, and with it so many messages of QoS 0. */
  wrote(sent: number): void {
    this.#sender?.loose.sent(sent)
    this.pump()
    this.#checkDrained()
  }

  /** Sends what the window and the socket allow. */
  pump(): void {
    const sender = this.#sender
    if (sender === undefined || this.#isBlocked || sender.network.out.lost) return
    try {
      if (sender.confirmed.sendAgain()) this.#sendNew(sender)
    } catch (error) {
      if (!(error instanceof TidingsError)) throw error
      this.#onFailed(error)
    }
    sender.network.out.flush()
  }

  /** Resolves when nothing is outstanding and the socket has taken what was written. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained.push(resolve)
      this.#checkDrained()
    })
  }

  /**
   * Resolves once the broker has shown that it has read the QoS 0 messages that the network has taken, or the connection is gone: to how
   * many of all nothing shows that, and why.
   */
  async read(): Promise<Unread> {
    if (!this.#isRead) {
      const read = new Promise<void>((resolve) => this.#reads.push(resolve))
      this.#sender?.loose.ask()
      await read
    }
    const loose = this.#sender?.loose
    return { count: this.#unread + (loose?.unread ?? 0), reason: loose?.lossReason ?? this.#lossReason }
  }

  #sendNew({ network, confirmed, loose }: Sender): void {
    let batch = this.#waiting[0]
    while (batch !== undefined && !network.out.full) {
      const index = batch.next
      const message = batch.messages.at(index)
      if (message === undefined) {
        this.#waiting.shift()
        batch = this.#waiting[0]
        continue
      }
      const payload = payloadBytes(message)
      const isLoose = !isConfirmed(message)
      if (!isLoose && !confirmed.hasRoom(payload.length)) return
      const template = isLoose ? loose.templateOf(message) : confirmed.templateOf(message)
      const refusal = whyNotSent(template, payload.length, network.agreement.frameMax)
      batch.next++
      if (refusal !== undefined) batch.refuse(index, refusal)
      else if (isLoose) loose.send(batch, template, payload)
      else confirmed.send(batch, index, template, payload)
    }
  }

  /** In the next tick, so that messages published one by one share a write. */
  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    process.nextTick(() => {
      this.#isScheduled = false
      this.pump()
    })
  }

  readonly #settle = (batch: OpenBatch, count: number): void => {
    this.outstanding -= count
    this.settled += count
    if (batch.left === 0) this.#open.delete(batch)
    if (this.outstanding === 0) this.#checkDrained()
  }

  get #isRead(): boolean {
    return this.#sender === undefined || this.#sender.loose.pending === 0
  }

  #checkRead(): void {
    if (!this.#isRead) {
      // Messages that were sent while the broker was asked about earlier ones.
      if (this.#reads.length > 0) this.#sender?.loose.ask()
      return
    }
    for (const resolve of this.#reads.splice(0)) resolve()
  }

  #checkDrained(): void {
    if (this.#drained.length === 0 || this.outstanding > 0) return
    if (this.#sender !== undefined && !this.#sender.network.out.idle) return
    for (const resolve of this.#drained.splice(0)) resolve()
  }
}
