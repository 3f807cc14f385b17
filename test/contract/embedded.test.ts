import { afterAll, beforeAll, describe } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { describeMqttContract } from './mqtt-contract.js'

describe.each(['5', '3.1.1'] as const)('the embedded broker over TCP, MQTT %s', (version) => {
  let broker: TestBroker
  beforeAll(async () => {
    broker = await startEmbeddedBroker()
  })
  afterAll(() => broker.stop())
  describeMqttContract({
    url: () => broker.url,
    version,
    limits: {}
  })
})
