import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { brokerRequestOf } from '../../../src/cli/flags/broker.js'

type Flags = Parameters<typeof brokerRequestOf>[0]
const flags: Flags = {
  listen: undefined,
  ws: undefined,
  'ws-origin': undefined,
  'tls-cert': undefined,
  'tls-key': undefined,
  'tls-ca': undefined,
  'password-file': undefined,
  'allow-anonymous': false,
  memory: false
}
const request = (more: Partial<Flags> = {}) =>
  brokerRequestOf({ ...flags, ...more }, new AbortController().signal)
const here = (port: number, webSocket = false) => ({ host: '127.0.0.1', port, webSocket })

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-broker-flags-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The name of a new file with this text. */
function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('what the embedded broker is to be', () => {
  it('listens on the usual port of this computer alone, keeps its messages, and has no secrets, unless flags say more', async () => {
    expect(await request()).toEqual({
      addresses: [here(1883)],
      allowAnonymous: false,
      memory: false,
      origins: []
    })
  })

  it('listens where it is told, for MQTT and for WebSocket', async () => {
    expect((await request({ listen: ['1884', 'localhost:0'], ws: ['9001'] })).addresses).toEqual([
      here(1884),
      { host: 'localhost', port: 0, webSocket: false },
      here(9001, true)
    ])
  })

  it('does not listen for MQTT where only WebSocket was asked for', async () => {
    expect((await request({ ws: ['9001'] })).addresses).toEqual([here(9001, true)])
  })

  it('has the texts of the files that were named', async () => {
    const cert = file('cert.pem', 'CERT')
    const key = file('key.pem', 'KEY')
    const users = file('users', 'ann:x\n')
    expect(await request({ 'tls-cert': cert, 'tls-key': key, 'password-file': users })).toMatchObject({
      tls: { cert: 'CERT', key: 'KEY' },
      passwords: { text: 'ann:x\n', file: users }
    })
    const ca = file('ca.pem', 'CA')
    expect((await request({ 'tls-cert': cert, 'tls-key': key, 'tls-ca': ca })).tls).toEqual({
      cert: 'CERT',
      key: 'KEY',
      ca: 'CA'
    })
  })

  it.each<[string, Partial<Flags>, string]>([
    ['an address that is none', { listen: ['a:b'] }, 'bad-listen-address'],
    ['a file that is not there', { 'password-file': '/no/such/file' }, 'no-such-file']
  ])('is not said by %s', async (_what, more, code) => {
    await expect(request(more)).rejects.toMatchObject({ code })
  })
})
