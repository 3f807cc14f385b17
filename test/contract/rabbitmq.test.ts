import { afterAll, beforeAll, describe } from 'vitest'
import { isRabbitmqMissing, type Rabbitmq, startRabbitmq } from '../support/rabbitmq.js'
import { describeContract } from './broker-contract.js'
import type { BrokerLimits } from './contract-world.js'

/** RabbitMQ 3.10.8. Besides: `.` in the name of a channel arrives as `/`, and `*` as `+`, which ends the connection. */
const LIMITS: BrokerLimits = {
  grantedQos: 1,
  publishedAtQos2: 'acknowledged as QoS 1',
  retainedByNameOnly: true,
  wills: [],
  changedNames: ['a.b', 'a*b'],
  sharedSubscriptions: 'granted in silence'
}

let broker: Rabbitmq

describe.skipIf(isRabbitmqMissing)('RabbitMQ', () => {
  beforeAll(async () => {
    broker = await startRabbitmq()
  })
  afterAll(() => broker?.stop())

  describe('over TCP, with rabbitmq_mqtt', () => {
    describeContract({ url: () => broker.url, version: '3.1.1', limits: LIMITS })
  })
  describe('over WebSocket, with rabbitmq_web_mqtt', () => {
    describeContract({
      url: () => broker.webSocket,
      version: '3.1.1',
      // DISCONNECT stops its reader twice, which publishes the will (rabbitmq-server#4061), and drops what it has not delivered.
      limits: { ...LIMITS, wills: ['polite', 'taken over'], dropsQos0AtDisconnect: true }
    })
  })
})
