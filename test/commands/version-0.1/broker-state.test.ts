import type { IConnectPacket, IPublishPacket } from 'mqtt-packet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import Broker from '../../../src/commands/broker/index.js'
import BrokerStatus from '../../../src/commands/broker/status.js'
import BrokerStop from '../../../src/commands/broker/stop.js'
import Subscribe from '../../../src/commands/subscribe.js'
import { MemoryIo } from '../../support/memory-io.js'
import { RawClient } from '../../support/raw-client.js'
import { outcomeOf, runCommand } from '../../support/run-command.js'
import { useVersion01 } from '../../support/version-0.1.js'

const { copyOf } = useVersion01()

const BINARY = Buffer.from([0, 0xff, 0x0a])

const EVERYTHING = {
  // 3,000,000,000 seconds, less those that have passed since 0.1 got it.
  messageExpiryInterval: expect.any(Number),
  contentType: 'application/json',
  responseTopic: 'answers/1',
  correlationData: Buffer.from('c 7'),
  userProperties: { source: 'web', trace: ['1', '2'] }
}

let env: Record<string, string>
let url: string
let running: Promise<void>

beforeEach(async () => {
  env = { TIDINGS_HOME: copyOf('broker-state') }
  await start()
})
afterEach(stop)

async function start(): Promise<void> {
  const world = new MemoryIo({ env })
  running = runCommand(Broker, ['--listen', '127.0.0.1:0'], world)
  await Promise.race([world.stderr.contains('name no broker'), running])
  url = /mqtt:\S+/.exec(world.stderr.text)?.[0] ?? world.stderr.text
}

async function stop(): Promise<void> {
  await outcomeOf(BrokerStop, [], { env })
  await running
}

const connect = (clientId: string, version: 4 | 5 = 5, properties: IConnectPacket['properties'] = {}) =>
  RawClient.connect({ host: '127.0.0.1', port: Number(new URL(url).port) }, version, {
    clientId,
    clean: false,
    ...(version === 5 && { properties: { sessionExpiryInterval: 0xffff_ffff, ...properties } })
  })

const status = async () => JSON.parse((await outcomeOf(BrokerStatus, ['--json'], { env })).stdout)

/** What a test compares of a message. */
const factsOf = ({ topic, payload, qos, retain, dup, properties }: IPublishPacket) => ({
  topic,
  payload: Buffer.from(payload),
  qos,
  retain,
  dup,
  ...(properties !== undefined && {
    properties: { ...properties, ...userPropertiesOf(properties) }
  })
})

/** An object without a prototype is another one for `toEqual`. */
const userPropertiesOf = ({ userProperties }: NonNullable<IPublishPacket['properties']>) =>
  userProperties === undefined ? {} : { userProperties: Object.fromEntries(Object.entries(userProperties)) }

async function take(client: RawClient, count: number) {
  const messages: ReturnType<typeof factsOf>[] = []
  while (messages.length < count) messages.push(factsOf(await client.message()))
  return messages
}

