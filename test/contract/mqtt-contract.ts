import { expect, it } from 'vitest'
import { systemClock } from '../../src/cli/system-clock.js'
import { isRetained, type Message } from '../../src/core/message.js'
import { mqtt } from '../../src/transport/mqtt/mqtt.js'
import { formatBrokerCheckJson } from '../../src/ui/broker-check.js'
import { message, Notices, Received } from '../support/connection-options.js'
import type { ContractWorld } from './contract-world.js'

/** The behaviour that only MQTT brokers have. */
export function describeMqtt(world: ContractWorld): void {
  it('keeps for a session what overlapping patterns match, once, in whatever order they are named', async () => {
    if (world.target.version === '3.1.1') return
    const [name, session] = [world.channel(), world.name('overlapping')]
    const patterns = [`${name}/+/z`, `${name}/y/#`]
    const subscribe = async (...names: string[]) => {
      const received = new Received()
      const connection = await world.connect({ session })
      await connection.subscribe(
        names.map((pattern) => ({ pattern, guarantee: 1 as const })),
        received.take
      )
      return { received, connection }
    }
    await (await subscribe(...patterns)).connection.close()
    await world.publish(message(`${name}/y/z`, '1'), message(`${name}/y/z`, '2'))
    const { received, connection } = await subscribe(...patterns.reverse())
    await world.publish(message(`${name}/y/z`, '3'), message(`${name}/y/end`, 'end'))
    while (!received.texts.includes('end')) await received.atLeast(received.texts.length + 1)
    expect(received.texts).toEqual(['1', '2', '3', 'end'])
    await connection.close()
    await world.forget(session)
  })

  it('delivers what overlapping patterns match once, or has its user told that it may come twice', async () => {
    const name = world.channel()
    await world.publish(message(`${name}/b/c`, 'kept', 1, true))
    const received = new Received()
    const notices = new Notices()
    const connection = await world.connect({ onNotice: notices.take })
    const patterns = [`${name}/+/c`, `${name}/b/#`, `${name}/b/+`]
    await connection.subscribe(
      patterns.map((pattern) => ({ pattern, guarantee: 2 as const })),
      received.take
    )
    const warned = notices.all.filter(({ text }) => text.includes('overlap'))
    if (world.target.version === '3.1.1') return expect(warned).toHaveLength(1)
    expect(warned).toEqual([])
    for (const qos of world.publishable)
      for (const channel of ['a/c', 'b/c', 'b/d/e', 'b'])
        await world.publish(message(`${name}/${channel}`, `${qos}`, qos))
    await world.publish(message(`${name}/b/end`, 'end'))
    while (!received.texts.includes('end')) await received.atLeast(received.texts.length + 1)
    const seen = received.messages.map(
      ({ channel }, index) => `${channel.slice(name.length)} ${received.texts[index]}`
    )
    const live = world.publishable.flatMap((qos) =>
      ['/a/c', '/b/c', '/b/d/e', '/b'].map((each) => `${each} ${qos}`)
    )
    expect(seen.sort()).toEqual(['/b/c kept', ...live, '/b/end end'].sort())
    expect(received.messages.map(({ mqtt }) => mqtt?.subscriptionIds)).toEqual(seen.map(() => undefined))
  })

  it('delivers what is published while somebody subscribes once, and all that follows the first', async () => {
    const name = world.channel()
    await world.publish(message(name, 'kept', 1, true))
    const publisher = await world.connect()
    const received = new Received()
    let number = 0
    const publishUntil = async (isOver: () => boolean) => {
      while (!isOver()) await publisher.publish([message(name, String(number++))])
    }
    const publishing = publishUntil(() => received.texts.length > 50)
    await world.subscribe(await world.connect(), { pattern: name, guarantee: 1 }, received)
    await publishing
    await received.atLeast(2)
    const live = received.texts.filter((text) => text !== 'kept').map(Number)
    expect(live).toEqual(live.map((_, index) => (live[0] ?? 0) + index))
  })

  const { limits, target } = world

  it('sends the last retained message to later subscribers, until it is cleared', async () => {
    const name = world.channel()
    await world.publish(message(name, 'old', 1, true), message(name, 'new', 1, true))
    const later = await world.subscribed(limits.retainedByNameOnly ? name : `${name}/#`)
    await later.atLeast(1)
    expect(later.messages[0]).toMatchObject({ channel: name, mqtt: { retain: true } })
    expect(later.texts).toEqual(['new'])
    await world.publish(message(name, '', 1, true))
    const latest = await world.subscribed(name)
    await world.publish(message(name, 'live'))
    await latest.atLeast(1)
    expect(latest.texts).toEqual(['live'])
    expect(latest.messages.map(isRetained)).toEqual([false])
  })

  const willOwners = limits.wills?.map((one) => `a ${one} connection`).join(' and ') || 'no connection'
  const ofWhom = limits.wills ? willOwners : 'a connection that ended without good-bye, and only of that'
  it(`publishes the last will of ${ofWhom}`, async () => {
    const name = world.channel()
    const clientId = world.name('will')
    const received = await world.subscribed(name)
    const will = (text: string) => ({ version: target.version, will: message(name, text, 1) })
    const polite = await world.connect({ clientId, mqtt: will('polite') })
    await polite.close()
    await world.connect({ clientId, mqtt: will('taken over') })
    await (await world.connect({ clientId })).close()
    const wills = limits.wills ?? ['taken over']
    await received.atLeast(wills.length)
    await world.publish(message(name, 'end'))
    await received.atLeast(wills.length + 1)
    expect(received.texts).toEqual([...wills, 'end'])
  })

  if (limits.publishedAtQos2 === 'acknowledged as QoS 1') {
    it('acknowledges QoS 2 as QoS 1, and the user is told that messages may arrive more than once', async () => {
      const notices = new Notices()
      const publisher = await world.connect({ onNotice: notices.take })
      expect(await publisher.publish([message(world.channel(), 'x', 2)])).toMatchObject({ acknowledged: 1 })
      expect((await notices.first('warning')).text).toContain('acknowledges QoS 2 messages at QoS 1')
    })
  }

  if (limits.publishedAtQos2 === 'closes the connection') {
    it('gets at most two QoS 2 messages, and all are reported as refused', async () => {
      const name = world.channel()
      const received = await world.subscribed(name)
      const publisher = await world.connect()
      const batch = [...Array.from({ length: 50 }, () => message(name, 'x', 2)), message(name, 'QoS 1')]
      const report = await publisher.publish(batch)
      expect(report).toMatchObject({ acknowledged: 1, unacknowledged: 0 })
      expect(report.refused.map(({ index }) => index)).toEqual(Array.from({ length: 50 }, (_, i) => i))
      expect(report.refused.at(-1)?.reason).toBe('the broker closes the connection over QoS 2 messages')
      await received.atLeast(1)
      expect(received.texts).toEqual(['QoS 1'])
    })
  }

  it('is described correctly by "tidings broker check", which leaves nothing behind', async () => {
    const below = world.channel()
    const id = `check${process.pid}`
    const check = await mqtt.checkBroker({
      connection: world.options(),
      clock: systemClock,
      below,
      id,
      patience: 1500,
      roundTrips: 3,
      stop: new AbortController().signal
    })
    const seen = JSON.parse(formatBrokerCheckJson(check))
    expect(seen.protocols).toEqual([target.version])
    const closes = limits.publishedAtQos2 === 'closes the connection'
    expect(seen.qos).toMatchObject([
      { granted: 0, acknowledged: true, delivered: 0 },
      { granted: 1, acknowledged: true, delivered: 1 },
      {
        granted: world.granted(2),
        acknowledged: !closes,
        delivered: closes ? null : world.granted(2)
      }
    ])
    expect(seen.retained).toMatchObject({
      byName: { works: true },
      byPattern: { works: !limits.retainedByNameOnly }
    })
    expect(seen.shared.works).toBe(limits.sharedSubscriptions === undefined)
    expect(seen.session).toEqual({ works: true })
    expect(seen.latency.rounds).toBe(3)
    expect(seen.names.map(({ name }: { name: string }) => name)).toEqual(limits.changedNames ?? [])
    const name = `${below}/${id}/retained`
    const later = await world.subscribed(name)
    await world.publish(message(name, 'live'))
    await later.atLeast(1)
    expect(later.texts).toEqual(['live'])
    const session = await world.connect({ session: id })
    expect(session.broker.resumed).toBe(false)
    await session.close()
    await world.forget(id)
  })

  if (target.version === '5') describeMqtt5(world)
}

