import { describe, expect, it } from 'vitest'
import type { Receiver } from '../../../src/core/connection.js'
import { amqpWorld } from '../../support/amqp-world.js'
import { message, Notices, Received } from '../../support/connection-options.js'
import { isRabbitmqMissing, startRabbitmq } from '../../support/rabbitmq.js'
import type { RabbitmqHost } from '../../support/rabbitmq-host.js'
import { useRabbitmq } from '../../support/use-rabbitmq.js'

const numbers = (count: number) => Array.from({ length: count }, (_, at) => String(at))
const MB = 1_000_000

/** Takes some messages, and then no more. Resolves once it holds a batch. */
function blockedAfter(count: number): { receive: Receiver; blocked: Promise<void> } {
  let taken = 0
  let block: () => void = () => {}
  const blocked = new Promise<void>((resolve) => {
    block = resolve
  })
  const receive: Receiver = (batch) => {
    taken += batch.length
    if (taken <= count) return undefined
    block()
    return new Promise(() => {})
  }
  return { receive, blocked }
}

/** Asks until the broker says the same, which is not 0, many times in a row. */
async function steady(ask: () => Promise<number | undefined>): Promise<number> {
  let known: number | undefined
  for (let same = 0; same < 30; ) {
    const now = await ask()
    same = now === known && now !== 0 ? same + 1 : 0
    known = now
  }
  return known ?? 0
}

describe.skipIf(isRabbitmqMissing)('what a blocked reader holds', () => {
  const host = useRabbitmq()
  const { open, publish, declare } = amqpWorld(host)

  const heldOf = (queue: string) => steady(async () => (await host().queue(queue))?.unacknowledged)

  it.each(['classic', 'quorum'])('of a %s queue is bounded by bytes', async (type) => {
    const queue = `large-${type}`
    await declare(queue, type)
    for (let at = 0; at < 4; at++)
      await publish(`/queues/${queue}`, ...Array.from({ length: 25 }, () => Buffer.alloc(MB, 1)))
    const { receive, blocked } = blockedAfter(10)
    await (await open()).subscribe([{ pattern: `/queues/${queue}`, guarantee: 1 }], receive)
    await blocked
    expect(await heldOf(queue)).toBeLessThanOrEqual(32)
  })

  it('is bounded by number', async () => {
    await declare('small')
    await publish('/queues/small', ...numbers(6000))
    const { receive, blocked } = blockedAfter(2500)
    await (await open()).subscribe([{ pattern: '/queues/small', guarantee: 1 }], receive)
    await blocked
    const held = await heldOf('small')
    expect(held).toBeGreaterThan(500)
    expect(held).toBeLessThanOrEqual(2100)
  })

  it('is few before the first message shows how large they are', async () => {
    await declare('unknown')
    await publish('/queues/unknown', ...Array.from({ length: 20 }, () => Buffer.alloc(MB, 1)))
    const { receive, blocked } = blockedAfter(0)
    await (await open()).subscribe([{ pattern: '/queues/unknown', guarantee: 1 }], receive)
    await blocked
    expect(await heldOf('unknown')).toBe(4)
  })
})

describe.skipIf(isRabbitmqMissing)('receivers of one connection', () => {
  const host = useRabbitmq()
  const { open, publish } = amqpWorld(host)

  it.each([undefined, 'shared'])(
    'get what each has asked for, before and after a loss (session %s)',
    async (session) => {
      const notices = new Notices()
      const connection = await open({ onNotice: notices.take, ...(session !== undefined && { session }) })
      const [plants, doors] = [new Received(), new Received()]
      await connection.subscribe([{ pattern: 'plant.#', guarantee: 1 }], plants.take)
      await connection.subscribe([{ pattern: 'door.+', guarantee: 1 }], doors.take)
      await publish('plant.1', 'p1')
      await publish('door.1', 'd1')
      await Promise.all([plants.atLeast(1), doors.atLeast(1)])
      await host().closeConnections('a test wants it')
      await notices.first('reconnected')
      // A queue of the connection alone is made anew.
      while ((await host().bindings()).length < 2);
      await publish('plant.2', 'p2')
      await publish('door.2', 'd2')
      await Promise.all([plants.atLeast(2), doors.atLeast(2)])
      expect([plants.texts, doors.texts]).toEqual([
        ['p1', 'p2'],
        ['d1', 'd2']
      ])
    }
  )
})

describe.skipIf(isRabbitmqMissing)('a binding that the user may not make', () => {
  const host = useRabbitmq()
  const { subscribe } = amqpWorld(() => ({ url }))
  let url = ''

  it('is refused in the words of the broker: the exchange', async () => {
    url = await host().addUser('blind', 'secret', { configure: '.*', write: '.*', read: '^amq\\.gen.*' })
    const { grants } = await subscribe('a.#')
    expect(grants).toMatchObject([
      {
        guarantee: undefined,
        reason: expect.stringContaining("access to exchange 'amq.topic'"),
        suggestion: expect.stringContaining('set_permissions')
      }
    ])
  })

  it('is refused in the words of the broker: the key, and no other key', async () => {
    url = await host().addUser('short', 'secret')
    await host().allowTopics('short', 'amq.topic', '.*', '^mine\\.')
    const { connection } = await subscribe('mine.a')
    const received = new Received()
    const grants = await connection.subscribe(
      [
        { pattern: 'mine.b', guarantee: 1 },
        { pattern: 'yours.b', guarantee: 1 }
      ],
      received.take
    )
    expect(grants).toMatchObject([
      { guarantee: 1 },
      { guarantee: undefined, reason: expect.stringContaining("access to topic 'yours.b'") }
    ])
  })
})

