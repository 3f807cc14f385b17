import { describe, expect, it } from 'vitest'
import { roomMaker } from '../../../../src/transport/embedded/broker/make-room.js'
import type { ClientConnection } from '../../../../src/transport/embedded/protocol/client-connection.js'

/** A client whose session waits for so many bytes; on disk, if the session has a number. */
function client(bytes: number, no = 0) {
  const ended: number[] = []
  const connection = {
    session: { no, queue: { bytes } },
    end: ({ code }: { code: number }) => ended.push(code)
  }
  return { connection: connection as unknown as ClientConnection, ended }
}
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('a broker that needs room', () => {
  it('lets the client go for which most waits in memory, and tells it why, between turns', async () => {
    const [small, large, onDisk] = [client(10), client(1000), client(9999, 7)]
    const makeRoom = roomMaker(new Set([small, large, onDisk].map(({ connection }) => connection)))
    makeRoom()
    expect(large.ended).toEqual([])
    await turn()
    expect([small.ended, large.ended, onDisk.ended]).toEqual([[], [0x97], []])
  })

  it('lets one client go at a time', async () => {
    const [one, other] = [client(1000), client(10)]
    const makeRoom = roomMaker(new Set([one, other].map(({ connection }) => connection)))
    makeRoom()
    makeRoom()
    await turn()
    expect([one.ended.length, other.ended.length]).toEqual([1, 0])
    makeRoom()
    await turn()
    expect(one.ended).toHaveLength(2)
  })

  it('lets nobody go where nothing waits in memory', async () => {
    const [idle, onDisk] = [client(0), client(9999, 7)]
    roomMaker(new Set([idle.connection, onDisk.connection]))()
    await turn()
    expect([idle.ended, onDisk.ended]).toEqual([[], []])
  })
})
