import { afterAll, beforeAll, describe } from 'vitest'
import { isNatsMissing, startNats } from '../support/nats.js'
import type { BrokerLimits } from './contract-world.js'
import { describeMqttContract } from './mqtt-contract.js'

/** The limits of nats-server 2.9.10. It also sends an unacknowledged message again only after its `ack_wait`. */
const LIMITS: BrokerLimits = {
  grantedQos: 1,
  publishedAtQos2: 'closes the connection',
  wills: [],
  changedNames: ['a.b', 'a b'],
  sharedSubscriptions: 'granted in silence'
}

let broker: Awaited<ReturnType<typeof startNats>>

describe.skipIf(isNatsMissing)('NATS with JetStream', () => {
  beforeAll(async () => {
    broker = await startNats()
  })
  afterAll(() => broker?.stop())
  describeMqttContract({ url: () => broker.url, version: '3.1.1', limits: LIMITS })
})
