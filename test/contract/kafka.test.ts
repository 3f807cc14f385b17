import { describe } from 'vitest'
import { kafka } from '../../src/transport/kafka/kafka.js'
import { kafkaCapabilities } from '../../src/transport/kafka/kafka-capabilities.js'
import { isKafkaMissing } from '../support/kafka-programs.js'
import { useKafka } from '../support/use-kafka.js'
import { describeContract } from './broker-contract.js'
import type { BrokerLimits } from './contract-world.js'

/** A record does not say with which acknowledgement it was published. */
const LIMITS: BrokerLimits = {
  grantedQos: 1,
  deliveredAt: 1,
  ordersChannelsApart: true,
  hasPlainNames: true,
  large: 1_000_000
}

describe.skipIf(isKafkaMissing)('Apache Kafka', () => {
  const site = useKafka()
  const shared = {
    speaks: 'Kafka',
    grammar: kafka.grammar,
    limits: LIMITS,
    create: (topics: readonly string[]) => site().createTopics(topics)
  }

  describe('over TCP', () => {
    describeContract({ ...shared, url: () => site().url, capabilities: kafkaCapabilities.kafka })
  })
  describe('over TLS', () => {
    describeContract({
      ...shared,
      url: () => site().secureUrl,
      options: () => ({ tls: { ca: site().address.certificates.ca } }),
      capabilities: kafkaCapabilities.kafkas
    })
  })
})
