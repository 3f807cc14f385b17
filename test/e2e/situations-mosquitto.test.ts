import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listenLocally } from '../support/listen-locally.js'
import { isMosquittoMissing, type Mosquitto, startMosquitto } from '../support/mosquitto.js'
import { makeHome, runProgram } from '../support/program.js'
import { expectOneReason } from '../support/situation.js'

const home = makeHome()
afterAll(() => home.remove())

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  runProgram(args, { env: { ...home.env, ...env } })

const publishing = ['publish', 'a', 'x'] as const

describe.skipIf(isMosquittoMissing)('on mosquitto', () => {
  let mosquitto: Mosquitto
  beforeAll(async () => {
    mosquitto = await startMosquitto()
  })
  afterAll(() => mosquitto.stop())

  const ca = () => mosquitto.certificates.paths.ca
  const file = (name: string, text: string) => {
    const path = join(home.path, name)
    writeFileSync(path, text)
    return path
  }
  const plain = (scheme: string) => mosquitto.plain.replace('mqtt:', `${scheme}:`)

  const cases: [string, () => string[], number, string][] = [
    ['a certificate of an unknown authority', () => ['-b', mosquitto.tls], 3, '--ca'],
    [
      'a certificate for another host',
      () => ['-b', mosquitto.tls, '--ca', ca(), '--servername', 'example.com'],
      3,
      'certificate'
    ],
    [
      'no client certificate where one is asked for',
      () => ['-b', mosquitto.mutualTls, '--ca', ca()],
      3,
      '--cert'
    ],
    [
      'a key of another certificate',
      () => [
        ...[
          '-b',
          mosquitto.mutualTls,
          '--ca',
          ca(),
          '--cert',
          file('c.pem', mosquitto.certificates.clientCert)
        ],
        ...['--key', mosquitto.certificates.paths.serverKey]
      ],
      6,
      'key'
    ],
    ['TLS to a plain port', () => ['-b', plain('mqtts')], 3, 'TLS'],
    ['WebSocket to a port for TCP', () => ['-b', plain('ws')], 3, 'WebSocket'],
    [
      'TCP to a port for WebSocket',
      () => ['-b', mosquitto.webSocket.replace('ws:', 'mqtt:')],
      3,
      'WebSocket'
    ],
    ['plain TCP to a port for TLS', () => ['-b', mosquitto.tls.replace('mqtts:', 'mqtt:')], 3, 'TLS'],
    [
      'a wrong password over MQTT 5',
      () => ['-b', mosquitto.guarded.replace(/:[^:@]*@/, ':no@'), '--protocol', '5'],
      4,
      'not authorized'
    ],
    [
      'a wrong password over MQTT 3.1.1',
      () => ['-b', mosquitto.guarded.replace(/:[^:@]*@/, ':no@'), '--protocol', '3.1.1'],
      4,
      'not authorized'
    ],
    ['a password with : @ and % in the URL', () => ['-b', mosquitto.guarded], 0, 'acknowledged'],
    ['a socket of the file system', () => ['-b', mosquitto.unix], 0, 'acknowledged']
  ]
  it.each(cases)('%s', async (_what, args, code, says) => {
    const { exitCode, stderr } = await run([...publishing, ...args()])
    expect({ exitCode, stderr }).toMatchObject({ exitCode: code })
    expect(stderr).toContain(says)
    if (code !== 0) expectOneReason(stderr)
  })

  it.each([
    ['5', 4],
    ['3.1.1', 0]
  ])(
    'a publish that the access list denies over MQTT %s, where it can be told: %i',
    async (protocol, code) => {
      const args = ['publish', 'denied/x', 'x', '--protocol', protocol, '-b', mosquitto.guarded]
      expect(await run(args)).toMatchObject({ exitCode: code })
    }
  )

  it('what is retained is recorded without a guarantee, and its replay is acknowledged', async () => {
    const broker = ['-b', mosquitto.plain]
    await run(['publish', 'kept/lamp', 'on', '--retain', ...broker])
    const recording = join(home.path, 'kept.jsonl')
    expect(await run(['record', 'kept/#', '--count', '1', '-o', recording, ...broker])).toMatchObject({
      exitCode: 0
    })
    expect(readFileSync(recording, 'utf8')).toContain('"mqtt":{"retain":true}')
    const replayed = await run(['replay', recording, ...broker])
    expect(replayed).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('all acknowledged') })
  })

  it('a server that speaks TLS 1.1 at most is refused', async () => {
    const { serverCert, serverKey } = mosquitto.certificates.paths
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    const server = createTlsServer({ ...old, cert: readFileSync(serverCert), key: readFileSync(serverKey) })
    const port = await listenLocally(server)
    const client = connectTls({ ...old, port, host: '127.0.0.1', ca: mosquitto.certificates.ca })
    await once(client, 'secureConnect')
    expect(client.getProtocol()).toBe('TLSv1.1')
    client.destroy()
    for (const more of [['--ca', ca()], ['--insecure']]) {
      const { exitCode, stderr } = await run([...publishing, '-b', `mqtts://127.0.0.1:${port}`, ...more])
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 3 })
    }
    server.close()
  })

  it('the proxy of another library that an environment names is not used', async () => {
    const server = createServer((socket) => socket.destroy())
    const port = await listenLocally(server)
    const env = { MQTTJS_SOCKS_PROXY: `socks5://127.0.0.1:${port}` }
    expect(await run([...publishing, '-b', mosquitto.plain], env)).toMatchObject({ exitCode: 0 })
    server.close()
  })
})
