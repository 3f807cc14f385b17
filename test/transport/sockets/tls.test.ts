import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TlsOptions } from '../../../src/core/connection.js'
import { openTlsSocket, prepareTls } from '../../../src/transport/sockets/tls.js'
import { type Certificates, makeCertificates } from '../../support/certificates.js'
import { startTlsServer, type TlsServer } from '../../support/tls-server.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-tls-socket-'))
let certificates: Certificates
let server: TlsServer
beforeAll(async () => {
  certificates = makeCertificates(folder)
  server = await startTlsServer(certificates)
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

/** Connects as to this host, whose certificate is checked, and returns the name that the server was asked for. */
async function askedFor(host: string, wish: TlsOptions = {}): Promise<string | false | undefined> {
  const plain = connect(server.port, '127.0.0.1')
  await once(plain, 'connect')
  const options = { ca: certificates.ca, ...wish }
  const { signal } = new AbortController()
  const [socket, peer] = await Promise.all([
    openTlsSocket(plain, host, options, prepareTls(options), signal),
    server.next()
  ])
  socket.destroy()
  // Node's types leave it out for servers.
  return (peer as { servername?: string | false }).servername
}

test.each([
  ['localhost', undefined, 'localhost'],
  ['localhost.', undefined, 'localhost'],
  ['broker.example', 'localhost.', 'localhost'],
  ['broker.example', 'LOCALHOST', 'LOCALHOST'],
  // RFC 6066, section 3: an address is no server name.
  ['127.0.0.1', undefined, false],
  ['::1', undefined, false],
  ['broker.example', '127.0.0.1', false]
])('the host %s with --servername %s asks for the name %s', async (host, servername, asked) => {
  expect(await askedFor(host, servername === undefined ? {} : { servername })).toBe(asked)
})

test('the certificate is checked against a --servername that is an address', async () => {
  const options = { ca: certificates.ca, servername: '192.0.2.1' }
  const plain = connect(server.port, '127.0.0.1')
  const { signal } = new AbortController()
  const opening = openTlsSocket(plain, 'localhost', options, prepareTls(options), signal)
  await expect(opening).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID'
  })
})

test.each(['.', '..', 'localhost..', '.localhost', 'a b', 'a..b', '[::1', 'host:8883', ' '])(
  'a --servername of %j is no name, and is refused before anything is trusted',
  (servername) => {
    expect(() => prepareTls({ ca: certificates.ca, servername })).toThrow(
      expect.objectContaining({ kind: 'usage', code: 'bad-server-name' })
    )
  }
)

test.each(['localhost', 'localhost.', 'xn--mnchen-3ya.example', 'a_b.example', '::1', 'fe80::1%eth0', ''])(
  'a --servername of %j is taken',
  (servername) => {
    expect(() => prepareTls({ ca: certificates.ca, servername })).not.toThrow()
  }
)
