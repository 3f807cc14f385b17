import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ConnectionOptions } from '../../../src/core/connection.js'
import { openAmqp } from '../../../src/transport/amqp/open-amqp.js'
import { type AmqpServer, startAmqpServer } from '../../support/amqp-server.js'
import { type Certificates, makeCertificates } from '../../support/certificates.js'
import { connectionOptions } from '../../support/connection-options.js'
import { isRabbitmqMissing } from '../../support/rabbitmq.js'
import { startTlsServer } from '../../support/tls-server.js'
import { useRabbitmq } from '../../support/use-rabbitmq.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-certificate-'))
let certificates: Certificates
beforeAll(() => {
  certificates = makeCertificates(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** A server that speaks TLS, offers these mechanisms and knows the user ann. Its address. */
async function startServer(mechanisms: string): Promise<{ server: AmqpServer; address: string }> {
  const server = await startAmqpServer({ mechanisms, users: new Map([['ann', 'secret']]) })
  const tls = await startTlsServer(certificates, { ca: certificates.ca, requestCert: true }, (peer) => {
    const inner = connect(server.port, '127.0.0.1')
    inner.on('error', () => undefined)
    peer.pipe(inner).pipe(peer)
  })
  endings.push(
    () => server.stop(),
    () => tls.close()
  )
  return { server, address: `localhost:${tls.port}` }
}

async function connectTo(url: string, options: Partial<ConnectionOptions> = {}) {
  const { ca, clientCert: cert, clientKey: key } = certificates
  const connection = await openAmqp(connectionOptions(url, { tls: { ca, cert, key }, ...options }))
  endings.push(() => connection.close())
}

/** What the client has said to authenticate itself. */
function saidTo(server: AmqpServer): string | undefined {
  for (const { method } of server.peers[0]?.received ?? [])
    if (method.name === 'connection.start-ok') return `${method.args.mechanism} ${method.args.response}`
  return undefined
}

describe('a client with a certificate', () => {
  it.each([
    ['and nothing else', 'PLAIN EXTERNAL', '', {}, 'EXTERNAL '],
    ['and a user name without a password', 'PLAIN EXTERNAL', '', { username: 'ann' }, 'EXTERNAL '],
    ['and a user with a password', 'PLAIN EXTERNAL', 'ann:secret@', {}, 'PLAIN \0ann\0secret'],
    ['and a user with a password', 'PLAIN', 'ann:secret@', {}, 'PLAIN \0ann\0secret'],
    ['and a user whose password the broker cannot take', 'EXTERNAL', 'ann:secret@', {}, 'EXTERNAL ']
  ])('%s, at a broker with %s, says who it is', async (_what, mechanisms, user, options, said) => {
    const { server, address } = await startServer(mechanisms)
    await connectTo(`amqps://${user}${address}`, options)
    expect(saidTo(server)).toBe(said)
  })

  it.each([
    ['and nothing else', {}],
    ['and a user name without a password', { username: 'ann' }]
  ])('%s is not taken for guest by a broker that takes passwords alone', async (_what, options) => {
    const { server, address } = await startServer('AMQPLAIN PLAIN')
    await expect(connectTo(`amqps://${address}`, options)).rejects.toMatchObject({
      kind: 'refused',
      code: 'not-authorized',
      message: `cannot connect to "amqps://${address}": the broker does not take the certificate for a login: it authenticates by AMQPLAIN PLAIN alone`,
      suggestion:
        'give user name and password: --username, --password-file; or enable the plug-in rabbitmq_auth_mechanism_ssl, and EXTERNAL in auth_mechanisms'
    })
    expect(saidTo(server)).toBeUndefined()
  })
})

describe.skipIf(isRabbitmqMissing)('a client certificate at RabbitMQ', () => {
  const host = useRabbitmq()

  it.each([
    ['of a user without rights here', "refused for user 'ann'", 'rabbitmqctl set_permissions'],
    ['of nobody', 'Login was refused using authentication mechanism EXTERNAL', 'ssl_cert_login_from']
  ])('%s is told so', async (what, reason, todo) => {
    const { ca, clientCert: cert, clientKey: key } = host().certificates
    const tls = { ca, ...(what === 'of nobody' ? serverPair() : { cert, key }) }
    const failure = openAmqp(connectionOptions(host().secureUrl.replace(/\/\/.*@/, '//'), { tls }))
    await expect(failure).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining(reason),
      suggestion: expect.stringContaining(todo)
    })
  })

  /** The certificate of the broker itself, whose name is that of no user. */
  function serverPair() {
    const { serverCert, serverKey } = host().certificates.paths
    return { cert: readFileSync(serverCert, 'utf8'), key: readFileSync(serverKey, 'utf8') }
  }
})
