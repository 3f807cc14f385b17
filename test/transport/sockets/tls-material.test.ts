import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import Broker from '../../../src/commands/broker/index.js'
import Publish from '../../../src/commands/publish.js'
import { makeCertificates } from '../../support/certificates.js'
import { listenLocally } from '../../support/listen-locally.js'
import { outcomeOf } from '../../support/run-command.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-tls-material-'))
const path = (name: string) => join(folder, name)
let connections = 0
const server = createServer((socket) => {
  connections++
  socket.destroy()
})
let url = ''

beforeAll(async () => {
  const { ca, clientKey } = makeCertificates(folder)
  url = `mqtts://127.0.0.1:${await listenLocally(server)}`
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  openssl('x509', '-in', 'ca.pem', '-outform', 'der', '-out', 'cert.der')
  openssl('pkey', '-in', 'ca.key', '-outform', 'der', '-out', 'key.der')
  const write = (name: string, text: string) => writeFileSync(path(name), text)
  write('empty.pem', '')
  write('blank.pem', ' \n\n')
  write('text.pem', 'to be done\n')
  write('one-line.pem', ca.replaceAll('\n', ' '))
  write('escaped.pem', ca.replaceAll('\n', '\\n'))
  write('cut.pem', ca.slice(0, 200))
  write('ssh.key', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n')
  write('second-damaged.pem', `${ca}${ca.replace(/\n.{8}/, '\nAAAAAAAA')}`)
  write('with-text.pem', `Issuer: ca\r\n${ca.replaceAll('\n', '\r\n')}`)
  write('both.pem', `${ca}${clientKey}`)
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

const NO_CERTIFICATE = [
  ['empty.pem', 'it is empty'],
  ['blank.pem', 'it is empty'],
  ['text.pem', 'it is not PEM'],
  ['client.key', 'it is a private key'],
  ['client.csr', 'it is a certificate request'],
  ['cert.der', 'it is DER, not PEM'],
  ['one-line.pem', 'its PEM is on one line'],
  ['escaped.pem', 'its PEM is on one line'],
  ['cut.pem', 'its PEM has no end']
] as const
const NO_KEY = [
  ['empty.pem', 'it is empty'],
  ['ca.pem', 'it is a certificate'],
  ['key.der', 'it is DER, not PEM'],
  ['ssh.key', 'it is a private key of OpenSSH']
] as const

describe('a file without what it was named for ends with 6, and no socket opens', () => {
  const publish = (...argv: string[]) =>
    outcomeOf(Publish, ['a', 'b', '-b', url, ...argv.map((word) => (word.includes('.') ? path(word) : word))])
  const refused = (stderr: string) => ({
    exitCode: 6,
    stderr: expect.stringContaining(stderr),
    connections: 0
  })

  test.each(NO_CERTIFICATE)('--ca %s', async (file, why) => {
    const outcome = await publish('--ca', file)
    expect({ ...outcome, connections }).toMatchObject(refused(`"--ca": it holds no certificate: ${why}\n`))
  })

  test.each(NO_CERTIFICATE)('--cert %s', async (file, why) => {
    const outcome = await publish('--cert', file, '--key', 'client.key')
    expect({ ...outcome, connections }).toMatchObject(refused(`"--cert": it holds no certificate: ${why}\n`))
  })

  test.each(NO_KEY)('--key %s', async (file, why) => {
    const outcome = await publish('--cert', 'client.pem', '--key', file)
    expect({ ...outcome, connections }).toMatchObject(refused(`"--key": it holds no private key: ${why}\n`))
  })

  test('--ca with a second certificate that is damaged', async () => {
    const outcome = await publish('--ca', 'second-damaged.pem')
    expect({ ...outcome, connections }).toMatchObject(refused('"--ca": its certificate 2 is damaged\n'))
  })

  test('what else stands in a file is no fault', async () => {
    const outcome = await publish('--ca', 'with-text.pem', '--cert', 'client.pem', '--key', 'client.key')
    expect(outcome).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('cannot connect to') })
  })
})

describe('a broker whom nobody could use does not start', () => {
  const broker = (cert: string, key: string, ...ca: string[]) =>
    outcomeOf(
      Broker,
      [
        ...['--listen', '127.0.0.1:0', '--memory', '--tls-cert', path(cert), '--tls-key', path(key)],
        ...ca.flatMap((name) => ['--tls-ca', path(name)])
      ],
      { env: { TIDINGS_HOME: join(folder, 'home') } }
    )
  const refused = (stderr: string) => ({ exitCode: 6, stderr: expect.stringContaining(stderr) })

  test.each(NO_CERTIFICATE)('--tls-cert %s', async (file, why) => {
    expect(await broker(file, 'server.key')).toMatchObject(
      refused(`"--tls-cert": it holds no certificate: ${why}\n`)
    )
  })

  test.each(NO_KEY)('--tls-key %s', async (file, why) => {
    expect(await broker('server.pem', file)).toMatchObject(
      refused(`"--tls-key": it holds no private key: ${why}\n`)
    )
  })

  test.each(NO_CERTIFICATE)('--tls-ca %s', async (file, why) => {
    expect(await broker('server.pem', 'server.key', file)).toMatchObject(
      refused(`"--tls-ca": it holds no certificate: ${why}\n`)
    )
  })

  test('a key that does not belong to the certificate', async () => {
    expect(await broker('server.pem', 'client.key')).toMatchObject(
      refused('cannot use "--tls-cert" and "--tls-key": the key does not belong to the certificate\n')
    )
  })

  test('nothing of the files is shown', async () => {
    const { stderr } = await broker('client.key', 'server.key')
    expect(stderr).not.toContain(readFileSync(path('client.key'), 'utf8').slice(40, 80))
  })
})