function describeMqtt5(world: ContractWorld): void {
  it('carries headers and properties unchanged', async () => {
    const name = world.channel()
    const received = await world.subscribed(name)
    const sent = {
      channel: name,
      payload: Buffer.from('{"a":1}'),
      headers: [
        ['b', '2'],
        ['1', 'one'],
        ['b', ''],
        ['__proto__', 'x\u{1f4a1}']
      ],
      guarantee: 1,
      contentType: 'application/json',
      expiry: 3600,
      responseChannel: 'answer/here',
      correlation: Buffer.from([0, 1, 255]),
      mqtt: { retain: false, payloadUtf8: true }
    } satisfies Message
    await world.publish(sent)
    const [first] = await received.atLeast(1)
    expect(first?.headers).toEqual(sent.headers)
    const { headers: _headers, ...facts } = sent
    expect(first).toMatchObject({ ...facts, correlation: expect.anything() })
    expect([...(first?.correlation ?? [])]).toEqual([0, 1, 255])
  })

  it('does not send a no-local subscriber its own messages', async () => {
    const name = world.channel()
    const connection = await world.connect()
    const received = new Received()
    await connection.subscribe([{ pattern: name, guarantee: 1, mqtt: { noLocal: true } }], received.take)
    await connection.publish([message(name, 'own')])
    await world.publish(message(name, 'other'))
    await received.atLeast(1)
    expect(received.texts).toEqual(['other'])
  })
}
