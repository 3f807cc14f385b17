import { once } from 'node:events'
import { createServer } from 'node:net'
import type { TestProject } from 'vitest/node'
import { listenLocally } from './listen-locally.js'
import { startRabbitmq } from './rabbitmq.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The port at which a test file asks for the RabbitMQ of this run. */
    rabbitmqStarter: number
  }
}

/** One RabbitMQ for all files of a run: the first that asks starts it, and it ends with the run. Without such a file, none is started. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let started: ReturnType<typeof startRabbitmq> | undefined
  const starter = createServer((socket) => {
    socket.on('error', () => undefined)
    started ??= startRabbitmq()
    started.then(
      ({ address }) => socket.end(JSON.stringify({ address })),
      (error: Error) => socket.end(JSON.stringify({ error: error.message }))
    )
  })
  project.provide('rabbitmqStarter', await listenLocally(starter))
  return async () => {
    starter.close()
    await once(starter, 'close')
    await started?.then(
      (node) => node.stop(),
      // Each file that asked has been told.
      () => undefined
    )
  }
}
