import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { BrokerConnection, ConnectionOptions } from '../../../src/core/connection.js'
import { metadata } from '../../../src/transport/kafka/api/metadata.js'
import { type KafkaUrl, parseKafkaUrls, type SaslName } from '../../../src/transport/kafka/kafka-url.js'
import type { NodeConnection } from '../../../src/transport/kafka/node-connection.js'
import { NodeOpener } from '../../../src/transport/kafka/node-opener.js'
import { prepareSockets } from '../../../src/transport/sockets/prepare-sockets.js'
import { connectionOptions, message, Notices, Received } from '../../support/connection-options.js'
import { type KafkaNode, startKafkaNode } from '../../support/kafka-node.js'
import { isKafkaMissing } from '../../support/kafka-programs.js'
import { openConnection } from '../../support/open-connection.js'
import { unsecuredToken } from '../../support/unsecured-token.js'
import { KafkaSite } from '../../support/use-kafka.js'

/** Milliseconds for which a login lasts here. */
const LIFETIME = 1500

const CONFIG = [
  'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
  'listener.name.sasl_plaintext.oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";',
  `connections.max.reauth.ms=${LIFETIME}`
]

describe.skipIf(isKafkaMissing)('a Kafka whose logins end', () => {
  let node: KafkaNode
  let site: KafkaSite
  const connections: BrokerConnection[] = []
  beforeAll(async () => {
    node = await startKafkaNode(CONFIG)
    site = new KafkaSite(node.address)
    await site.connect()
  })
  afterAll(async () => {
    await site?.disconnect()
    await node?.stop()
  })
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()))
  })

  const connect = async (url: string, options: Parameters<typeof connectionOptions>[1] = {}) => {
    const connection = await openConnection(connectionOptions(url, options))
    connections.push(connection)
    return connection
  }
  const urlFor = (sasl: SaslName) =>
    sasl === 'oauthbearer'
      ? site.urlFor('ann', sasl, unsecuredToken('ann', Date.now() + 600_000))
      : site.urlFor('ann', sasl)

  async function open(text: string, more: Partial<ConnectionOptions> = {}): Promise<NodeConnection> {
    const brokers = parseKafkaUrls(text)
    const options = connectionOptions(text, more)
    const opener = new NodeOpener(await prepareSockets(brokers, options, ''), options)
    return opener.open(brokers[0] as KafkaUrl, new AbortController().signal)
  }

  /** Asks one question after the other, for several lifetimes or until the connection ends. Returns whether it has not ended. */
  async function outlives(connection: NodeConnection): Promise<boolean> {
    const end = Date.now() + 2.2 * LIFETIME
    try {
      while (Date.now() < end) await connection.request(metadata, { topics: [] })
    } catch {
      return false
    }
    await connection.close()
    return true
  }

  it('ends the connection of a client that does not log in again', async () => {
    const connection = await open(urlFor('plain'))
    connection.keepLoggedIn(0, async () => 0)
    expect(await outlives(connection)).toBe(false)
  })

  it.each(['plain', 'scram-sha-256', 'oauthbearer'] as const)(
    'keeps the connection of one that does, by %s',
    async (sasl) => {
      expect(await outlives(await open(urlFor(sasl)))).toBe(true)
    }
  )

  it('keeps the connection of one whose token is renewed in time, each login with the newest one', async () => {
    // Longer than a login lasts, and shorter than the questions go on. A token counts whole seconds.
    const passwordNow = () => unsecuredToken('ann', Date.now() + LIFETIME + 1000)
    const password = passwordNow()
    const url = `kafka://127.0.0.1:${node.address.ports.password}?sasl=oauthbearer`
    expect(await outlives(await open(url, { password, passwordNow }))).toBe(true)
  })

  it('notices nothing of it where messages are published and read all the time, with each QoS', async () => {
    const topic = await site.newTopic(3)
    const notices = new Notices()
    const received = new Received()
    const options = { onNotice: notices.take }
    const reader = await connect(urlFor('scram-sha-512'), options)
    const group = site.newName('group')
    await reader.subscribe([{ pattern: topic, guarantee: 1, from: 'beginning', group }], received.take)
    const publisher = await connect(urlFor('plain'), options)
    const end = Date.now() + 2.2 * LIFETIME
    let sent = 0
    while (Date.now() < end)
      for (const qos of [0, 1, 2] as const) {
        const batch = Array.from({ length: 10 }, () => message(topic, `${sent++}`, qos))
        expect(await publisher.publish(batch)).toMatchObject({ acknowledged: 10, refused: [] })
      }
    expect(await publisher.confirmRead?.()).toEqual({ count: 0 })
    await received.atLeast(sent)
    expect(received.texts).toHaveLength(sent)
    expect(new Set(received.texts).size).toBe(sent)
    expect(notices.all).toEqual([])
  })

  it('says that a token has run out, where the client connects and where it has to log in again', async () => {
    const old = unsecuredToken('ann', Date.parse('2020-01-02T03:04:05Z'))
    await expect(connect(site.urlFor('ann', 'oauthbearer', old))).rejects.toMatchObject({
      kind: 'refused',
      code: 'bad-credentials',
      message: expect.stringContaining('the token ran out at 2020-01-02T03:04:05.000Z'),
      suggestion: 'get a new token, and give it: --password-file FILE'
    })
    const topic = await site.newTopic()
    const soon = unsecuredToken('ann', Date.now() + 2 * LIFETIME)
    const connection = await connect(`kafka://127.0.0.1:${node.address.ports.password}?sasl=oauthbearer`, {
      password: soon
    })
    await connection.subscribe([{ pattern: topic, guarantee: 1 }], () => {})
    expect(await connection.closed).toMatchObject({
      kind: 'refused',
      code: 'bad-credentials',
      message: expect.stringContaining('the token ran out at')
    })
  })

  it('names what the broker says of a token that it does not accept', async () => {
    await expect(connect(site.urlFor('ann', 'oauthbearer', 'nonsense'))).rejects.toMatchObject({
      kind: 'refused',
      code: 'bad-credentials',
      message: expect.stringContaining('the token was not accepted')
    })
  })

  it('knows the user of a token, and refuses what that user may not do', async () => {
    const topic = await site.newTopic()
    const publisher = await connect(urlFor('oauthbearer'))
    expect(await publisher.publish([message(topic, 'x')])).toMatchObject({ acknowledged: 1 })
    const token = unsecuredToken('bob', Date.now() + 600_000)
    const other = await connect(site.urlFor('bob', 'oauthbearer', token))
    expect((await other.publish([message(topic, 'x')])).refused).toHaveLength(1)
  })
})
