import { once } from 'node:events'
import type { Server } from 'node:net'

/** Makes a server listen on this machine only, on a port that the system chooses. Resolves with the port. */
export async function listenLocally(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}