describe.skipIf(isRabbitmqMissing)('a queue of others', () => {
  const host = useRabbitmq()
  const { subscribe, publish, declare } = amqpWorld(host)

  it.each(['classic', 'quorum'])('is read as it is (%s), and looked at without taking', async (type) => {
    const queue = `own-${type}`
    await declare(queue, type, [['x-max-length', { type: 'l', value: 100n }]])
    await publish(`/queues/${queue}`, 'a', 'b')
    const looking = await subscribe(`/queues/${queue}`, new Received(), {}, { browse: true, untilEnd: true })
    await looking.grants[0]?.end
    expect(looking.received.texts).toEqual(['a', 'b'])
    await looking.connection.close()
    const { received } = await subscribe(`/queues/${queue}`)
    await received.atLeast(2)
    expect(received.texts).toEqual(['a', 'b'])
    expect(received.messages.map(({ amqp }) => amqp?.redelivered)).toEqual([true, true])
    expect(await host().queue(queue)).toMatchObject({ arguments: { 'x-max-length': 100 }, durable: true })
  })

  it('keeps its messages from who observes channels; a queue of the connection gives its own away', async () => {
    await declare('observed')
    await publish('/queues/observed', 'a')
    const wish = { browse: true } as const
    const { received, connection } = await subscribe('/queues/observed', new Received(), {}, wish)
    await received.atLeast(1)
    await connection.close()
    while ((await host().queue('observed'))?.ready !== 1);
    const { received: passing, grants } = await subscribe('seen.#', new Received(), {}, wish)
    expect(grants).toMatchObject([{ guarantee: 1 }])
    await publish('seen.1', ...numbers(1000))
    await passing.atLeast(1000)
    const own = (await host().queues()).find(({ exclusive }) => exclusive)
    while ((await host().queue(own?.name ?? ''))?.unacknowledged !== 0);
    const { grants: refused } = await subscribe(
      'seen.#',
      new Received(),
      {},
      { browse: true, untilEnd: true }
    )
    expect(refused).toMatchObject([
      { reason: 'an exchange keeps no messages', suggestion: 'name a queue: /queues/NAME' }
    ])
  })

  it('that tidings made is kept for seven days', async () => {
    await subscribe('a.#', new Received(), {}, { group: 'workers' })
    await subscribe('a.#', new Received(), { session: 'billing' })
    for (const queue of ['tidings.workers', 'tidings.billing'])
      expect(await host().queue(queue)).toMatchObject({
        durable: true,
        arguments: { 'x-expires': 604_800_000 }
      })
  })
})

describe.skipIf(isRabbitmqMissing)('a reader that takes nothing for longer than RabbitMQ waits', () => {
  let host: RabbitmqHost
  const { open, publish, declare, endings } = amqpWorld(() => host)

  it('is told what happened', async () => {
    const node = await startRabbitmq({ consumerTimeout: 1000 })
    endings.push(() => node.stop())
    host = await node.newHost()
    for (const [queue, type, wish] of [
      ['slow', 'classic', {}],
      ['slow-quorum', 'quorum', {}],
      ['slow-stream', 'stream', { from: 'beginning' }]
    ] as const) {
      await declare(queue, type)
      await publish(`/queues/${queue}`, 'a', 'b')
      const connection = await open()
      const { receive } = blockedAfter(0)
      await connection.subscribe([{ pattern: `/queues/${queue}`, guarantee: 1, ...wish }], receive)
      expect(await connection.closed).toMatchObject({
        kind: 'unfinished',
        code: 'consumer-timeout',
        message: `cannot read the queue "${queue}" any more: its messages were not taken within 1 s, and the broker waits no longer`,
        suggestion: 'read faster, or raise consumer_timeout in the configuration of RabbitMQ'
      })
    }
  })
})

describe.skipIf(isRabbitmqMissing)('a user id of somebody else', () => {
  const host = useRabbitmq()
  const { open, subscribe } = amqpWorld(host)

  it('costs that message alone', async () => {
    const { received } = await subscribe('who.#')
    const connection = await open()
    const report = await connection.publish([
      message('who.1', '1'),
      { ...message('who.1', '2'), amqp: { userId: 'somebody' } },
      { ...message('who.1', '3'), amqp: { userId: host().user } }
    ])
    expect(report).toMatchObject({ acknowledged: 2, unacknowledged: 0 })
    expect(report.refused).toMatchObject([
      { index: 1, reason: expect.stringContaining("user_id property set to 'somebody'") }
    ])
    // What was not confirmed when the broker closed the channel comes twice.
    while (!received.texts.includes('3')) await received.atLeast(received.messages.length + 1)
    expect(new Set(received.texts)).toEqual(new Set(['1', '3']))
  })
})
