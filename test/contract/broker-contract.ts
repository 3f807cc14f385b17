import { expect, it } from 'vitest'
import { isRetained, payloadBytes } from '../../src/core/message.js'
import { message, Received } from '../support/connection-options.js'
import { type ContractTarget, ContractWorld } from './contract-world.js'
import { describeGroups } from './group-contract.js'
import { describeMqtt } from './mqtt-contract.js'
import { describeReceivers } from './receiver-contract.js'
import { describeSessions } from './session-contract.js'

const MEGABYTE = 1 << 20

/** The behaviour that every broker must show over every transport. */
export function describeContract(target: ContractTarget): void {
  const world = new ContractWorld(target)
  describeDelivery(world)
  describeReceivers(world)
  describeSessions(world)
  describeGroups(world)
  describeMqtt(world)
}

function describeDelivery(world: ContractWorld): void {
  const { limits } = world

  it('speaks the protocol that was asked for', async () => {
    const connection = await world.connect()
    expect(connection.broker.protocol).toBe(`MQTT ${world.target.version}`)
    expect(connection.broker.mqtt?.version).toBe(world.target.version)
    await connection.close()
    expect(await connection.closed).toBeUndefined()
  })

  it.each(world.publishable)('delivers messages published at QoS %i, bytes unchanged', async (qos) => {
    const name = world.channel()
    const received = await world.subscribed(name)
    const payload = Buffer.from([0, 0xff, 0xc3, 0x28, 0x1b, 0x0a, 0])
    await world.publish(message(name, payload, qos), message(name, '', qos))
    await received.atLeast(2)
    expect(received.messages.map((each) => [...payloadBytes(each)])).toEqual([[...payload], []])
    expect(received.messages[0]).toMatchObject({ channel: name, guarantee: world.granted(qos) })
    expect(received.messages.map(isRetained)).toEqual([false, false])
  })

  it('delivers with the lower guarantee of publisher and subscriber', async () => {
    const name = world.channel()
    for (const asked of [0, 1, 2] as const) {
      const received = await world.subscribed(name, asked)
      await world.publish(...world.publishable.map((qos) => message(name, `${qos}`, qos)))
      await received.atLeast(world.publishable.length)
      const lower = world.publishable.map((qos) => [`${qos}`, Math.min(qos, world.granted(asked))])
      const delivered = received.messages.map(({ guarantee }, index) => [received.texts[index], guarantee])
      // MQTT orders only messages of one QoS [MQTT-4.6.0-5], and RabbitMQ has a queue for each.
      expect(delivered.sort()).toEqual(lower)
    }
  })

  it('delivers a message at least once if it has no guarantee and no binding of a protocol', async () => {
    const name = world.channel()
    const received = await world.subscribed(name)
    await world.publish({ channel: name, payload: Buffer.from('x'), headers: [] })
    const [first] = await received.atLeast(1)
    expect(first).toMatchObject({ channel: name, headers: [], guarantee: 1 })
    expect(received.texts).toEqual(['x'])
  })

  it('delivers a large message', async () => {
    const name = world.channel()
    const received = await world.subscribed(name)
    const payload = Buffer.alloc(limits.large ?? MEGABYTE, 'tidings')
    await world.publish(message(name, payload))
    const [first] = await received.atLeast(1)
    expect(payload.equals(first?.payload ?? Buffer.alloc(0))).toBe(true)
  })

  it.each(world.publishable)('delivers 5000 messages of QoS %i in their order', async (qos) => {
    const name = world.channel()
    const received = await world.subscribed(name)
    const texts = Array.from({ length: 5000 }, (_, index) => String(index))
    await world.publish(...texts.map((text) => message(name, text, qos)))
    await received.atLeast(5000)
    expect(received.texts).toEqual(texts)
  })

  it('delivers to a pattern with wildcards exactly the messages that it matches', async () => {
    const name = world.channel()
    const received = await world.subscribed(`${name}/+/b/#`)
    await world.publish(message(`${name}/b`, 'no'), message(`${name}/a/c`, 'no'), message(`${name}/a/b`, '1'))
    await world.publish(message(`${name}/é\u{1f4a1}/b/c/d`, '2'))
    await received.atLeast(2)
    expect(received.messages.map((each) => each.channel)).toEqual([`${name}/a/b`, `${name}/é\u{1f4a1}/b/c/d`])
  })

  it('lets a slow receiver hold messages back, one batch at a time, and loses none', async () => {
    const name = world.channel()
    const connection = await world.connect()
    let isBusy = false
    const received = new Received()
    await connection.subscribe([{ pattern: name, guarantee: 1 }], async (batch) => {
      expect(isBusy).toBe(false)
      isBusy = true
      await new Promise((resolve) => setImmediate(resolve))
      received.take(batch)
      isBusy = false
    })
    await world.publish(...Array.from({ length: 500 }, (_, index) => message(name, `${index}`.padEnd(2000))))
    await received.atLeast(500)
    expect(received.texts.map((text) => Number(text))).toEqual(Array.from({ length: 500 }, (_, i) => i))
  })

  it('sends QoS 0 messages even if the connection is closed right after them', async () => {
    const name = world.channel()
    const received = await world.subscribed(name)
    const publisher = await world.connect()
    const report = publisher.publish(Array.from({ length: 1000 }, (_, index) => message(name, `${index}`, 0)))
    await publisher.close(5000)
    expect(await report).toMatchObject({ acknowledged: 1000 })
    if (!limits.dropsQos0AtDisconnect) await received.atLeast(1000)
  })
}
