import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Packet, parser } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import Record from '../../../src/commands/record.js'
import Subscribe from '../../../src/commands/subscribe.js'
import { startCuttingProxy } from '../../support/cutting-proxy.js'
import { outcomeOf } from '../../support/run-command.js'
import { SENT_FEW } from '../../support/sent-to-version-0.1.js'
import { left, useVersion01 } from '../../support/version-0.1.js'

const { folder, packetBroker } = useVersion01()

/** Stands for the file that `record` writes. */
const FILE = 'FILE'

/** What 0.1 has sent for each command, in hexadecimal. */
const commands: readonly { args: readonly string[]; sent: string }[] = JSON.parse(
  readFileSync(left('sessions/sent.json'), 'utf8')
)

/** What a broker needs to know to find a session again, and to keep it. */
interface SessionFacts {
  connect: {
    version: number | undefined
    clientId: string
    /** Clean session in MQTT 3.1.1. */
    cleanStart: boolean | undefined
    /** Seconds. */
    sessionExpiry: number | undefined
  }[]
  /** What lasts: a subscription to the same topic filter takes the place of one before it. How it treats what is retained does not last. */
  subscribe: { topic: string; qos: number; nl?: boolean; rap?: boolean }[]
  /** The session expiry that DISCONNECT puts in the place of CONNECT's. */
  disconnect: (number | undefined)[]
}

function factsOf(bytes: Buffer): SessionFacts {
  const facts: SessionFacts = { connect: [], subscribe: [], disconnect: [] }
  const reader = parser({ protocolVersion: 5 })
  reader.on('packet', (packet: Packet) => {
    if (packet.cmd === 'connect') {
      const { protocolVersion: version, clientId, clean: cleanStart, properties } = packet
      facts.connect.push({
        version,
        clientId,
        cleanStart,
        sessionExpiry: properties?.sessionExpiryInterval
      })
    }
    if (packet.cmd === 'subscribe') {
      const replaced = new Set(packet.subscriptions.map(({ topic }) => topic))
      const lasting = packet.subscriptions.map(({ rh: _rh, ...subscription }) => subscription)
      facts.subscribe = [...facts.subscribe.filter(({ topic }) => !replaced.has(topic)), ...lasting]
    }
    if (packet.cmd === 'disconnect') facts.disconnect.push(packet.properties?.sessionExpiryInterval)
  })
  reader.parse(bytes)
  return facts
}

/** Runs the command of today against a broker, and returns every byte that it sends. */
async function bytesOf(args: readonly string[]): Promise<Buffer> {
  const broker = await packetBroker({ sends: [SENT_FEW.slice(0, 1).map(({ sent }) => sent)] })
  const sent: Buffer[] = []
  const proxy = await startCuttingProxy(broker.url, () => ({
    fromClient: (chunk) => sent.push(chunk),
    fromBroker: () => undefined
  }))
  const [command, ...rest] = args.map((each) => (each === FILE ? join(folder(), 'new.jsonl') : each))
  const argv = [...rest, '--count', '1', '--broker', proxy.url]
  const { exitCode, stderr } = await outcomeOf(command === 'record' ? Record : Subscribe, argv)
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  await broker.publishedInAll()
  await proxy.close()
  return Buffer.concat(sent)
}

describe('a session of 0.1', () => {
  it.each(commands)('is met again by $args', async ({ args, sent }) => {
    expect(factsOf(await bytesOf(args))).toEqual(factsOf(Buffer.from(sent, 'hex')))
  })

  const sentBy = (...args: string[]) => {
    const command = commands.find((each) => each.args.join(' ') === args.join(' '))
    return factsOf(Buffer.from(command?.sent ?? '', 'hex'))
  }

  it('is called tidings-NAME, and kept for a week', () => {
    expect(sentBy('subscribe', 'orders', '--session', 'billing')).toMatchObject({
      connect: [{ version: 5, clientId: 'tidings-billing', cleanStart: false, sessionExpiry: 7 * 24 * 3600 }],
      subscribe: [{ topic: 'orders', qos: 1 }],
      disconnect: [undefined]
    })
  })

  it('is kept for as long as the broker likes, over MQTT 3.1.1', () => {
    expect(sentBy('subscribe', 'orders', '--session', 'billing', '--protocol', '3.1.1')).toMatchObject({
      connect: [{ version: 4, clientId: 'tidings-billing', cleanStart: false, sessionExpiry: undefined }]
    })
  })

  it('is deleted by who connects by its name and without --session', () => {
    expect(sentBy('subscribe', 'orders', '--client-id', 'tidings-billing')).toMatchObject({
      connect: [{ clientId: 'tidings-billing', cleanStart: true }],
      disconnect: [0]
    })
  })
})
