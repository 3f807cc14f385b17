import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SecureContextOptions, TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { BrokerConnection } from '../../../src/core/connection.js'
import { type Certificates, makeCertificates } from '../../support/certificates.js'
import { connectionOptions, Notices } from '../../support/connection-options.js'
import { openConnection } from '../../support/open-connection.js'
import { startTlsServer, type TlsServer } from '../../support/tls-server.js'

type Pair = Required<Pick<SecureContextOptions, 'cert' | 'key'>>

const folder = mkdtempSync(join(tmpdir(), 'tidings-tls-passing-'))
let certificates: Certificates
let good: Pair
let broker: TlsServer | undefined
let peers: TLSSocket[]
const connections: BrokerConnection[] = []

beforeAll(() => {
  certificates = makeCertificates(folder)
  const { serverCert, serverKey } = certificates.paths
  good = { cert: readFileSync(serverCert, 'utf8'), key: readFileSync(serverKey, 'utf8') }
})
afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()))
  broker?.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A certificate of the trusted authority that is valid from and until these dates, YYYYMMDD. */
function validFrom(start: string, end: string): Pair {
  const config = `[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n`
  writeFileSync(join(folder, 'ca.cnf'), config)
  writeFileSync(join(folder, 'index'), '')
  writeFileSync(join(folder, 'serial'), '01\n')
  const by = ['-cert', 'ca.pem', '-keyfile', 'ca.key', '-extfile', 'server.ext']
  const dates = ['-startdate', `${start}000000Z`, '-enddate', `${end}000000Z`]
  const files = ['-in', 'server.csr', '-out', 'dated.pem', '-notext', '-batch', '-config', 'ca.cnf']
  execFileSync('openssl', ['ca', ...files, ...by, ...dates], { cwd: folder, stdio: 'pipe' })
  return { ...good, cert: readFileSync(join(folder, 'dated.pem'), 'utf8') }
}

/** A broker that accepts whoever completes the handshake. */
async function startBroker(presented: SecureContextOptions): Promise<{ url: string }> {
  peers = []
  broker = await startTlsServer(certificates, presented, (peer) => {
    peers.push(peer)
    peer.once('data', () => peer.write(Buffer.from([0x20, 3, 0, 0, 0])))
  })
  return { url: `mqtts://127.0.0.1:${broker.port}` }
}

async function connect(url: string, notices: Notices, wait = 0): Promise<BrokerConnection> {
  const tls = { ca: certificates.ca }
  const connection = await openConnection(connectionOptions(url, { tls, wait, onNotice: notices.take }))
  connections.push(connection)
  return connection
}

const TODAY = new Date().toISOString().slice(0, 10)
const NOT_YET = `the broker's certificate is not valid yet; the clock of this computer says ${TODAY}`

/** What a broker may present for a while. A broker without a certificate ends the handshake with an alert. */
const PASSING: readonly (readonly [string, () => SecureContextOptions, string])[] = [
  ['an alert', () => ({ cert: '', key: '' }), '(TLS alert 40, handshake_failure)'],
  ['a certificate from the future', () => validFrom('20900101', '20950101'), NOT_YET]
]
/** What else may be mended at a broker that had accepted us. */
const MENDED: typeof PASSING = [
  [
    'an expired certificate',
    () => validFrom('20000101', '20010101'),
    `the broker's certificate has expired; the clock of this computer says ${TODAY}`
  ],
  ['another certificate', () => ({ ...good, ...selfSigned() }), 'not trusted']
]

function selfSigned(): Pair {
  const path = (name: string) => join(folder, name)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', path('own.key')]
  const arguments_ = ['req', '-x509', ...key, '-subj', '/CN=localhost', '-out', path('own.pem')]
  execFileSync('openssl', arguments_, { stdio: 'pipe' })
  return { cert: readFileSync(path('own.pem'), 'utf8'), key: readFileSync(path('own.key'), 'utf8') }
}

describe('a trouble that passes', () => {
  test.each(PASSING)('does not end --wait: %s', async (_name, presented, words) => {
    const { url } = await startBroker(presented())
    const notices = new Notices()
    const connecting = connect(url, notices, 60_000)
    const told = notices.first('waiting').then(({ text }) => text)
    expect(await Promise.race([told, connecting.then(String)])).toContain(words)
  })

  test.each([...PASSING, ...MENDED])(
    'does not end a connection that had been made: %s',
    async (_, presented, words) => {
      const { url } = await startBroker(good)
      const notices = new Notices()
      const connection = await connect(url, notices)
      broker?.present(presented())
      peers[0]?.destroy()
      const told = notices.saying(words).then(({ text }) => text)
      expect(await Promise.race([told, connection.closed.then(String)])).toContain(words)
      broker?.present(good)
      await notices.first('reconnected')
    }
  )
})

test.each(MENDED)('what somebody has to mend ends --wait at once: %s', async (_name, presented, words) => {
  const { url } = await startBroker(presented())
  await expect(connect(url, new Notices(), 60_000)).rejects.toMatchObject({
    kind: 'connect',
    message: expect.stringContaining(words)
  })
})
