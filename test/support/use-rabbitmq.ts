import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, inject } from 'vitest'
import { newRabbitmqHost, type RabbitmqAddress, type RabbitmqHost } from './rabbitmq-host.js'

/**
 * Gives the tests of a file a virtual host of their own on the RabbitMQ of this run, which the first such file starts (`rabbitmq-setup`).
 * To be called where tests are described. Whoever changes the broker itself (alarms, restarts, time-outs) starts another with
 * `startRabbitmq`.
 */
export function useRabbitmq(): () => RabbitmqHost {
  let host: RabbitmqHost | undefined
  beforeAll(async () => {
    host = await newRabbitmqHost(await sharedAddress())
  })
  afterAll(() => host?.delete())
  return () => {
    if (host === undefined) throw new Error('RabbitMQ runs only while tests do')
    return host
  }
}

async function sharedAddress(): Promise<RabbitmqAddress> {
  const socket = connect(inject('rabbitmqStarter'), '127.0.0.1')
  await once(socket, 'connect')
  let reply = ''
  for await (const chunk of socket) reply += chunk
  const { address, error } = JSON.parse(reply)
  if (error !== undefined) throw new Error(error)
  return address
}
