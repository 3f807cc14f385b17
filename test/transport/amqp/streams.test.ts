import { describe, expect, it } from 'vitest'
import type { HistoryPosition } from '../../../src/core/connection.js'
import { amqpWorld } from '../../support/amqp-world.js'
import { message, Notices, Received } from '../../support/connection-options.js'
import { isRabbitmqMissing } from '../../support/rabbitmq.js'
import { useRabbitmq } from '../../support/use-rabbitmq.js'

const numbers = (count: number, first = 0) => Array.from({ length: count }, (_, at) => String(first + at))

describe.skipIf(isRabbitmqMissing)('a stream of RabbitMQ', () => {
  const host = useRabbitmq()
  const { open, subscribe, publish, declare } = amqpWorld(host)

  /** Reads until the end of what was there. */
  async function readToEnd(queue: string, from: HistoryPosition) {
    const { received, grants, connection } = await subscribe(
      `/queues/${queue}`,
      new Received(),
      {},
      { from, untilEnd: true }
    )
    expect(grants).toMatchObject([{ guarantee: 1 }])
    await grants[0]?.end
    await connection.close()
    return received.texts
  }

  it('ends where it ended at the start, from each position', async () => {
    await declare('all', 'stream')
    await publish('/queues/all', ...numbers(3000))
    expect(await readToEnd('all', 'beginning')).toEqual(numbers(3000))
    expect(await readToEnd('all', { offset: 2990 })).toEqual(numbers(10, 2990))
    expect(await readToEnd('all', { offset: 5000 })).toEqual([])
    expect(await readToEnd('all', 'latest')).toEqual([])
    expect(await readToEnd('all', { time: 0 })).toEqual(numbers(3000))
    const later = (Date.now() + 3_600_000) * 1000
    expect(await readToEnd('all', { time: later })).toEqual([])
  })

  it('that is empty ends at once', async () => {
    await declare('empty', 'stream')
    for (const from of ['beginning', 'latest', { offset: 0 }, { offset: 9 }, { time: 0 }] as const)
      expect(await readToEnd('empty', from)).toEqual([])
  })

  it('ends although others publish all the time', async () => {
    await declare('busy', 'stream')
    await publish('/queues/busy', ...numbers(500))
    const publisher = await open()
    let isOver = false
    const publishing = (async () => {
      for (let at = 500; !isOver; at++) await publisher.publish([message('/queues/busy', String(at))])
    })()
    const texts = await readToEnd('busy', 'beginning')
    isOver = true
    await publishing
    expect(texts.slice(0, 500)).toEqual(numbers(500))
  })

  it('is read on where it was, after its connection was closed in the middle', async () => {
    await declare('cut', 'stream')
    await publish('/queues/cut', ...numbers(2000))
    const received = new Received()
    const notices = new Notices()
    const connection = await open({ onNotice: notices.take })
    let isCut = false
    const [grant] = await connection.subscribe(
      [{ pattern: '/queues/cut', guarantee: 1, from: 'beginning', untilEnd: true }],
      async (batch) => {
        received.take(batch)
        if (isCut || received.messages.length < 1000) return
        isCut = true
        await host().closeConnections('a test wants it')
      }
    )
    await grant?.end
    expect(isCut).toBe(true)
    expect(notices.all.map(({ kind }) => kind)).toContain('reconnected')
    expect([...new Set(received.texts)]).toEqual(numbers(2000))
  })

  it('shows everything to who looks at it', async () => {
    await declare('seen', 'stream')
    await publish('/queues/seen', ...numbers(300))
    const { received, grants } = await subscribe(
      '/queues/seen',
      new Received(),
      {},
      { browse: true, untilEnd: true }
    )
    await grants[0]?.end
    expect(received.texts).toEqual(numbers(300))
  })

  it('is read from now on by who names no position', async () => {
    await declare('now', 'stream')
    await publish('/queues/now', 'old')
    const { received } = await subscribe('/queues/now')
    await publish('/queues/now', 'new')
    await received.atLeast(1)
    expect(received.texts).toEqual(['new'])
  })

  it('of large messages is held a few at a time, each message once', async () => {
    await declare('large', 'stream')
    const payloads = Array.from({ length: 60 }, (_, at) => Buffer.alloc(at < 30 ? 10 : 1_000_000, at))
    for (const payload of payloads) await publish('/queues/large', payload)
    const received = new Received()
    await subscribe('/queues/large', received, {}, { from: 'beginning' })
    await received.atLeast(60)
    expect(received.messages.map(({ amqp }) => amqp?.offset)).toEqual(payloads.map((_, at) => at))
    await publish('/queues/large', 'last')
    await received.atLeast(61)
    expect(received.texts.at(-1)).toBe('last')
  })
})

