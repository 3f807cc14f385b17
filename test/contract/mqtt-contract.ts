import { expect, it } from 'vitest'
import { systemClock } from '../../src/cli/system-clock.js'
import type { Capability } from '../../src/core/capabilities.js'
import type { ConnectionOptions } from '../../src/core/connection.js'
import { isRetained } from '../../src/core/message.js'
import { mqtt } from '../../src/transport/mqtt/mqtt.js'
import { mqttCapabilities } from '../../src/transport/mqtt/mqtt-capabilities.js'
import { formatBrokerCheckJson } from '../../src/ui/broker-check.js'
import { message, Notices, Received } from '../support/connection-options.js'
import { describeContract } from './broker-contract.js'
import type { BrokerLimits, ContractWorld } from './contract-world.js'
import { describeMqttGroups } from './mqtt-groups-contract.js'

export type MqttVersion = '5' | '3.1.1'

/** One way to reach one broker of MQTT. */
export interface MqttTarget {
  readonly url: () => string
  readonly options?: () => Partial<ConnectionOptions>
  readonly version: MqttVersion
  readonly limits?: BrokerLimits
}

/** What MQTT 3.1.1 lacks. The protocol's capabilities are those of MQTT 5. */
const ONLY_IN_MQTT_5 = [
  'headers',
  'content-type',
  'response-channel',
  'correlation',
  'expiry',
  'payload-format',
  'no-local'
] as const satisfies readonly Capability[]

/** The behaviour that every broker of MQTT must show over every transport. */
export function describeMqttContract({ url, options, version, limits = {} }: MqttTarget): void {
  const is5 = version === '5'
  const lacking = { why: 'MQTT 3.1.1 has none', suggestion: 'use MQTT 5' }
  const world = describeContract({
    url,
    options: () => ({ ...options?.(), mqtt: { version } }),
    speaks: `MQTT ${version}`,
    grammar: mqtt.grammar,
    capabilities: {
      ...mqttCapabilities.mqtt,
      ...(!is5 && Object.fromEntries(ONLY_IN_MQTT_5.map((name) => [name, lacking])))
    },
    limits: { ...limits, repeatsOverlaps: !is5 }
  })
  describeMqtt(world, version)
  describeMqttGroups(world, version)
}

/** The behaviour that only MQTT brokers have. */
function describeMqtt(world: ContractWorld, version: MqttVersion): void {
  const { limits } = world

  it('says which version of MQTT it speaks', async () => {
    expect((await world.connect()).broker.mqtt?.version).toBe(version)
  })

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
    const will = (text: string) => ({ version, will: message(name, text, 1) })
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
    expect(seen.protocols).toEqual([version])
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

  if (version === '5') describeMqtt5(world)
}

function describeMqtt5(world: ContractWorld): void {
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
