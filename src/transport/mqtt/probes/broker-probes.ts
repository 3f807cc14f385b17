import type { Ability } from '../../../core/broker-findings.js'
import { TidingsError } from '../../../core/errors.js'
import type { Guarantee } from '../../../core/message.js'
import { sharedFilter } from '../channel-grammar.js'
import { ProbeConnection, type ProbeWorld } from './probe-connection.js'

/** What a broker made of one message that was subscribed to and published at the same QoS. */
export interface QosAnswer {
  readonly asked: Guarantee
  /** `undefined`: the subscription was refused or not answered. */
  readonly granted: Guarantee | undefined
  readonly acknowledged: boolean
  /** At which QoS it came back, if it did. */
  readonly delivered: Guarantee | undefined
  readonly note?: string
}

/** How long the broker may take to remove what was retained, in milliseconds. */
const CLEARING = 1000

/** The answer where nothing that was published came back. */
export const UNHEARD: Ability = { works: undefined, note: 'nothing that was published came back' }

/** Opens a connection for one question, and closes it in every case. */
async function onConnection<T>(world: ProbeWorld, ask: (probe: ProbeConnection) => Promise<T>): Promise<T> {
  const probe = await ProbeConnection.open(world)
  try {
    return await ask(probe)
  } finally {
    await probe.close()
  }
}

const noted = (note: string | undefined) => (note === undefined ? {} : { note })

/** Subscribes, publishes and looks at what comes back, all at this QoS. */
export function probeQos(world: ProbeWorld, asked: Guarantee): Promise<QosAnswer> {
  const channel = `${world.scratch}/qos${asked}`
  return onConnection(world, (subscriber) =>
    onConnection(world, async (publisher) => {
      const grant = await subscriber.subscribe({ pattern: channel, guarantee: asked })
      const failure = await publisher.publish(channel, asked)
      const arrival =
        failure === undefined ? await subscriber.arrival((one) => one.channel === channel) : undefined
      return {
        asked,
        granted: grant?.guarantee,
        acknowledged: failure === undefined,
        delivered: arrival?.qos,
        ...noted(grant?.reason ?? subscriber.trouble ?? failure ?? publisher.warnings[0])
      }
    })
  )
}

/** Whether a later subscriber gets a retained message, by its channel and by a pattern. The message is removed afterwards. */
export async function probeRetained(world: ProbeWorld): Promise<{ byName: Ability; byPattern: Ability }> {
  const channel = `${world.scratch}/retained`
  return onConnection(world, async (probe) => {
    if (!probe.broker.mqtt.retainAvailable) {
      const none: Ability = { works: false, note: 'the broker says that it does not support them' }
      return { byName: none, byPattern: none }
    }
    try {
      const failure = await probe.publish(channel, 1, { payload: 'kept' })
      if (failure !== undefined) {
        const unknown: Ability = { works: undefined, note: failure }
        return { byName: unknown, byPattern: unknown }
      }
      const shown = (pattern: string) =>
        onConnection(world, async (later): Promise<Ability> => {
          const grant = await later.subscribe({ pattern, guarantee: 1 })
          if (grant?.guarantee === undefined)
            return { works: undefined, ...noted(grant?.reason ?? later.trouble) }
          const arrival = await later.arrival((one) => one.channel === channel)
          return arrival === undefined ? { works: false, note: 'no retained message came' } : { works: true }
        })
      return { byName: await shown(channel), byPattern: await shown(`${world.scratch}/#`) }
    } finally {
      // Removed even if the user has stopped the check, when nothing else waits any more.
      await probe.publish(channel, 1, { payload: '' })
      await probe.close(CLEARING)
    }
  })
}

/**
 * Whether a shared subscription delivers. MQTT 3.1.1 does not have them, and brokers without them grant the pattern without a word. So the
 * probe publishes a message that the group must get, and a message to a plain channel, which shows whether messages arrive at all.
 */
export function probeSharing(world: ProbeWorld): Promise<Ability> {
  return onConnection(world, async (probe) => {
    const channel = `${world.scratch}/shared`
    const witness = `${world.scratch}/witness`
    if (probe.broker.mqtt.sharedAvailable === false)
      return { works: false, note: 'the broker offers no shared subscriptions' }
    await probe.subscribe({ pattern: witness, guarantee: 1 })
    // Subscribes to the filter, not as a group: over MQTT 3.1.1 a connection runs this probe before it joins a group.
    const grant = await probe.subscribe({ pattern: sharedFilter('tidings', channel), guarantee: 1 })
    if (grant?.guarantee === undefined) return { works: false, ...noted(grant?.reason ?? probe.trouble) }
    await probe.publish(channel, 1)
    const failure = await probe.publish(witness, 1)
    if (failure !== undefined) return { works: undefined, note: failure }
    if ((await probe.arrival((one) => one.channel === witness)) === undefined) {
      return UNHEARD
    }
    const arrival = await probe.arrival((one) => one.channel === channel)
    return arrival === undefined
      ? { works: false, note: 'granted, but nothing is delivered' }
      : { works: true }
  })
}

