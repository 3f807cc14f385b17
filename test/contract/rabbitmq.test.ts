import { describe } from 'vitest'
import { isRabbitmqMissing } from '../support/rabbitmq.js'
import { useRabbitmq } from '../support/use-rabbitmq.js'
import type { BrokerLimits } from './contract-world.js'
import { describeMqttContract } from './mqtt-contract.js'

/** The limits of RabbitMQ 3.10.8. In a channel's name, `.` arrives as `/`, and `*` arrives as `+`, which ends the connection. */
const LIMITS: BrokerLimits = {
  grantedQos: 1,
  publishedAtQos2: 'acknowledged as QoS 1',
  retainedByNameOnly: true,
  wills: [],
  changedNames: ['a.b', 'a*b'],
  sharedSubscriptions: 'granted in silence'
}

describe.skipIf(isRabbitmqMissing)('RabbitMQ', () => {
  const host = useRabbitmq()

  describe('over TCP, with rabbitmq_mqtt', () => {
    describeMqttContract({ url: () => host().mqttUrl, version: '3.1.1', limits: LIMITS })
  })
  describe('over WebSocket, with rabbitmq_web_mqtt', () => {
    describeMqttContract({
      url: () => host().webSocketUrl,
      version: '3.1.1',
      // DISCONNECT stops the reader twice: RabbitMQ publishes the will (rabbitmq-server#4061), and drops messages not yet delivered.
      limits: { ...LIMITS, wills: ['polite', 'taken over'], dropsQos0AtDisconnect: true }
    })
  })
})