describe('the store of a broker of 0.1 that was killed, served by the broker of today', () => {
  it('holds its retained messages, its sessions and what waits for them', async () => {
    expect(await status()).toMatchObject({ running: true, retained: 2, queued: 12 })
  })

  it('gives a subscriber the retained messages, with all that they carry, and none that was removed', async () => {
    const client = await connect('new')
    const retained = (await client.retained('lamp/#')).map(factsOf)
    const [one, two] = retained.sort((a, b) => (a.topic < b.topic ? -1 : 1))
    expect(retained).toHaveLength(2)
    expect(one?.properties?.messageExpiryInterval).toBeGreaterThan(0)
    expect(one).toEqual({
      topic: 'lamp/1/state',
      payload: Buffer.from('{"on": true}'),
      qos: 2,
      retain: true,
      dup: false,
      properties: EVERYTHING
    })
    expect(two).toEqual({ topic: 'lamp/2/state', payload: BINARY, qos: 0, retain: true, dup: false })
    client.destroy()
  })

  it('resumes a session of MQTT 5 whose subscriber was held up: what was sent and not acknowledged comes again', async () => {
    const client = await connect('tidings-billing')
    expect(client.connack.sessionPresent).toBe(true)
    expect(await take(client, 3)).toEqual([
      {
        topic: 'orders/2',
        payload: Buffer.from('twice'),
        qos: 2,
        retain: false,
        dup: true,
        properties: {
          userProperties: Object.fromEntries([
            ['__proto__', 'p'],
            ['7', 'b']
          ])
        }
      },
      { topic: 'orders/3', payload: BINARY, qos: 1, retain: false, dup: true },
      { topic: 'orders/4', payload: Buffer.alloc(0), qos: 1, retain: false, dup: true }
    ])
    expect(await client.messagesUntilNow()).toEqual([])
    client.destroy()
  })

  it('resumes a session of MQTT 3.1.1 whose subscriber was away: everything comes, once and in order', async () => {
    const client = await connect('tidings-archive', 4)
    expect(client.connack.sessionPresent).toBe(true)
    expect((await take(client, 5)).map(({ topic, payload, qos, dup }) => [topic, payload, qos, dup])).toEqual(
      [
        ['orders/1', Buffer.from('{"id":9007199254740993}'), 1, false],
        ['readings/1', Buffer.from('21.50'), 2, false],
        ['orders/2', Buffer.from('twice'), 2, false],
        ['orders/3', BINARY, 1, false],
        ['orders/4', Buffer.alloc(0), 1, false]
      ]
    )
    expect(await client.messagesUntilNow()).toEqual([])
    client.destroy()
  })

  it('queues for the subscriptions of 0.1 what is published today', async () => {
    const publisher = await connect('publisher')
    await publisher.publish('orders/5', 'new')
    const client = await connect('tidings-billing')
    expect((await take(client, 4)).at(-1)).toMatchObject({
      topic: 'orders/5',
      payload: Buffer.from('new'),
      qos: 1
    })
    for (const each of [publisher, client]) each.destroy()
  })

  it('goes on with deliveries of QoS 2 and with a full window where they stood', async () => {
    const device = await connect('device', 5, { receiveMaximum: 3 })
    // The device had answered with PUBREC: the message does not come again, its release does.
    expect(await device.next('pubrel')).toMatchObject({ messageId: 1 })
    device.send({ cmd: 'pubcomp', messageId: 1 })
    // The other one keeps its identifier, by which a device knows it again.
    const second = await device.next('publish')
    expect(second).toMatchObject({ topic: 'commands/2', qos: 2, dup: true, messageId: 2 })
    device.send({ cmd: 'pubrec', messageId: 2 })
    await device.next('pubrel')
    device.send({ cmd: 'pubcomp', messageId: 2 })
    const [third, fourth] = await take(device, 2)
    expect(third).toMatchObject({ topic: 'commands/3', qos: 1, dup: true })
    expect(fourth).toMatchObject({ topic: 'commands/4', qos: 1, dup: false, properties: EVERYTHING })
    expect(await device.messagesUntilNow()).toEqual([])
    device.destroy()
  })

  it('knows the QoS 2 message whose PUBREC it has sent and whose PUBREL is missing: it is not delivered again', async () => {
    const device = await connect('device')
    const publish = { cmd: 'publish', topic: 'readings/1', payload: '21.50', retain: false, qos: 2 } as const
    device.send({ ...publish, messageId: 7, dup: true })
    expect(await device.next('pubrec')).toMatchObject({ messageId: 7 })
    device.send({ cmd: 'pubrel', messageId: 7 })
    expect(await device.next('pubcomp')).toMatchObject({ messageId: 7 })
    const archive = await connect('tidings-archive', 4)
    const readings = (await take(archive, 5)).filter(({ topic }) => topic === 'readings/1')
    expect(readings).toHaveLength(1)
    expect(await archive.messagesUntilNow()).toEqual([])
    for (const each of [device, archive]) each.destroy()
  })

  it('forgets what was delivered, also over a restart', async () => {
    const archive = await connect('tidings-archive', 4)
    await take(archive, 5)
    await archive.disconnect()
    await stop()
    await start()
    const again = await connect('tidings-archive', 4)
    expect(again.connack.sessionPresent).toBe(true)
    expect(await again.messagesUntilNow()).toEqual([])
    again.destroy()
  })
})

describe('subscribe --session of today, on a session of 0.1', () => {
  const subscribe = (...argv: string[]) =>
    outcomeOf(Subscribe, [...argv, '--qos', '2', '--raw', '--idle', '10s', '--broker', url])

  it('gets what 0.1 has left behind', async () => {
    const { exitCode, stdout } = await subscribe('orders/#', '--session', 'billing', '--count', '3')
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'twice\n\0\ufffd\n\n\n' })
    const again = await connect('tidings-billing')
    expect(await again.messagesUntilNow()).toEqual([])
    again.destroy()
  })

  it('gets it over MQTT 3.1.1, too', async () => {
    const { exitCode, stdout } = await subscribe(
      ...['orders/#', '--session', 'archive', '--protocol', '3.1.1', '--count', '5']
    )
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: '{"id":9007199254740993}\n21.50\ntwice\n\0\ufffd\n\n\n'
    })
  })
})
