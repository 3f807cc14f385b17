import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { environmentPassword } from '../../src/cli/environment-password.js'
import Broker from '../../src/commands/broker/index.js'
import Publish from '../../src/commands/publish.js'
import { makeCertificates } from '../support/certificates.js'
import { outcomeOf } from '../support/run-command.js'
import { accept, type ScriptedBroker, startScriptedBroker } from '../support/scripted-broker.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-password-bytes-'))
const file = join(folder, 'password')
afterAll(() => rmSync(folder, { recursive: true }))

let broker: ScriptedBroker
afterEach(() => broker?.close())

/** The password that a broker is sent, and what stderr says. */
async function sent(argv: (url: string) => string[], env: Record<string, string> = {}) {
  broker = await startScriptedBroker(async (peer) => {
    await accept(peer)
    const { messageId = 0 } = await peer.next('publish')
    peer.send({ cmd: 'puback', messageId })
  })
  const { exitCode, stderr } = await outcomeOf(Publish, ['a', 'b', ...argv(broker.url)], { env })
  const [connect] = broker.peers[0]?.received ?? []
  const password = connect?.cmd === 'connect' ? connect.password : undefined
  return { exitCode, stderr, password }
}

const LATIN_1 = Buffer.from('p\xe4ss', 'latin1')
const MARK = Buffer.from([0xef, 0xbb, 0xbf])

describe('--password-file', () => {
  const fromFile = async (contents: Uint8Array) => {
    writeFileSync(file, contents)
    return sent((url) => ['-b', url, '-u', 'ada', '--password-file', file])
  }

  test.each([
    ['UTF-8', Buffer.from('päss\n'), Buffer.from('päss')],
    ['Latin-1', Buffer.concat([LATIN_1, Buffer.from('\r\n')]), LATIN_1],
    ['Latin-1 without an end of line', LATIN_1, LATIN_1],
    [
      'a byte order mark in front',
      Buffer.concat([MARK, Buffer.from('secret\r\nmore')]),
      Buffer.from('secret')
    ],
    ['a carriage return within', Buffer.from('a\rb\n'), Buffer.from('a\rb')]
  ])('is sent as it is: %s', async (_name, contents, password) => {
    expect(await fromFile(contents)).toMatchObject({ exitCode: 0, password })
  })

  test('that is UTF-16 ends with 6, and says so', async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('secret\r\n', 'utf16le')])
    const { exitCode, stderr } = await fromFile(utf16)
    expect(exitCode).toBe(6)
    expect(stderr).toContain(`cannot read "${file}": it is UTF-16`)
    expect(broker.count).toBe(0)
  })

  test('with a byte order mark only is empty', async () => {
    const { exitCode, stderr } = await fromFile(MARK)
    expect(exitCode).toBe(6)
    expect(stderr).toContain('its first line is empty')
  })
})

describe('a password in a URL', () => {
  const inUrl = (credentials: string) => sent((url) => ['-b', url.replace('//', `//${credentials}@`)])

  test('is sent as it is', async () => {
    expect(await inUrl('ada:p%E4ss')).toMatchObject({ exitCode: 0, password: LATIN_1 })
  })

  test('is sent as UTF-8 where it is that', async () => {
    expect(await inUrl('ada:p%C3%A4ss')).toMatchObject({ exitCode: 0, password: Buffer.from('päss') })
  })

  test.each([
    ['%E4da:x', 'its "%" escapes are not UTF-8'],
    ['ada:50%', 'it has a "%" that is not followed by two hex digits']
  ])('%s: the error says why', async (credentials, why) => {
    const { exitCode, stderr } = await inUrl(credentials)
    expect(exitCode).toBe(2)
    expect(stderr).toContain(why)
  })
})

describe('TIDINGS_PASSWORD', () => {
  const system = (value: Uint8Array) => () =>
    Buffer.concat([Buffer.from('A=b\0XTIDINGS_PASSWORD=no\0TIDINGS_PASSWORD='), value, Buffer.from('\0Z=\0')])

  test.each([
    ['is asked of the system where Node has changed it', 'p\ufffdss', LATIN_1, LATIN_1],
    ['may hold a U+FFFD', '\ufffd', Buffer.from('\ufffd'), '\ufffd'],
    ['is a text otherwise', 'päss', Buffer.from('other'), 'päss']
  ])('%s', (_name, text, bytes, password) => {
    expect(environmentPassword({ TIDINGS_PASSWORD: text }, system(bytes))).toEqual(password)
  })

  test('that no system tells ends with 6, and says why', async () => {
    const env = { TIDINGS_PASSWORD: 'p\ufffdss' }
    const { exitCode, stderr } = await sent((url) => ['-b', url, '-u', 'ada'], env)
    expect(exitCode).toBe(6)
    expect(stderr).toContain('cannot use TIDINGS_PASSWORD: it is not UTF-8')
    expect(stderr).not.toContain('ss"')
  })
})

describe('another small file that people write', () => {
  test('--key-password-file that is not UTF-8 ends with 6, and says why', async () => {
    const { paths } = makeCertificates(folder)
    writeFileSync(file, LATIN_1)
    const tls = ['--cert', paths.serverCert, '--key', paths.serverKey, '--key-password-file', file]
    const { exitCode, stderr } = await outcomeOf(Publish, ['a', 'b', '-b', 'mqtts://127.0.0.1:1', ...tls])
    expect(exitCode).toBe(6)
    expect(stderr).toContain(`cannot use the password in "${file}": it is not UTF-8`)
  })

  test('a byte order mark in front of a certificate is left out', async () => {
    const { ca } = makeCertificates(folder)
    writeFileSync(file, Buffer.concat([MARK, Buffer.from(ca)]))
    const { exitCode, stderr } = await outcomeOf(Publish, [
      'a',
      'b',
      '-b',
      'mqtts://127.0.0.1:1',
      '--ca',
      file
    ])
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('refused') })
  })

  test("a byte order mark in front of a broker's password file is no part of a user's name", async () => {
    writeFileSync(file, Buffer.concat([MARK, Buffer.from('# users\n')]))
    const env = { TIDINGS_HOME: join(folder, 'home') }
    const { stderr } = await outcomeOf(Broker, ['--password-file', file], { env })
    expect(stderr).toContain('the file names no user')
  })
})
