import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConnectionOptions } from '../../src/core/connection.js'
import { connectionOptions, message } from '../support/connection-options.js'
import { isMosquittoMissing, type Mosquitto, startMosquitto } from '../support/mosquitto.js'
import { openConnection } from '../support/open-connection.js'
import { describeMqttContract } from './mqtt-contract.js'

let mosquitto: Mosquitto

type Reached = (broker: Mosquitto) => { url: string; options?: Partial<ConnectionOptions> }

const WAYS: readonly (readonly [string, Reached])[] = [
  ['TCP', (broker) => ({ url: broker.plain })],
  ['TCP with a password', (broker) => ({ url: broker.guarded })],
  ['TLS', (broker) => ({ url: broker.tls, options: { tls: { ca: broker.certificates.ca } } })],
  [
    'TLS with a client certificate',
    (broker) => ({ url: broker.mutualTls, options: { tls: mutual(broker) } })
  ],
  ['WebSocket', (broker) => ({ url: broker.webSocket })],
  ['a unix socket', (broker) => ({ url: broker.unix })]
]

function mutual({ certificates }: Mosquitto): ConnectionOptions['tls'] {
  return { ca: certificates.ca, cert: certificates.clientCert, key: certificates.clientKey }
}

describe.skipIf(isMosquittoMissing)('mosquitto', () => {
  beforeAll(async () => {
    mosquitto = await startMosquitto()
  })
  afterAll(() => mosquitto?.stop())

  for (const [name, reach] of WAYS) {
    describe.each(['5', '3.1.1'] as const)(`over ${name}, MQTT %s`, (version) => {
      describeMqttContract({
        url: () => reach(mosquitto).url,
        options: () => reach(mosquitto).options ?? {},
        version,
        // Over WebSocket, mosquitto 2.0.11 sends 20 kB of a message, and the next 20 kB half a second later.
        ...(name === 'WebSocket' ? { limits: { large: 16_000 } } : {})
      })
    })
  }

  const connect = (url: string, options: Partial<ConnectionOptions> = {}) =>
    openConnection(connectionOptions(url, options))

  it.each(['5', '3.1.1'] as const)('refuses a wrong password over MQTT %s', async (version) => {
    const url = mosquitto.guarded.replace(/:\/\/.*@/, '://ann:wrong@')
    await expect(connect(url, { mqtt: { version } })).rejects.toMatchObject({
      kind: 'refused',
      code: 'not-authorized'
    })
  })

  it('says which publish it denied, over MQTT 5', async () => {
    const connection = await connect(mosquitto.guarded)
    const report = await connection.publish([message('denied/a', 'x'), message('free/a', 'x')])
    await connection.close()
    expect(report).toMatchObject({
      acknowledged: 1,
      refused: [{ index: 0, reason: expect.stringContaining('not authorized'), code: 'publish-refused' }]
    })
  })

  const unfit: [string, { ca?: boolean; other?: boolean; servername?: string }, string][] = [
    ['an authority that is not trusted', {}, 'tls-untrusted'],
    ['another authority', { other: true }, 'tls-untrusted'],
    ['a name that is not in it', { ca: true, servername: 'elsewhere.example' }, 'tls-hostname']
  ]
  it.each(unfit)('is refused by tidings if its certificate has %s', async (_name, wish, code) => {
    const { certificates } = mosquitto
    const tls = {
      ...(wish.ca && { ca: certificates.ca }),
      ...(wish.other && { ca: certificates.otherCa }),
      ...(wish.servername && { servername: wish.servername })
    }
    await expect(connect(mosquitto.tls, { tls, wait: 60_000 })).rejects.toMatchObject({
      kind: 'connect',
      code
    })
  })

  it('is connected without verification if the user asks for that', async () => {
    const connection = await connect(mosquitto.tls, { tls: { insecure: true } })
    await connection.close()
  })

  it('asks for a client certificate', async () => {
    const tls = { ca: mosquitto.certificates.ca }
    await expect(connect(mosquitto.mutualTls, { tls })).rejects.toMatchObject({
      kind: 'connect',
      code: 'tls-client-certificate'
    })
  })

  it('is not connected with a key that does not belong to the certificate', async () => {
    const { certificates } = mosquitto
    const tls = { cert: certificates.ca, key: certificates.clientKey }
    await expect(connect(mosquitto.mutualTls, { tls })).rejects.toMatchObject({
      kind: 'bad-input',
      code: 'tls-bad-certificate'
    })
  })

  it.each([
    ['TLS on a plain port', 'plain', 'mqtts', 'not-tls|connection-closed'],
    ['MQTT on a TLS port', 'tls', 'mqtt', 'connection-closed|not-mqtt'],
    ['WebSocket on a plain port', 'plain', 'ws', 'connection-closed|connect-failed'],
    ['MQTT on a WebSocket port', 'webSocket', 'mqtt', 'connection-closed|not-mqtt']
  ] as const)('does not understand %s', async (_name, listener, scheme, codes) => {
    const url = mosquitto[listener].replace(/^[a-z]+/, scheme)
    await expect(connect(url, { connectTimeout: 3000 })).rejects.toMatchObject({
      kind: 'connect',
      code: expect.stringMatching(new RegExp(`^(${codes})$`))
    })
  })
})
