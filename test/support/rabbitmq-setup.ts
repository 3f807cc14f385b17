import type { TestProject } from 'vitest/node'
import { startRabbitmq } from './rabbitmq.js'
import { offerBroker } from './shared-broker.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The port at which a test file asks for the RabbitMQ of this run. */
    rabbitmqStarter: number
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { port, end } = await offerBroker(() => startRabbitmq())
  project.provide('rabbitmqStarter', port)
  return end
}
