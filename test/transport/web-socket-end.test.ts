import { once } from 'node:events'
import { generate } from 'mqtt-packet'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { openConnection } from '../../src/transport/open-connection.js'
import { connectionOptions, Notices } from '../support/connection-options.js'

const CONNACK = generate({ cmd: 'connack', returnCode: 0, sessionPresent: false })

/** Lets everybody in, and says goodbye to whoever sends anything more. */
let server: WebSocketServer
beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (client) => {
    client.once('message', () => {
      client.send(CONNACK)
      client.once('message', () => client.close())
    })
  })
  await once(server, 'listening')
})
afterAll(() => {
  for (const client of server.clients) client.terminate()
  server.close()
})

it('notices that the broker closed the WebSocket, also when there is nothing to write', async () => {
  const { port } = server.address() as { port: number }
  const notices = new Notices()
  const connection = await openConnection(
    connectionOptions(`ws://127.0.0.1:${port}`, {
      protocol: '3.1.1',
      // Without pings nobody else would find out.
      keepalive: 0,
      onNotice: notices.take
    })
  )
  const answer = connection.subscribe([{ pattern: 'a', qos: 1 }], () => {}).catch((error: Error) => error)
  expect(await notices.first('reconnecting')).toMatchObject({ reason: 'the broker closed the connection' })
  await connection.close()
  expect(await answer).toBeInstanceOf(Error)
})
