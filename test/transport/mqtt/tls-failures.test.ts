import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ConnectionOptions } from '../../../src/core/connection.js'
import { TidingsError } from '../../../src/core/errors.js'
import { type Certificates, makeCertificates } from '../../support/certificates.js'
import { connectionOptions } from '../../support/connection-options.js'
import { listenLocally } from '../../support/listen-locally.js'
import { openConnection } from '../../support/open-connection.js'
import { startTlsServer, type TlsServer } from '../../support/tls-server.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-tls-failures-'))
let certificates: Certificates
const servers: (Server | TlsServer)[] = []
beforeAll(() => {
  certificates = makeCertificates(folder)
})
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

async function failureOf(url: string, options: Partial<ConnectionOptions> = {}): Promise<TidingsError> {
  try {
    await (await openConnection(connectionOptions(url, options))).close()
  } catch (error) {
    if (error instanceof TidingsError) return error
    throw error
  }
  throw new Error('it connected')
}

/** The address of one who answers the first bytes of each connection with these. */
async function answering(bytes: Uint8Array | string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(bytes))
  })
  servers.push(server)
  return `127.0.0.1:${await listenLocally(server)}`
}

/** The address of a TLS server with the certificate for localhost, 127.0.0.1 and ::1. */
async function tlsServer(options?: Parameters<typeof startTlsServer>[1]): Promise<string> {
  const server = await startTlsServer(certificates, options)
  servers.push(server)
  return `127.0.0.1:${server.port}`
}

describe('an alert proves that the broker speaks TLS, and says what is wrong', () => {
  test.each([
    [10, 'unexpected_message', 'tls-alert', 'the broker ended TLS'],
    [40, 'handshake_failure', 'tls-handshake', 'cipher'],
    [42, 'bad_certificate', 'tls-client-certificate', 'client certificate'],
    [45, 'certificate_expired', 'tls-client-certificate', 'the client certificate has expired'],
    [48, 'unknown_ca', 'tls-client-certificate', 'client certificate'],
    [70, 'protocol_version', 'tls-version', 'no version of TLS from 1.2 on'],
    [71, 'insufficient_security', 'tls-cipher', 'cipher'],
    [80, 'internal_error', 'tls-alert', 'the broker failed at TLS'],
    [112, 'unrecognized_name', 'tls-server-name', 'server name'],
    [116, 'certificate_required', 'tls-client-certificate', 'asks for a client certificate'],
    [120, 'no_application_protocol', 'tls-alpn', '(ALPN)']
  ])('%i, %s', async (number, name, code, about) => {
    const address = await answering(Buffer.from([0x15, 3, 3, 0, 2, 2, number]))
    for (const scheme of ['mqtts', 'wss']) {
      const failure = await failureOf(`${scheme}://${address}`)
      expect(failure).toMatchObject({ kind: 'connect', code })
      expect(failure.message).toContain(about)
      expect(failure.message).toContain(`(TLS alert ${number}, ${name})`)
      expect(`${failure.message} ${failure.suggestion}`).not.toMatch(/without TLS|mqtt:\/\/|not speak TLS/)
    }
  })

  test('a real broker that speaks another application protocol', async () => {
    const address = await tlsServer({ ALPNProtocols: ['h2'] })
    const tls = { ca: certificates.ca, alpn: ['mqtt'] }
    expect(await failureOf(`mqtts://${address}`, { tls })).toMatchObject({
      code: 'tls-alpn',
      suggestion: expect.stringContaining('--alpn')
    })
  })

  test('a real broker that speaks an old version only', async () => {
    const address = await tlsServer({
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0'
    })
    const failure = await failureOf(`mqtts://${address}`, { tls: { ca: certificates.ca } })
    expect(failure.code).toBe('tls-version')
  })
})

test.each([
  ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['SSH', 'SSH-2.0-OpenSSH_9.2p1\r\n'],
  ['MQTT', Buffer.from([0x20, 3, 0, 0, 0])]
])('one who answers in %s does not speak TLS', async (_name, bytes) => {
  expect(await failureOf(`mqtts://${await answering(bytes)}`)).toMatchObject({
    code: 'not-tls',
    suggestion: expect.stringContaining('mqtt://')
  })
})

describe('a certificate for another host', () => {
  const HERE = 'connect by a name that is in the certificate, or name it: --servername'
  let made = 0

  /** A certificate that signed itself, with this common name and these alternative names. */
  function selfSigned(name: string, alternatives: readonly string[] = []): { cert: string; key: string } {
    const path = (ending: string) => join(folder, `self-${made}.${ending}`)
    made++
    const extension =
      alternatives.length === 0
        ? []
        : ['-addext', `subjectAltName=${alternatives.map((n) => `DNS:${n}`).join()}`]
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', path('key')]
    const subject = ['-subj', `/CN=${name}`, '-out', path('pem')]
    execFileSync('openssl', ['req', '-x509', ...key, ...subject, ...extension], { stdio: 'pipe' })
    return { cert: readFileSync(path('pem'), 'utf8'), key: readFileSync(path('key'), 'utf8') }
  }

  test.each([
    [['a.example', '*.b.example'], 'a.example, *.b.example', 'a.example'],
    [['*.b.example'], '*.b.example', 'NAME'],
    [['1.x', '2.x', '3.x', '4.x', '5.x', '6.x', '7.x'], '1.x, 2.x, 3.x, 4.x, 5.x and 2 more', '1.x'],
    // No alternative names: the common name counts.
    [[], 'broker.example', 'broker.example']
  ])('is told with its names, %j', async (alternatives, shown, first) => {
    const own = selfSigned('broker.example', alternatives)
    const address = await tlsServer(own)
    expect(await failureOf(`mqtts://${address}`, { tls: { ca: own.cert } })).toMatchObject({
      kind: 'connect',
      code: 'tls-hostname',
      message: `cannot connect to "mqtts://${address}": the certificate is for another host: ${shown}`,
      suggestion: `${HERE} ${first}`
    })
  })

  test('is told with its addresses, too', async () => {
    const tls = { ca: certificates.ca, servername: 'elsewhere.example' }
    const failure = await failureOf(`mqtts://${await tlsServer()}`, { tls })
    expect(failure.message).toContain(': localhost, 127.0.0.1, 0:0:0:0:0:0:0:1')
  })

  test('cannot put words of its own into ours', async () => {
    const own = selfSigned('x; run this: rm -rf')
    const failure = await failureOf(`mqtts://${await tlsServer(own)}`, { tls: { ca: own.cert } })
    expect(failure.message).toMatch(/: the certificate is for another host: it names none$/)
  })
})
