import { describe } from 'vitest'
import { amqp } from '../../src/transport/amqp/amqp.js'
import { amqpCapabilities } from '../../src/transport/amqp/amqp-capabilities.js'
import { isRabbitmqMissing } from '../support/rabbitmq.js'
import { useRabbitmq } from '../support/use-rabbitmq.js'
import { describeContract } from './broker-contract.js'
import type { BrokerLimits } from './contract-world.js'

/** Each delivery is acknowledged, and does not say whether its publisher asked for a confirm. */
const LIMITS: BrokerLimits = { grantedQos: 1, deliveredAt: 1 }

describe.skipIf(isRabbitmqMissing)('RabbitMQ', () => {
  const host = useRabbitmq()
  const shared = { speaks: 'AMQP 0-9-1', grammar: amqp.grammar, limits: LIMITS }

  describe('over AMQP', () => {
    describeContract({ ...shared, url: () => host().url, capabilities: amqpCapabilities.amqp })
  })
  describe('over AMQP with TLS', () => {
    describeContract({
      ...shared,
      url: () => host().secureUrl,
      options: () => ({ tls: { ca: host().certificates.ca } }),
      capabilities: amqpCapabilities.amqps
    })
  })
})
