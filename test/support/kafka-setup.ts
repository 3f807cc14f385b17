import type { TestProject } from 'vitest/node'
import { startKafkaNode } from './kafka-node.js'
import { offerBroker } from './shared-broker.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The port at which a test file asks for the Kafka of this run. */
    kafkaStarter: number
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { port, end } = await offerBroker(() => startKafkaNode())
  project.provide('kafkaStarter', port)
  return end
}
