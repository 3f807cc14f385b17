import { REASON } from '../../mqtt/reason-codes.js'
import type { ClientConnection } from '../protocol/client-connection.js'
import { PacketError } from '../protocol/packet-error.js'

/** @returns lets the client go that makes the broker keep most in memory alone. Its connection ends between turns. */
export function roomMaker(connections: ReadonlySet<ClientConnection>): () => void {
  let isMakingRoom = false
  return () => {
    if (isMakingRoom) return
    let largest: ClientConnection | undefined
    for (const connection of connections)
      if (waitingInMemory(connection) > waitingInMemory(largest)) largest = connection
    if (largest === undefined) return
    const leaving = largest
    isMakingRoom = true
    setImmediate(() => {
      isMakingRoom = false
      leaving.end(
        new PacketError(REASON.quotaExceeded, 'too much waits for it, and the broker needs the room')
      )
    })
  }
}

/** Bytes that only the client's connection keeps in memory. */
const waitingInMemory = (connection: ClientConnection | undefined): number =>
  connection?.session?.no === 0 ? connection.session.queue.bytes : 0
