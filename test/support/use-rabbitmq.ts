import { afterAll, beforeAll, inject } from 'vitest'
import { newRabbitmqHost, type RabbitmqAddress, type RabbitmqHost } from './rabbitmq-host.js'
import { askForBroker } from './shared-broker.js'

/**
 * Gives the tests of a file a virtual host of their own on the RabbitMQ of this run, which the first such file starts (`rabbitmq-setup`).
 * To be called where tests are described. Whoever changes the broker itself (alarms, restarts, time-outs) starts another with
 * `startRabbitmq`.
 */
export function useRabbitmq(): () => RabbitmqHost {
  let host: RabbitmqHost | undefined
  beforeAll(async () => {
    host = await newRabbitmqHost(await askForBroker<RabbitmqAddress>(inject('rabbitmqStarter')))
  })
  afterAll(() => host?.delete())
  return () => {
    if (host === undefined) throw new Error('RabbitMQ runs only while tests do')
    return host
  }
}