describe.skipIf(isRabbitmqMissing)('a position in a history', () => {
  const host = useRabbitmq()
  const { subscribe, publish, declare } = amqpWorld(host)

  it.each(['classic', 'quorum'])('is refused for a %s queue, which keeps all it has', async (type) => {
    await declare(`no-stream-${type}`, type)
    const ask = () => subscribe(`/queues/no-stream-${type}`, new Received(), {}, { from: 'beginning' })
    const refused = [
      {
        guarantee: undefined,
        reason: `the queue "no-stream-${type}" is no stream, and keeps no history`,
        suggestion: 'leave out --from: a queue gives what it holds, from its beginning'
      }
    ]
    expect((await ask()).grants).toMatchObject(refused)
    await publish(`/queues/no-stream-${type}`, 'a', 'b')
    const { grants, received } = await ask()
    expect(grants).toMatchObject(refused)
    expect(received.texts).toEqual([])
    const { received: kept } = await subscribe(`/queues/no-stream-${type}`)
    await kept.atLeast(2)
    expect(kept.texts).toEqual(['a', 'b'])
  })

  it('is none at an exchange: its end would be reached at once, with nothing shown', async () => {
    const { grants } = await subscribe('a.b', new Received(), {}, { untilEnd: true })
    expect(grants).toMatchObject([{ guarantee: undefined, reason: 'an exchange keeps no history' }])
  })

  it('is none for the queue of a session, which gives all it holds and ends', async () => {
    const session = { session: 'until-end' }
    const { connection } = await subscribe('u.#', new Received(), session)
    await connection.close()
    await publish('u.a', 'kept')
    const received = new Received()
    const { grants } = await subscribe('u.#', received, session, { untilEnd: true })
    await grants[0]?.end
    expect(received.texts).toEqual(['kept'])
  })

  it('is refused for an exchange, and counted from the end', async () => {
    await declare('end', 'stream')
    const { grants: exchange } = await subscribe('a.#', new Received(), {}, { from: 'beginning' })
    expect(exchange).toMatchObject([
      {
        reason: 'an exchange keeps no history',
        suggestion: 'address a stream queue, which keeps one: /queues/NAME'
      }
    ])
    const { grants: last } = await subscribe('/queues/end', new Received(), {}, { from: { last: 10 } })
    expect(last).toMatchObject([{ suggestion: 'begin at an offset or at a time: --from 1000, --from -1h' }])
  })
})

describe.skipIf(isRabbitmqMissing)('the end of what a queue holds', () => {
  const host = useRabbitmq()
  const { open, subscribe, publish, declare } = amqpWorld(host)

  it.each(['classic', 'quorum'])('comes although others read the %s queue, too', async (type) => {
    await declare(`shared-${type}`, type)
    await publish(`/queues/shared-${type}`, ...numbers(400))
    const received = new Received()
    await subscribe(`/queues/shared-${type}`, received)
    const { grants } = await subscribe(`/queues/shared-${type}`, received, {}, { untilEnd: true })
    await grants[0]?.end
    await received.atLeast(400)
    expect([...received.texts].map(Number).sort((one, other) => one - other)).toEqual(
      numbers(400).map(Number)
    )
  })

  it('comes where the messages expire before they are read', async () => {
    const client = await declare('passing', 'classic', [['x-message-ttl', { type: 'l', value: 300n }]])
    await publish('/queues/passing', ...numbers(10))
    client.send(1, 'basic.qos', { prefetchCount: 1 })
    let release: () => void = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const connection = await open()
    const taken: number[] = []
    const [grant] = await connection.subscribe(
      [{ pattern: '/queues/passing', guarantee: 1, untilEnd: true }],
      (batch) => {
        taken.push(batch.length)
        return held
      }
    )
    const isGone = async () => (await host().queue('passing'))?.ready === 0
    while (!(await isGone()));
    release()
    await grant?.end
    expect(taken.length).toBeGreaterThan(0)
  })

  it('is not reached before what comes again after a loss is shown', async () => {
    await declare('again')
    await publish('/queues/again', ...numbers(1000))
    const received = new Received()
    const connection = await open()
    let isCut = false
    const [grant] = await connection.subscribe(
      [{ pattern: '/queues/again', guarantee: 1, untilEnd: true }],
      async (batch) => {
        received.take(batch)
        if (isCut || received.messages.length < 500) return
        isCut = true
        await host().closeConnections('a test wants it')
      }
    )
    await grant?.end
    expect(isCut).toBe(true)
    expect(new Set(received.texts).size).toBe(1000)
  })

  it('comes at once where there is nothing', async () => {
    await declare('nothing')
    const { grants, received } = await subscribe('/queues/nothing', new Received(), {}, { untilEnd: true })
    await grants[0]?.end
    expect(received.texts).toEqual([])
  })
})
