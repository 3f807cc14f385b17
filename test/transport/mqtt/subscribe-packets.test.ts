import type { MqttClient } from 'mqtt'
import { describe, expect, it } from 'vitest'
import type { MqttTraits } from '../../../src/core/connection.js'
import type { IdentifiedSubscription } from '../../../src/transport/mqtt/overlapping-subscriptions.js'
import { SubscribeUnanswered, sendSubscriptions } from '../../../src/transport/mqtt/subscribe-packets.js'
import { MEMORY_TRAITS } from '../../support/memory-connection.js'

/** A SUBSCRIBE packet that was sent. */
interface Packet {
  readonly filters: readonly string[]
  readonly qos: number
  readonly retainHandling: number
  readonly identifier: number | undefined
}
interface Answer {
  readonly granted: readonly number[]
  readonly properties?: { reasonString: string }
}

const granted = ({ filters, qos }: Packet): Answer => ({ granted: filters.map(() => qos) })

/** Subscribes at a broker that answers each packet so, or is gone before the answer (`undefined`). */
async function subscribe(
  subscriptions: readonly IdentifiedSubscription[],
  {
    answer = granted,
    traits = {}
  }: { answer?: (packet: Packet) => Answer | undefined; traits?: Partial<MqttTraits> } = {}
) {
  const packets: Packet[] = []
  const client = {
    subscribe(
      filters: readonly string[],
      options: { qos: number; rh: number; properties?: { subscriptionIdentifier: number } },
      done: (error: Error | null, granted?: unknown, packet?: Answer) => void
    ) {
      const { qos, rh: retainHandling, properties } = options
      const packet = {
        filters: [...filters],
        qos,
        retainHandling,
        identifier: properties?.subscriptionIdentifier
      }
      packets.push(packet)
      const said = answer(packet)
      done(said === undefined ? new Error('closed') : null, undefined, said)
    }
  }
  const run = sendSubscriptions(client as unknown as MqttClient, subscriptions, {
    ...MEMORY_TRAITS.mqtt,
    ...traits
  })
  return { packets, grants: await run }
}

const wanted = (pattern: string, more: Partial<IdentifiedSubscription> = {}): IdentifiedSubscription => ({
  pattern,
  guarantee: 0,
  ...more
})

describe('what is asked of a broker', () => {
  it('goes in one packet where it is wanted in the same way', async () => {
    const { packets } = await subscribe([wanted('a'), wanted('resubscribe'), wanted('1')])
    expect(packets).toEqual([
      { filters: ['a', 'resubscribe', '1'], qos: 0, retainHandling: 0, identifier: undefined }
    ])
  })

  it('is spelt as MQTT spells a group', async () => {
    const { packets, grants } = await subscribe([wanted('a/#', { group: 'g' })])
    expect(packets[0]?.filters).toEqual(['$share/g/a/#'])
    expect(grants).toEqual([{ pattern: 'a/#', guarantee: 0 }])
  })

  it('names overlapping subscriptions, the lowest first, at a broker that can name them', async () => {
    const overlapping = [wanted('#', { identifier: 9 }), wanted('a', { identifier: 8 })]
    const { packets } = await subscribe(overlapping, { traits: { identifiersAvailable: true } })
    expect(packets.map(({ identifier }) => identifier)).toEqual([8, 9])
    const { packets: unnamed } = await subscribe(overlapping)
    expect(unnamed.map(({ identifier }) => identifier)).toEqual([undefined])
  })
})

