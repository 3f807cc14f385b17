import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { listenLocally } from './listen-locally.js'

/** A broker that a run starts once. Its address is plain data. */
interface Started<Address> {
  readonly address: Address
  stop(): Promise<void>
}

/** A broker that is started when the first file of a run asks for it, and ends with the run. */
export interface BrokerStarter {
  /** The port at which a file asks. */
  readonly port: number
  end(): Promise<void>
}

/** One broker for all files of a run, which are in several processes. Without a file that asks, none is started. */
export async function offerBroker<Address>(start: () => Promise<Started<Address>>): Promise<BrokerStarter> {
  let started: Promise<Started<Address>> | undefined
  const starter = createServer((socket) => {
    socket.on('error', () => undefined)
    started ??= start()
    started.then(
      ({ address }) => socket.end(JSON.stringify({ address })),
      (error: Error) => socket.end(JSON.stringify({ error: error.message }))
    )
  })
  return {
    port: await listenLocally(starter),
    async end() {
      starter.close()
      await once(starter, 'close')
      await started?.then(
        (broker) => broker.stop(),
        // Each file that asked has been told.
        () => undefined
      )
    }
  }
}

/** The address of the broker that is offered at this port. */
export async function askForBroker<Address>(port: number): Promise<Address> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  let reply = ''
  for await (const chunk of socket) reply += chunk
  const { address, error }: { address: Address; error?: string } = JSON.parse(reply)
  if (error !== undefined) throw new Error(error)
  return address
}