/** Whether the broker keeps a session, and messages for it, while its client is away. The session is removed afterwards. */
export async function probeSession(world: ProbeWorld, session: string): Promise<Ability> {
  const channel = `${world.scratch}/session`
  const before = await ProbeConnection.open(world, { session })
  try {
    const grant = await before.subscribe({ pattern: channel, guarantee: 1 })
    if (grant?.guarantee === undefined) return { works: undefined, ...noted(grant?.reason ?? before.trouble) }
    await before.close()
    const failure = await onConnection(world, (probe) => probe.publish(channel, 1))
    if (failure !== undefined) return { works: undefined, note: failure }
    const after = await ProbeConnection.open(world, { session })
    try {
      if (!after.broker.resumed) return { works: false, note: 'the broker forgot the session' }
      await after.subscribe({ pattern: channel, guarantee: 1 })
      const arrival = await after.arrival((one) => one.channel === channel)
      return arrival === undefined
        ? { works: false, note: 'the broker kept the session, but not the message that came meanwhile' }
        : { works: true }
    } finally {
      await after.close()
    }
  } finally {
    await before.close()
    // Only connecting once more, without a session, makes a broker forget it.
    await (await ProbeConnection.open(world, { clientId: `tidings-${session}` })).close()
  }
}

/** The number of channels below `$SYS` on which the broker publishes facts about itself. Counts those that come at once. */
export function probeSystemChannels(world: ProbeWorld): Promise<number> {
  return onConnection(world, async (probe) => {
    const fence = `${world.scratch}/fence`
    const isTold = ({ channel }: { channel: string }) => channel.startsWith('$SYS/')
    await probe.subscribe({ pattern: fence, guarantee: 0 })
    await probe.subscribe({ pattern: '$SYS/#', guarantee: 0 })
    await probe.arrival(isTold)
    await probe.publish(fence, 0)
    await probe.arrival(({ channel }) => channel === fence)
    return new Set(probe.arrivals.filter(isTold).map(({ channel }) => channel)).size
  })
}

/** Names that MQTT allows and that some brokers cannot handle. */
const NAMES = ['a.b', 'a b', 'a*b', 'é💡'] as const

/** The channel names with unusual characters that do not come back unchanged. */
export async function probeNames(world: ProbeWorld): Promise<{ name: string; note: string }[]> {
  const changed: { name: string; note: string }[] = []
  for (const [index, name] of NAMES.entries()) {
    const note = await onConnection(world, async (probe) => {
      const parent = `${world.scratch}/name${index}`
      await probe.subscribe({ pattern: `${parent}/#`, guarantee: 1 })
      const failure = await probe.publish(`${parent}/${name}`, 1)
      if (probe.trouble !== undefined || failure !== undefined) return probe.trouble ?? failure
      const arrival = await probe.arrival(() => true)
      if (arrival === undefined) return probe.trouble ?? 'does not arrive'
      const arrived = arrival.channel.slice(parent.length + 1)
      return arrived === name ? undefined : `arrives as "${arrived}"`
    })
    if (note !== undefined) changed.push({ name, note })
  }
  return changed
}

/** How long messages take to the broker and back, at QoS 1, in microseconds: one number for each message that came. */
export function probeLatency(world: ProbeWorld, roundTrips: number): Promise<number[]> {
  return onConnection(world, async (probe) => {
    const times: number[] = []
    const channel = `${world.scratch}/latency`
    await probe.subscribe({ pattern: channel, guarantee: 1 })
    const deadline = world.clock.monotonic() + world.patience * 1000
    for (let trip = 1; trip <= roundTrips && world.clock.monotonic() < deadline; trip++) {
      const sent = world.clock.monotonic()
      const published = probe.publish(channel, 1)
      await probe.arrival(() => probe.arrivals.length >= trip)
      const arrival = probe.arrivals[trip - 1]
      if (arrival === undefined || (await published) !== undefined) break
      times.push(arrival.at - sent)
    }
    return times
  })
}

/** Whether the broker accepts a connection with this version of MQTT. */
export async function probeVersion(world: ProbeWorld, version: '5' | '3.1.1'): Promise<boolean> {
  try {
    await (await ProbeConnection.open(world, { version })).close()
    return true
  } catch (error) {
    if (error instanceof TidingsError && (error.kind === 'connect' || error.kind === 'refused')) return false
    throw error
  }
}
