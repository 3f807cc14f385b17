import { describeServer } from '../../core/described-server.js'
import type { Protocol } from '../../core/protocol.js'
import { amqpCapabilities } from './amqp-capabilities.js'
import { exchangeOf } from './amqp-url.js'
import { ASYNCAPI_NAMES, ASYNCAPI_VERSION } from './asyncapi-names.js'
import { amqpGrammar, amqpGrammarFor } from './channel-grammar.js'
import { checkAmqpOptions, deleteAmqpSession, openAmqp } from './open-amqp.js'
import { whyNotSubscribed } from './why-not-subscribed.js'

/** AMQP 0-9-1 as RabbitMQ speaks it, over TCP and TLS. */
export const amqp: Protocol = {
  name: 'AMQP',
  capabilities: amqpCapabilities,
  grammar: amqpGrammar,
  checkOptions: checkAmqpOptions,
  open: openAmqp,
  whyNotSubscribed,
  deleteSession: deleteAmqpSession,
  describeServer: (url) => describeServer(url, ASYNCAPI_NAMES, ASYNCAPI_VERSION),
  checkBroker: async (options) => (await import('./probes/check-broker.js')).checkBroker(options)
}

/** The same for brokers with these URLs, whose exchange decides over the names of channels. */
export const amqpFor = (brokers: readonly string[]): Protocol => ({
  ...amqp,
  grammar: amqpGrammarFor(exchangeOf(brokers))
})
