import { describe, expect, it } from 'vitest'
import type { Grant } from '../../../src/core/connection.js'
import { deleteAmqpSession } from '../../../src/transport/amqp/open-amqp.js'
import { text } from '../../support/amqp-fields.js'
import { amqpWorld } from '../../support/amqp-world.js'
import { connectionOptions, message, Notices, Received } from '../../support/connection-options.js'
import { isRabbitmqMissing } from '../../support/rabbitmq.js'
import { useRabbitmq } from '../../support/use-rabbitmq.js'

const numbers = (count: number) => Array.from({ length: count }, (_, at) => String(at))

describe.skipIf(isRabbitmqMissing)('a subscription at RabbitMQ', () => {
  const host = useRabbitmq()

  const { open, subscribe, publish, declare, openClient } = amqpWorld(host)

  it('gets what its pattern matches, with all that the messages say, and leaves nothing behind', async () => {
    const { connection, received, grants } = await subscribe('plant.+.temp')
    expect(grants).toEqual<Grant[]>([{ pattern: 'plant.+.temp', guarantee: 1 }])
    expect(await host().queues()).toMatchObject([{ exclusive: true, autoDelete: true }])
    await publish('plant.1.level', 'no')
    const publisher = await open()
    await publisher.publish([
      {
        channel: 'plant.1.temp',
        payload: Buffer.of(0, 255, 206),
        headers: [
          ['b', '2'],
          ['a', 'ä'],
          ['b', '3']
        ],
        contentType: 'text/plain',
        expiry: 1.5,
        correlation: Buffer.from('c'),
        responseChannel: 'answers',
        sourceTime: 1_700_000_000_000_000,
        amqp: { priority: 3, messageId: 'm', type: 't', appId: 'a', contentEncoding: 'e' }
      },
      message('plant.2.temp', 'plain')
    ])
    const [first, second] = await received.atLeast(2)
    expect(first).toEqual({
      channel: 'plant.1.temp',
      payload: Buffer.of(0, 255, 206),
      headers: [
        ['b', '2'],
        ['a', 'ä'],
        ['b', '3']
      ],
      guarantee: 1,
      contentType: 'text/plain',
      expiry: 1.5,
      correlation: Buffer.from('c'),
      responseChannel: 'answers',
      sourceTime: 1_700_000_000_000_000,
      amqp: {
        deliveryMode: 2,
        priority: 3,
        messageId: 'm',
        type: 't',
        appId: 'a',
        contentEncoding: 'e',
        exchange: 'amq.topic'
      },
      time: expect.any(Number)
    })
    expect(second).toMatchObject({ channel: 'plant.2.temp', headers: [] })
    expect(second?.contentType).toBeUndefined()
    await connection.close()
    expect(await host().queues()).toEqual([])
  })

  it('gets thousands in their order, small ones and large ones', async () => {
    const { received } = await subscribe('many.#')
    const publisher = await open()
    const texts = numbers(5000).map((each, at) => each.padEnd(at % 1000 === 0 ? 300_000 : at % 90))
    await publisher.publish(texts.map((text, at) => message(`many.${at % 3}`, text)))
    await received.atLeast(5000)
    expect(received.texts).toEqual(texts)
  })

  it('keeps the messages of a session, and those that its reader has not taken', async () => {
    const first = await subscribe('s.#', new Received(), { session: 'billing' })
    expect(first.connection.broker.resumed).toBe(false)
    await first.connection.close()
    expect(await host().queue('tidings.billing')).toMatchObject({
      durable: true,
      arguments: { 'x-expires': 604_800_000 }
    })
    await publish('s.1', 'one', 'two', 'three')
    const stopping = await open({ session: 'billing' })
    expect(stopping.broker.resumed).toBe(true)
    await new Promise<void>((resolve) => {
      void stopping.subscribe([{ pattern: 's.#', guarantee: 1 }], () => {
        resolve()
        return { done: 1, next: 'stop' }
      })
    })
    await stopping.close(1000)
    const { received } = await subscribe('s.#', new Received(), { session: 'billing' })
    await received.atLeast(2)
    expect(received.texts).toEqual(['two', 'three'])
    expect(received.messages[0]?.amqp?.redelivered).toBe(true)
  })

  it('is the only reader of its session', async () => {
    await subscribe('x', new Received(), { session: 'mine' })
    const { grants } = await subscribe('x', new Received(), { session: 'mine' })
    expect(grants).toMatchObject([{ guarantee: undefined, reason: 'the session "mine" has another reader' }])
  })

  it('shares nothing with a group of the same name, which is told so', async () => {
    await subscribe('x', new Received(), { session: 'ours' })
    const { grants } = await subscribe('x', new Received(), {}, { group: 'ours' })
    expect(grants).toMatchObject([
      {
        guarantee: undefined,
        reason: 'the session "ours" is in use, and its messages are not shared',
        suggestion: 'take another name for the group, or stop the reader of the session'
      }
    ])
  })

  it('ends with its session, whose queue is deleted', async () => {
    const forget = () => deleteAmqpSession(connectionOptions(host().url, { session: 'old' }))
    await (await subscribe('x', new Received(), { session: 'old' })).connection.close()
    expect(await forget()).toMatchObject({ existed: true })
    expect(await host().queue('tidings.old')).toBeUndefined()
    expect(await forget()).toMatchObject({ existed: false })
  })

  it('does not end with a session that its user may not delete', async () => {
    await (await subscribe('x', new Received(), { session: 'kept' })).connection.close()
    const url = await host().addUser('visitor', 'secret', { configure: '', write: '', read: '' })
    await expect(deleteAmqpSession(connectionOptions(url, { session: 'kept' }))).rejects.toMatchObject({
      kind: 'refused',
      code: 'session-not-deleted'
    })
  })

  it('reads a stream from its beginning, and from an offset', async () => {
    await declare('history', 'stream')
    await publish('/queues/history', ...numbers(1000))
    const { received: all } = await subscribe('/queues/history', new Received(), {}, { from: 'beginning' })
    await all.atLeast(1000)
    expect(all.texts).toEqual(numbers(1000))
    expect(all.messages[7]?.amqp?.offset).toBe(7)
    expect(all.messages[7]?.headers).toEqual([])
    const { received: some } = await subscribe(
      '/queues/history',
      new Received(),
      {},
      { from: { offset: 990 } }
    )
    await some.atLeast(10)
    expect(some.texts).toEqual(numbers(1000).slice(990))
  })

  it('of a group has no use for a session, and says so', async () => {
    const { grants } = await subscribe('g2.#', new Received(), { session: 's' }, { group: 'keepers' })
    expect(grants).toEqual([
      {
        pattern: 'g2.#',
        guarantee: undefined,
        reason: 'the queue of a group keeps messages for all its members',
        suggestion: 'leave out --session'
      }
    ])
    expect((await host().queues()).map(({ name }) => name)).not.toContain('tidings.keepers')
  })

  it('shares the messages of a group', async () => {
    const received = new Received()
    for (const _ of [1, 2]) await subscribe('g.#', received, {}, { group: 'workers' })
    await publish('g.1', ...numbers(100))
    await received.atLeast(100)
    expect([...received.texts].sort((one, other) => Number(one) - Number(other))).toEqual(numbers(100))
  })

  it('reads a queue of others, and says that one is missing', async () => {
    await declare('theirs')
    await publish('/queues/theirs', 'a', 'b')
    const { received, grants } = await subscribe('/queues/theirs')
    expect(grants).toEqual([{ pattern: '/queues/theirs', guarantee: 1, isQueue: true }])
    await received.atLeast(2)
    expect(received.messages.map(({ channel }) => channel)).toEqual(['/queues/theirs', '/queues/theirs'])
    const { grants: refused } = await subscribe('/queues/none')
    expect(refused).toMatchObject([{ guarantee: undefined, reason: 'there is no queue "none"' }])
  })

  it('gives everything back that it has only looked at', async () => {
    await declare('seen')
    await publish('/queues/seen', ...numbers(1000))
    const { connection, received, grants } = await subscribe(
      '/queues/seen',
      new Received(),
      {},
      { browse: true, untilEnd: true }
    )
    await grants[0]?.end
    expect(received.texts).toEqual(numbers(1000))
    await connection.close()
    const { received: again } = await subscribe('/queues/seen')
    await again.atLeast(1000)
    expect(again.texts).toEqual(numbers(1000))
  })

  it('counts as a delivery where it looks at a quorum queue, as docs/rabbitmq.md says', async () => {
    await declare('looked-at', 'quorum')
    await publish('/queues/looked-at', 'a')
    const wish = { browse: true, untilEnd: true }
    const { connection, grants } = await subscribe('/queues/looked-at', new Received(), {}, wish)
    await grants[0]?.end
    await connection.close()
    const { received } = await subscribe('/queues/looked-at')
    await received.atLeast(1)
    expect(received.messages[0]?.amqp).toMatchObject({ redelivered: true, deliveryCount: 1 })
  })

  it('lets one message go, which RabbitMQ moves to the dead letters, and takes the others in order', async () => {
    await declare('dead')
    await declare('mixed', 'classic', [
      ['x-dead-letter-exchange', text('')],
      ['x-dead-letter-routing-key', text('dead')]
    ])
    const texts = numbers(300)
    await publish('/queues/mixed', ...texts)
    const taken: string[] = []
    let refused: string | undefined
    const connection = await open()
    await new Promise<void>((resolve) => {
      void connection.subscribe([{ pattern: '/queues/mixed', guarantee: 1 }], async (batch) => {
        const came = batch.map(({ payload }) => Buffer.from(payload ?? []).toString())
        const isRefused = refused === undefined && came.length > 2
        if (isRefused) refused = came[1]
        taken.push(...(isRefused ? came.slice(0, 1) : came))
        if (taken.includes('299')) resolve()
        return isRefused ? { done: 1, next: 'let-go' } : undefined
      })
    })
    await connection.close(1000)
    expect(taken).toEqual(texts.filter((each) => each !== refused))
    expect(await host().queue('mixed')).toMatchObject({ ready: 0, unacknowledged: 0 })
    const { received } = await subscribe('/queues/dead')
    await received.atLeast(1)
    expect(received.texts).toEqual([refused])
  })

  it('goes on after its connection was closed', async () => {
    const notices = new Notices()
    const options = { session: 'lasting', onNotice: notices.take }
    const { received } = await subscribe('l.#', new Received(), options)
    await host().closeConnections('a test wants it')
    await notices.first('reconnected')
    await publish('l.1', 'still here')
    await received.atLeast(1)
    expect(received.texts).toEqual(['still here'])
  })

  it('ends once its queue is deleted', async () => {
    await declare('short')
    const { connection } = await subscribe('/queues/short')
    const client = await openClient()
    await client.ask(1, 'queue.delete', { queue: 'short' }, 'queue.delete-ok')
    expect(await connection.closed).toMatchObject({
      code: 'queue-deleted',
      message: 'cannot read the queue "short" any more: it was deleted'
    })
  })

  it.each(['classic', 'quorum'])(
    'shows what had come of a %s queue that is deleted, says that it cannot be acknowledged, and ends',
    async (type) => {
      const queue = `deleted-${type}`
      await declare(queue, type)
      const texts = numbers(1000)
      await publish(`/queues/${queue}`, ...texts.map((text) => text.padEnd(1000)))
      const notices = new Notices()
      const connection = await open({ onNotice: notices.take })
      const received = new Received()
      let goOn: () => void = () => {}
      const deleted = new Promise<void>((resolve) => {
        goOn = resolve
      })
      // Takes what comes first, so that more comes, and then nothing until the queue is gone.
      await connection.subscribe([{ pattern: `/queues/${queue}`, guarantee: 1 }], async (batch) => {
        if (received.messages.length > 0) await deleted
        received.take(batch)
      })
      while ((await host().queue(queue))?.ready !== 0);
      const client = await openClient()
      await client.ask(1, 'queue.delete', { queue }, 'queue.delete-ok')
      const { text } = await notices.first('warning')
      expect(text).toMatch(
        /^the queue ".*" was deleted: \d+ messages that had come are shown, and cannot be acknowledged any more$/
      )
      goOn()
      expect(await connection.closed).toMatchObject({
        code: 'queue-deleted',
        message: `cannot read the queue "${queue}" any more: it was deleted`
      })
      const shown = received.texts.map((text) => text.trim())
      expect(shown.sort()).toEqual([...texts].sort())
    }
  )
})
