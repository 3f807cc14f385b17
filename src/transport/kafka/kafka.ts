import { describeServer } from '../../core/described-server.js'
import type { Protocol } from '../../core/protocol.js'
import { ASYNCAPI_NAMES } from './asyncapi-names.js'
import { kafkaGrammar } from './channel-grammar.js'
import { kafkaCapabilities } from './kafka-capabilities.js'
import { checkKafkaOptions, deleteKafkaSession, openKafka } from './open-kafka.js'

/** Apache Kafka from 2.1 on, and what speaks its protocol, over TCP and TLS. */
export const kafka: Protocol = {
  name: 'Kafka',
  capabilities: kafkaCapabilities,
  grammar: kafkaGrammar,
  checkOptions: checkKafkaOptions,
  open: openKafka,
  deleteSession: deleteKafkaSession,
  describeServer: (url) => describeServer(url, ASYNCAPI_NAMES),
  checkBroker: async (options) => (await import('./probes/check-broker.js')).checkBroker(options)
}
