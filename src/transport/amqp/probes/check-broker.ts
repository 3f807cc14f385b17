import type { BrokerCheck, CheckOptions } from '../../../core/broker-check.js'
import { type Ability, latencyOf } from '../../../core/broker-findings.js'
import { TidingsError } from '../../../core/errors.js'
import { soon } from '../../../core/soon.js'
import { type RoundTrips, timeRoundTrips } from '../../exchange/round-trips.js'
import { AskingError, askOnce } from '../asking-channel.js'
import { addressOf, QUEUES } from '../channel-address.js'
import type { AmqpNetworkConnection } from '../network-connection.js'
import { openAmqp, openNetwork } from '../open-amqp.js'
import {
  keptQueue,
  writeBind,
  writeDelete,
  writeKeptDeclare,
  writePassingDeclare,
  writePassiveExchange,
  writeTypedDeclare
} from '../queue-methods.js'
import type { ArgumentReader } from '../wire/argument-reader.js'
import type { ArgumentWriter } from '../wire/argument-writer.js'
import { EXCHANGE_DECLARE, QUEUE_BIND, QUEUE_DECLARE, QUEUE_DELETE } from '../wire/methods.js'
import { amqpFindings, amqpWarnings } from './amqp-findings.js'

const LATE: Ability = { works: undefined, note: 'no answer in time' }
const UNTRIED: Ability = { works: undefined, note: 'the queue for it could not be made' }
const YES: Ability = { works: true }

/** As `Protocol.checkBroker`. */
export async function checkBroker(options: CheckOptions): Promise<BrokerCheck> {
  const { below, id } = options
  if (below.startsWith(QUEUES))
    throw new TidingsError('usage', 'cannot check below a queue: the check publishes to channels', {
      code: 'check-below-queue',
      suggestion: 'name a channel: --below tidings-check'
    })
  const { session: _session, ...connection } = options.connection
  const network = await openNetwork(connection)
  try {
    const { url, agreement } = network
    const exchange = addressOf(below).exchange ?? url.exchange
    const ask = new Asking(network, options)
    const exists = await ask.can(EXCHANGE_DECLARE, writePassiveExchange(exchange))
    const queue = await ask.answer(QUEUE_DECLARE, writePassingDeclare)
    const name = queue.answer?.shortText()
    const bind =
      name === undefined ? UNTRIED : await ask.can(QUEUE_BIND, writeBind(name, exchange, `${id}.unused`))
    const kept = keptQueue(`check-${id}`)
    const session = await ask.canMake(kept, writeKeptDeclare(kept))
    const quorumQueues = await ask.canMake(kept, writeTypedDeclare(kept, 'quorum'))
    const streams = await ask.canMake(kept, writeTypedDeclare(kept, 'stream'))
    const trips = await roundTrips(options)
    const check = {
      agreement,
      vhost: url.vhost,
      exchange,
      exists,
      declare: queue.ability,
      bind,
      session,
      quorumQueues,
      streams,
      publish: trips.publish,
      deliver: trips.deliver,
      unheard: trips.unheard,
      latency: latencyOf(trips.times)
    }
    return { broker: network.traits.url, findings: amqpFindings(check), warnings: amqpWarnings(check) }
  } finally {
    await network.disconnect()
  }
}

/** Publishing is tried on a connection of its own, as `publish` and `subscribe` make one. */
async function roundTrips(options: CheckOptions): Promise<RoundTrips> {
  const { session: _session, ...rest } = options.connection
  // The first connection has passed its notices on. This one would repeat them.
  const connection = await openAmqp({ ...rest, onNotice: () => undefined })
  try {
    const channel = `${options.below}.${options.id}`
    return await timeRoundTrips(
      connection,
      { heard: `${channel}.heard`, unheard: `${channel}.unheard` },
      options,
      () => connection.blockedBy && `the broker takes no messages at present: ${connection.blockedBy}`
    )
  } finally {
    await connection.close()
  }
}

/** Asks one question after the other. An answer that does not come in time is unknown. */
class Asking {
  readonly #network: AmqpNetworkConnection
  readonly #options: CheckOptions

  constructor(network: AmqpNetworkConnection, options: CheckOptions) {
    this.#network = network
    this.#options = options
  }

  /** Whether the broker does it. */
  async can(method: number, write: (to: ArgumentWriter) => void): Promise<Ability> {
    return (await this.answer(method, write)).ability
  }

  /** Whether the broker makes such a queue, which is deleted at once. */
  async canMake(queue: string, declare: (to: ArgumentWriter) => void): Promise<Ability> {
    const ability = await this.can(QUEUE_DECLARE, declare)
    if (ability.works !== false) await this.can(QUEUE_DELETE, writeDelete(queue))
    return ability
  }

  async answer(
    method: number,
    write: (to: ArgumentWriter) => void
  ): Promise<{ readonly ability: Ability; readonly answer?: ArgumentReader }> {
    const lost = this.#network.ended.then(({ reason }) => ({ ability: { works: undefined, note: reason } }))
    const asked = askOnce(this.#network, method, write).then(
      (answer) => ({ ability: YES, answer }),
      (error: unknown) => {
        if (error instanceof AskingError) return { ability: { works: false, note: error.message } }
        throw error
      }
    )
    return (await soon(Promise.race([asked, lost]), this.#options)) ?? { ability: LATE }
  }
}
