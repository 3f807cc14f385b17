import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StreamGaps } from '../../../src/transport/amqp/stream-gaps.js'
import { type AmqpServer, startAmqpServer } from '../../support/amqp-server.js'
import { amqpWorld } from '../../support/amqp-world.js'
import { Notices, Received } from '../../support/connection-options.js'
import { isRabbitmqMissing } from '../../support/rabbitmq.js'
import { useRabbitmq } from '../../support/use-rabbitmq.js'

describe('offsets that a stream has left out', () => {
  function gaps() {
    const told: string[] = []
    return { told, gaps: new StreamGaps('the queue "audit"', (text) => told.push(text)) }
  }

  it('are told, and again each time that twice as many are missing', () => {
    const { told, gaps: stream } = gaps()
    stream.note(100, 200)
    stream.note(300, 350)
    stream.note(400, 450)
    expect(told).toEqual([
      'the queue "audit" did not give 100 offsets, 100 to 199: a stream removes its oldest messages when it reaches its limit',
      'the queue "audit" did not give 50 offsets, 400 to 449; 200 offsets in all: a stream removes its oldest messages when it reaches its limit'
    ])
  })

  it('are not told where they are so few that clients may have stored their positions there', () => {
    const { told, gaps: stream } = gaps()
    for (let at = 0; at < 1000; at += 20) stream.note(at, at + 10)
    expect(told).toEqual([])
  })
})

describe('a stream that removes messages while its reader is away', () => {
  let server: AmqpServer
  const { open, publish, declare } = amqpWorld(() => server)
  beforeEach(async () => {
    server = await startAmqpServer()
  })
  afterEach(() => server.stop())

  it('says so once the reader has come back, and how many did not come', async () => {
    await declare('short', 'stream')
    await publish('/queues/short', ...Array.from({ length: 20 }, () => 'before'))
    const notices = new Notices()
    const received = new Received()
    const connection = await open({ onNotice: notices.take })
    await connection.subscribe([{ pattern: '/queues/short', guarantee: 1, from: 'beginning' }], received.take)
    await received.atLeast(20)
    server.cut()
    const queue = server.queue('short')
    const content = queue?.ready[0]?.content
    for (let at = 20; at < 100 && content; at++) queue.put('', 'short', content)
    queue?.removeBefore(90)
    await received.atLeast(30)
    expect(received.messages.map(({ amqp }) => amqp?.offset)).toEqual([
      ...Array.from({ length: 20 }, (_, at) => at),
      ...Array.from({ length: 10 }, (_, at) => 90 + at)
    ])
    expect(notices.all).toContainEqual({
      kind: 'warning',
      text: 'the queue "short" did not give 70 offsets, 20 to 89: a stream removes its oldest messages when it reaches its limit'
    })
  })
})

describe.skipIf(isRabbitmqMissing)('a stream that has removed messages', () => {
  const { subscribe, publish, declare } = amqpWorld(useRabbitmq())
  /** RabbitMQ removes whole segments, and looks only when it begins another one. */
  const SMALL = [
    ['x-max-length-bytes', { type: 'l', value: 20_000n }],
    ['x-stream-max-segment-size-bytes', { type: 'l', value: 5000n }]
  ] as const

  async function firstOffset(queue: string): Promise<number> {
    const { received, connection } = await subscribe(queue, new Received(), {}, { from: 'beginning' })
    const [first] = await received.atLeast(1)
    await connection.close()
    return first?.amqp?.offset ?? 0
  }

  it('says so to who begins at an offset that is gone, and not to who begins at its beginning', async () => {
    await declare('short', 'stream', SMALL)
    const fill = () => publish('/queues/short', ...Array.from({ length: 300 }, () => 'x'.repeat(100)))
    await fill()
    while ((await firstOffset('/queues/short')) < 50) await fill()
    const notices = new Notices()
    const options = { onNotice: notices.take }
    const wish = { untilEnd: true } as const
    const beginning = await subscribe('/queues/short', new Received(), options, {
      from: 'beginning',
      ...wish
    })
    await beginning.grants[0]?.end
    expect(notices.all).toEqual([])
    const { grants, received } = await subscribe('/queues/short', new Received(), options, {
      from: { offset: 5 },
      ...wish
    })
    await grants[0]?.end
    const first = received.messages[0]?.amqp?.offset ?? 0
    expect(notices.all).toEqual([
      {
        kind: 'warning',
        text: `the queue "short" did not give ${first - 5} offsets, 5 to ${first - 1}: a stream removes its oldest messages when it reaches its limit`
      }
    ])
  })
})