describe('what a broker retains', () => {
  const asks = async (more: Partial<IdentifiedSubscription>, traits: Partial<MqttTraits> = {}) => {
    const { packets } = await subscribe([wanted('a', { guarantee: 1, ...more })], { traits })
    return packets.map(({ qos, retainHandling }) => [qos, retainHandling])
  }

  it('is asked for at QoS 0 first, where no queue of the broker can overflow', async () => {
    expect(await asks({})).toEqual([
      [0, 0],
      [1, 2]
    ])
  })

  it.each<[string, Partial<IdentifiedSubscription>, Partial<MqttTraits>]>([
    ['QoS 0 is wanted anyway', { guarantee: 0 }, {}],
    ['it is not wanted', { mqtt: { retainHandling: 2 } }, {}],
    ['a group gets none of it', { group: 'g' }, {}],
    ['the broker retains nothing', {}, { retainAvailable: false }],
    ['MQTT 3.1.1 would send it twice', {}, { version: '3.1.1' }]
  ])('is not asked for apart if %s', async (_what, more, traits) => {
    expect(await asks(more, traits)).toHaveLength(1)
  })

  it('is asked for apart, and the answer to the lasting subscription counts', async () => {
    const { grants } = await subscribe([wanted('a', { guarantee: 2 })], {
      answer: ({ qos }) => ({ granted: [qos === 0 ? 0 : 1] })
    })
    expect(grants).toEqual([{ pattern: 'a', guarantee: 1 }])
  })
})

describe('what a broker answers', () => {
  it('is told in the order asked, with its words for a refusal', async () => {
    const { grants } = await subscribe(
      [wanted('a', { guarantee: 2 }), wanted('b'), wanted('c', { guarantee: 2 })],
      {
        traits: { retainAvailable: false },
        answer: ({ filters }) => ({
          granted: filters.map((filter) => (filter === 'c' ? 0x87 : 0)),
          properties: { reasonString: 'no entry' }
        })
      }
    )
    expect(grants).toEqual([
      { pattern: 'a', guarantee: 0 },
      { pattern: 'b', guarantee: 0 },
      { pattern: 'c', guarantee: undefined, reason: 'not authorized (no entry)' }
    ])
  })

  it('is just "refused" where MQTT 3.1.1 can say no more', async () => {
    const { grants } = await subscribe([wanted('a')], { answer: () => ({ granted: [0x80] }) })
    expect(grants).toEqual([{ pattern: 'a', guarantee: undefined, reason: 'refused' }])
  })

  it('has a suggestion where the broker has no groups', async () => {
    const { grants } = await subscribe([wanted('a', { group: 'g' })], { answer: () => ({ granted: [0x9e] }) })
    expect(grants).toMatchObject([{ guarantee: undefined, suggestion: expect.any(String) }])
  })

  it('is awaited, and a loss before it is known from a loss before any', async () => {
    const lost = (answered: readonly string[]) =>
      subscribe([wanted('a'), wanted('b', { mqtt: { noLocal: true } })], {
        answer: (packet) =>
          packet.filters.some((filter) => answered.includes(filter)) ? granted(packet) : undefined
      })
    await expect(lost(['a'])).rejects.toEqual(new SubscribeUnanswered(true))
    await expect(lost(['a'])).rejects.toMatchObject({ isAnsweredInPart: true })
    await expect(lost([])).rejects.toMatchObject({ isAnsweredInPart: false })
  })

  it('with too few codes is no answer', async () => {
    await expect(
      subscribe([wanted('a'), wanted('b')], { answer: () => ({ granted: [0] }) })
    ).rejects.toBeInstanceOf(SubscribeUnanswered)
  })
})

describe('what a broker said that it cannot do is refused without asking', () => {
  it.each<[string, IdentifiedSubscription, Partial<MqttTraits>]>([
    ['groups', wanted('a', { group: 'g' }), { sharedAvailable: false }],
    ['patterns', wanted('a/+'), { wildcardsAvailable: false }],
    ['a group without own messages', wanted('a', { group: 'g', mqtt: { noLocal: true } }), {}]
  ])('%s', async (_what, subscription, traits) => {
    const { packets, grants } = await subscribe([subscription, wanted('b')], { traits })
    expect(packets.map(({ filters }) => filters)).toEqual([['b']])
    expect(grants).toMatchObject([
      { pattern: subscription.pattern, guarantee: undefined, reason: expect.any(String) },
      { pattern: 'b', guarantee: 0 }
    ])
  })
})
