import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { localPlace } from '../../src/transport/embedded/local-place.js'
import { connectionOptions, Notices } from '../support/connection-options.js'
import { openConnection } from '../support/open-connection.js'

const CONNACK = Buffer.from([0x20, 3, 0, 0, 0])

let folder: string
let server: Server
/** Connections that sent a CONNECT. */
let connected: Socket[]

/** Plays the local broker: `answer` is told of each CONNECT and its number. */
async function playLocalBroker(answer: (socket: Socket, index: number) => void): Promise<void> {
  server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => answer(socket, connected.push(socket) - 1))
  })
  server.listen(localPlace().socketPath)
  await once(server, 'listening')
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-local-'))
  chmodSync(folder, 0o700)
  vi.stubEnv('TIDINGS_HOME', folder)
  connected = []
})

afterEach(async () => {
  for (const socket of connected) socket.destroy()
  server.close()
  await once(server, 'close')
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

describe('the local broker', () => {
  it('that ends in the instant in which it is reached is asked a second time', async () => {
    await playLocalBroker((socket, index) => {
      if (index === 0) socket.destroy()
      else socket.write(CONNACK)
    })
    const notices = new Notices()
    const connection = await openConnection(connectionOptions('local:', { onNotice: notices.take }))
    expect(connected).toHaveLength(2)
    expect(connection.broker.protocol).toBe('MQTT 5')
    expect(notices.all.map(({ kind }) => kind)).toEqual(['local-broker'])
    await connection.close()
  })

  it('is named once, however often it is connected to again', async () => {
    await playLocalBroker((socket) => socket.write(CONNACK))
    const notices = new Notices()
    const connection = await openConnection(connectionOptions('local:', { onNotice: notices.take }))
    connected[0]?.destroy()
    await notices.first('reconnected')
    expect(notices.all.map(({ kind }) => kind)).toEqual(['local-broker', 'reconnecting', 'reconnected'])
    await connection.close()
  })
})
