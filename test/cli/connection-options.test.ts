import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { brokersOf, type ConnectionFlags, connectionOptionsOf } from '../../src/cli/connection-options.js'
import type { ConnectionNotice } from '../../src/core/connection.js'
import { createTransports, ROWS } from '../../src/transport/transports.js'
import { InventedBroker } from '../support/invented-protocol.js'
import { MemoryIo } from '../support/memory-io.js'

const flags: ConnectionFlags = {
  broker: undefined,
  profile: undefined,
  username: undefined,
  password: undefined,
  'password-file': undefined,
  'client-id': undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  'key-password-file': undefined,
  servername: undefined,
  alpn: undefined,
  insecure: false,
  proxy: undefined,
  keepalive: 30_000,
  'connect-timeout': 10_000,
  wait: 0,
  'ws-header': undefined,
  protocol: 'auto',
  'will-channel': undefined,
  'will-payload': undefined,
  'will-qos': undefined,
  'will-retain': false
}
const spoken = await createTransports(ROWS).find(['mqtt://a'])

type World = ConstructorParameters<typeof MemoryIo>[0]
async function connect(more: Partial<ConnectionFlags> = {}, world: World = {}, protocol = spoken) {
  const notices: ConnectionNotice[] = []
  const take = (notice: ConnectionNotice) => void notices.push(notice)
  const options = await connectionOptionsOf({ ...flags, ...more }, new MemoryIo(world), protocol, take)
  return { options, warnings: notices.map(({ text }) => text) }
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-connection-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('the brokers', () => {
  it('are the local one where none is named', () => {
    expect(brokersOf({ broker: undefined })).toEqual(['local'])
    expect(brokersOf({ broker: [] })).toEqual(['local'])
  })

  it('may be several, in flags or in one text as a variable has them, in the order to try them', () => {
    expect(brokersOf({ broker: ['a', 'b,c'] })).toEqual(['a', 'b', 'c'])
    expect(brokersOf({ broker: 'a,b' })).toEqual(['a', 'b'])
  })
})

describe('what a transport is told', () => {
  it('is only what the flags say, in its own units', async () => {
    const { options, warnings } = await connect({ keepalive: 1500 })
    const { signal, onNotice, ...others } = options
    expect(others).toEqual({
      brokers: ['local'],
      // Whole seconds; a part of one is not none.
      keepalive: 2,
      connectTimeout: 10_000,
      tls: {},
      mqtt: { version: 'auto' },
      wait: 0
    })
    expect(warnings).toEqual([])
  })

  it('has the texts of files, and lists that a variable gives as one text', async () => {
    const { options } = await connect({
      ca: file('ca', 'CA'),
      cert: file('cert', 'CERT'),
      key: file('key', 'KEY'),
      'key-password-file': file('secret', 'p\n'),
      alpn: 'mqtt, x',
      'ws-header': ['a=1', 'b=2=3'],
      proxy: 'socks5://p',
      username: 'ann',
      'client-id': 'me'
    })
    expect(options).toMatchObject({
      tls: { ca: 'CA', cert: 'CERT', key: 'KEY', keyPassword: 'p', alpn: ['mqtt', 'x'] },
      wsHeaders: { a: '1', b: '2=3' },
      proxy: 'socks5://p',
      username: 'ann',
      clientId: 'me'
    })
  })

  it('is not of a last will where the protocol has none, although a variable asks for it', async () => {
    const invented = await new InventedBroker().transports.find(['drum://hill'])
    expect((await connect({ 'will-payload': 'bye' }, {}, invented)).options.mqtt).toBeUndefined()
  })

  it.each<[string, Partial<ConnectionFlags>, string]>([
    ['a certificate without its key', { cert: 'a' }, 'certificate-without-key'],
    ['a key without its certificate', { key: 'a' }, 'certificate-without-key'],
    ['a header that is none', { 'ws-header': ['a: 1'] }, 'bad-pair']
  ])('is not %s', async (_what, more, code) => {
    await expect(connect(more)).rejects.toMatchObject({ kind: 'usage', code })
  })

  it('is not that TLS is unchecked because of a variable that says neither yes nor no', async () => {
    await expect(connect({}, { env: { TIDINGS_INSECURE: 'maybe' } })).rejects.toMatchObject({
      kind: 'usage',
      code: 'bad-variable'
    })
    await expect(connect({}, { env: { TIDINGS_INSECURE: 'No' } })).resolves.toBeDefined()
  })
})

describe('a warning', () => {
  it('comes with --insecure', async () => {
    const { options, warnings } = await connect({ insecure: true })
    expect(options.tls).toEqual({ insecure: true })
    expect(warnings).toEqual([expect.stringContaining('--insecure')])
  })

  it('comes with a password in a URL on the command line, to people only', async () => {
    const url = 'mqtt://ann:secret@a'
    const at = { terminal: true }
    expect((await connect({ broker: [url] }, at)).warnings).toHaveLength(1)
    expect((await connect({ proxy: 'socks5://a:b@c' }, at)).warnings).toHaveLength(1)
    expect((await connect({ broker: [url] })).warnings).toEqual([])
    expect((await connect({ broker: [url] }, { ...at, env: { TIDINGS_BROKER: url } })).warnings).toEqual([])
    expect((await connect({ broker: ['mqtt://ann@a'] }, at)).warnings).toEqual([])
  })
})
