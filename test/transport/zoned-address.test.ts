import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { startBroker } from '../../src/transport/embedded/start-broker.js'
import { parseProxyUrl } from '../../src/transport/sockets/socks.js'
import { connectionOptions } from '../support/connection-options.js'
import { openConnection } from '../support/open-connection.js'

/** The interface that has ::1; a computer without IPv6 has none, and nothing to show. */
const loopback = Object.entries(networkInterfaces()).find(([, addresses]) =>
  addresses?.some(({ address }) => address === '::1')
)?.[0]

if (loopback !== undefined) {
  test.each(['%', '%25'])('a broker is reached by its address with a zone: ::1%s...', async (mark) => {
    const broker = await startBroker()
    const server = createServer((socket) => broker.accept(socket)).listen(0, '::1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const connection = await openConnection(connectionOptions(`mqtt://[::1${mark}${loopback}]:${port}`))
    expect(connection.broker.url).toBe(`mqtt://[::1%25${loopback}]:${port}`)
    await connection.close()
    await broker.stop()
    server.close()
  })
}

test('a proxy may have one', () => {
  expect(parseProxyUrl('socks5://ann:b@[fe80::1%25eth0]:1080')).toMatchObject({
    host: 'fe80::1%eth0',
    port: 1080
  })
})
