import { afterAll, beforeAll, describe } from 'vitest'
import { type Ejabberd, isEjabberdMissing, startEjabberd } from '../support/ejabberd.js'
import { describeContract } from './broker-contract.js'

let broker: Ejabberd

describe.skipIf(isEjabberdMissing)('ejabberd', () => {
  beforeAll(async () => {
    broker = await startEjabberd()
  })
  afterAll(() => broker?.stop())

  describe.each(['5', '3.1.1'] as const)('over TCP, MQTT %s', (protocol) => {
    describeContract({ url: () => broker.url, protocol, limits: { sharedSubscriptions: 'refused' } })
  })
  describe.each(['5', '3.1.1'] as const)('over WebSocket, MQTT %s', (protocol) => {
    describeContract({ url: () => broker.webSocket, protocol, limits: { sharedSubscriptions: 'refused' } })
  })
})
