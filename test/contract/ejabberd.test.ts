import { afterAll, beforeAll, describe } from 'vitest'
import { type Ejabberd, isEjabberdMissing, startEjabberd } from '../support/ejabberd.js'
import { describeMqttContract } from './mqtt-contract.js'

let broker: Ejabberd

describe.skipIf(isEjabberdMissing)('ejabberd', () => {
  beforeAll(async () => {
    broker = await startEjabberd()
  })
  afterAll(() => broker?.stop())

  describe.each(['5', '3.1.1'] as const)('over TCP, MQTT %s', (version) => {
    describeMqttContract({ url: () => broker.url, version, limits: { sharedSubscriptions: 'refused' } })
  })
  describe.each(['5', '3.1.1'] as const)('over WebSocket, MQTT %s', (version) => {
    describeMqttContract({ url: () => broker.webSocket, version, limits: { sharedSubscriptions: 'refused' } })
  })
})
