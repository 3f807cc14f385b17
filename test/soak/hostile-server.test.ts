import type { IPublishPacket, Packet } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'

import { MessageExchange } from '../../src/transport/mqtt/exchange/message-exchange.js'
import { MqttNetworkConnection } from '../../src/transport/mqtt/mqtt-network-connection.js'
import { parseMqttUrl } from '../../src/transport/mqtt/mqtt-url.js'
import type { ExchangeLink } from '../../src/transport/mqtt/network-connection.js'
import { message } from '../support/connection-options.js'
import { HostileSocket } from '../support/hostile-socket.js'
import { mutate } from '../support/mutation.js'
import { encode } from '../support/raw-client.js'
import { numbersFrom } from '../support/seeded-random.js'
import { usedMemory } from '../support/used-memory.js'
import { extent, figure, isLong } from './extent.js'

/** How many packets a connection is sent at most, after its CONNACK. */
const PER_CONNECTION = 200
/** Of so many packets one is damaged. */
const SOUND_RUN = 12
const MB = 1_000_000

/** Counts the whole packets that are taken out of what the server sends. */
class WatchedExchange extends MessageExchange {
  #handedOn = 0
  #streams: { readonly exchanged: number }[] = []

  get examined(): number {
    return this.#handedOn + this.#streams.reduce((sum, { exchanged }) => sum + exchanged, 0)
  }

  override openStream(...args: Parameters<MessageExchange['openStream']>) {
    const stream = super.openStream(...args)
    this.#streams.push(stream)
    const push = stream.push.bind(stream)
    stream.push = (packet: unknown) => {
      if (packet !== null) this.#handedOn++
      return push(packet)
    }
    return stream
  }
}

const publish = { cmd: 'publish', topic: 'a/b', payload: '{"a":1}', dup: false, retain: false } as const
const properties: IPublishPacket['properties'] = {
  userProperties: { a: 'b', c: ['d', 'e'] },
  contentType: 'application/json',
  responseTopic: 'r',
  correlationData: Buffer.from('x'),
  messageExpiryInterval: 9,
  payloadFormatIndicator: true,
  subscriptionIdentifier: 3,
  topicAlias: 2
}

const packets: Packet[] = [
  { cmd: 'connack', sessionPresent: false, returnCode: 0, reasonCode: 0 },
  { cmd: 'suback', messageId: 1, granted: [1, 0x80] },
  { cmd: 'suback', messageId: 2, granted: [0] },
  { cmd: 'unsuback', messageId: 1, granted: [0] },
  { ...publish, qos: 0 },
  { ...publish, qos: 1, messageId: 7 },
  { ...publish, qos: 2, messageId: 8, properties },
  { ...publish, qos: 0, properties },
  { cmd: 'puback', messageId: 1, reasonCode: 0x87, properties: { reasonString: 'no' } },
  { cmd: 'pubrec', messageId: 2 },
  { cmd: 'pubrel', messageId: 8 },
  { cmd: 'pubcomp', messageId: 2 },
  { cmd: 'pingresp' },
  { cmd: 'disconnect', reasonCode: 0x8b, properties: { reasonString: 'bye', serverReference: 'x' } },
  {
    cmd: 'auth',
    reasonCode: 0x18,
    properties: { authenticationMethod: 'x', authenticationData: Buffer.of(1) }
  }
]

/** Lets the event loop go round so often. */
async function soon(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) await new Promise((resolve) => setImmediate(resolve))
}

describe.each(['3.1.1', '5'] as const)('a server that sends damaged packets over MQTT %s', (protocol) => {
  const version = protocol === '5' ? 5 : 4
  const connack = encode(
    {
      cmd: 'connack',
      sessionPresent: false,
      returnCode: 0,
      reasonCode: 0,
      properties: { topicAliasMaximum: 5 }
    },
    version
  )
  const corpus = packets
    .filter(({ cmd }) => version === 5 || cmd !== 'auth')
    .map((packet) =>
      packet.cmd === 'disconnect' && version === 4 ? Buffer.of(0xe0, 0) : encode(packet, version)
    )

  /** What a server may send at any time. */
  const sound = [
    ...corpus.slice(4, 8),
    encode({ cmd: 'pubrel', messageId: 8 }, version),
    corpus[12] ?? connack
  ]

  it('causes no exception, no hang and no growth', async () => {
    const wanted = extent({ short: 8_000, long: 400_000, full: 1_000_000 })
    const below = numbersFrom(version)
    const ends = new Map<string, number>()
    const count = { connections: 0, delivered: 0, examined: 0, damaged: 0, survived: 0 }
    const began = performance.now()
    let before = 0
    while (count.examined < wanted) {
      if (before === 0 && count.examined > wanted / 10) before = usedMemory()
      count.connections++
      const exchange = new WatchedExchange({
        topicAliasMaximum: 100,
        onProtocolError: (reason) => link.onProtocolError(reason),
        onReceiverFailed: (error) => {
          throw error
        }
      })
      const link: ExchangeLink = { exchange, onProtocolError: () => {} }
      exchange.addReceiver(
        (batch) => {
          count.delivered += batch.length
        },
        ['#']
      )
      const socket = new HostileSocket()
      const session = new MqttNetworkConnection(
        {
          url: parseMqttUrl('mqtt://127.0.0.1:1'),
          sockets: { tls: {}, wsHeaders: {}, subprotocol: 'mqtt', onNotice: () => {} },
          request: { protocol, clientId: 'c', keepalive: 0, clean: true, sessionExpiry: 0 },
          timeout: 60_000
        },
        link,
        { stream: socket, bytesRead: () => socket.bytesIn }
      )
      // One connection in fifty begins with a damaged CONNACK.
      socket.feed(below(50) === 0 ? mutate(connack, below) : connack)
      const connected = session.connect(new AbortController().signal).then(
        () => true,
        () => false
      )
      // Who waits for a sound CONNACK in vain is let go.
      if (await Promise.race([connected, soon(6).then(() => false)])) {
        exchange.resume({ sessionPresent: false })
        session.subscribe([{ pattern: 'a/#', guarantee: 1 }]).catch(() => undefined)
        void exchange.publish([message('a', 'x', 1), message('a', 'y', 2)])
        for (let sent = 0; sent < PER_CONNECTION; ) {
          for (let run = below(SOUND_RUN * 2); run > 0; run--, sent++) {
            socket.feed(sound[below(sound.length)] ?? connack)
          }
          socket.feed(mutate(corpus[below(corpus.length)] ?? connack, below))
          sent++
          count.damaged++
          await soon(1)
          const examined = exchange.examined
          socket.feed(sound[0] ?? connack)
          if (exchange.examined === examined) break
          count.survived++
        }
        await soon(1)
      }
      socket.closeByBroker()
      const { kind } = await session.ended
      ends.set(kind, (ends.get(kind) ?? 0) + 1)
      count.examined += exchange.examined
      exchange.abandon()
    }
    const growth = usedMemory() - before
    // It was not all thrown away at the first packet.
    expect(count.delivered).toBeGreaterThan(wanted / 4)
    expect(ends.get('protocol-error')).toBeGreaterThan(count.connections / 10)
    if (isLong) expect(growth).toBeLessThan(64 * MB)
    figure(
      `MQTT ${protocol}: ${count.examined} packets examined on ${count.connections} connections, ${count.damaged} sent damaged, ` +
        `${count.survived} of those read past, ${count.delivered} messages, ` +
        `ends ${JSON.stringify(Object.fromEntries(ends))}, growth ${(growth / MB).toFixed(1)} MB, ${((performance.now() - began) / 1000).toFixed(1)} s`
    )
  })
})
