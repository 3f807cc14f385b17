import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AmqpClient, AmqpClosed, openAmqpClient } from '../support/amqp-client.js'
import { content, type Properties } from '../support/amqp-content.js'
import { type Table, text } from '../support/amqp-fields.js'
import type { Arguments } from '../support/amqp-methods.js'
import { type AmqpServer, startAmqpServer } from '../support/amqp-server.js'
import { isRabbitmqMissing } from '../support/rabbitmq.js'
import { useRabbitmq } from '../support/use-rabbitmq.js'

/** Plays the same on the server of `support` and on RabbitMQ. Resolves with what a client sees. */
type Play = (url: string) => Promise<unknown>

/** What a client sees of a refusal: the code, and the words without what only one of the brokers can say. */
async function refusal(work: Promise<unknown>): Promise<unknown> {
  try {
    return { went: await work }
  } catch (error) {
    if (!(error instanceof AmqpClosed)) throw error
    return { code: error.code, says: error.message.replace(/vhost '[^']*'/, "vhost '/'") }
  }
}

/** A client with a channel, for the time of one play. */
const playing =
  (play: (client: AmqpClient, url: string) => Promise<unknown>): Play =>
  async (url) => {
    const client = await openAmqpClient(url)
    await client.channel()
    try {
      return await play(client, url)
    } finally {
      client.cut()
    }
  }

const declare = (client: AmqpClient, args: Partial<Arguments<'queue.declare'>>) =>
  client.ask(1, 'queue.declare', args, 'queue.declare-ok')

const bind = (client: AmqpClient, queue: string, exchange: string, routingKey: string, args: Table = []) =>
  client.ask(1, 'queue.bind', { queue, exchange, routingKey, arguments: args }, 'queue.bind-ok')

const publish = (
  client: AmqpClient,
  exchange: string,
  routingKey: string,
  body: string,
  properties: Properties | Buffer = {}
) => client.send(1, 'basic.publish', { exchange, routingKey, mandatory: true }, content(body, properties))

const consume = (client: AmqpClient, queue: string, prefetchCount: number, args: Table = []) => {
  client.send(1, 'basic.qos', { prefetchCount })
  return client.ask(1, 'basic.consume', { queue, consumerTag: 'reader', arguments: args }, 'basic.consume-ok')
}

const confirming = async (client: AmqpClient) => client.ask(1, 'confirm.select', {}, 'confirm.select-ok')

/** Waits until the messages from the number `first` on are confirmed, singly or together: a broker need not do so in their order. */
async function confirmed(client: AmqpClient, count: number, first = 1): Promise<void> {
  const open = new Set(Array.from({ length: count }, (_, index) => BigInt(first + index)))
  while (open.size > 0) {
    const { deliveryTag, multiple } = (await client.next(1, 'basic.ack')).method.args
    for (const tag of open) if (tag === deliveryTag || (multiple && tag < deliveryTag)) open.delete(tag)
  }
}

async function delivered(client: AmqpClient, count: number): Promise<string[]> {
  const bodies: string[] = []
  while (bodies.length < count) {
    const { method, content: carried } = await client.next(1, 'basic.deliver')
    bodies.push(`${carried?.body}${method.args.redelivered ? ' again' : ''}`)
  }
  return bodies
}

const everything: Properties = {
  contentType: 'text/plain',
  contentEncoding: 'gzip',
  headers: [
    ['b', text('2')],
    ['a', { type: 'l', value: -(2n ** 63n) }],
    ['b', { type: 'A', value: [{ type: 'V' }, { type: 'd', value: 0.1 }] }],
    ['9', { type: 'F', value: [['x', { type: 't', value: true }]] }],
    ['time', { type: 'T', value: 1_700_000_000n }],
    ['bytes', { type: 'x', value: Buffer.of(0, 255) }]
  ],
  deliveryMode: 2,
  priority: 3,
  correlationId: 'c',
  replyTo: 'r',
  expiration: '60000',
  messageId: 'm',
  timestamp: 1_700_000_000n,
  type: 't',
  appId: 'a'
}

const KEYS = ['', 'a', 'a.b', 'a.b.c', 'a..c', '.', 'b.a', 'a.b.c.d', 'a/b', '*', '#', 'a.#']
const BINDINGS = ['', '#', '*', 'a', 'a.*', 'a.#', '#.c', '*.b.*', 'a.*.c', '#.b.#', '*.#', 'a.#.#.c', '.*']

const PLAYS: Readonly<Record<string, Play>> = {
  'the header of another protocol': async (url) => {
    const { port } = new URL(url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.write('HTTP/1.1')
    let reply = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      reply = Buffer.concat([reply, chunk])
    })
    // A broker that has closed may also reset.
    socket.on('error', () => undefined)
    await new Promise((resolve) => socket.once('close', resolve))
    return reply.toString('hex')
  },
  'a wrong password': (url) => refusal(openAmqpClient(url.replace(/:[^:@/]+@/, ':wrong@'))),
  'an unknown virtual host': (url) => refusal(openAmqpClient(url.replace(/\/[^/]*$/, '/nowhere'))),
  'a channel that is not open': playing((client) => {
    client.send(7, 'basic.qos', {})
    return refusal(client.next(7, 'basic.qos-ok'))
  }),
  'a channel that is opened twice': playing((client) => refusal(client.channel())),
  'an unknown exchange': playing(async (client) => {
    await confirming(client)
    publish(client, 'nowhere', 'a', 'x')
    const first = await refusal(client.next(1, 'basic.ack'))
    // The connection lives on.
    return [first, await client.channel(2)]
  }),
  'no route': playing(async (client) => {
    await confirming(client)
    publish(client, 'amq.topic', 'no.where', 'x', everything)
    await client.next(1, 'basic.ack')
    return client.arrived.slice(-2).map(({ method, content: carried }) => [method, carried?.propertyBytes])
  }),
  'every property, byte for byte': playing(async (client) => {
    const { queue } = await declare(client, { exclusive: true })
    await bind(client, queue, 'amq.topic', 'a.#')
    publish(client, 'amq.topic', 'a.b', 'body', everything)
    const { method, content: carried } = (await client.get(queue)) ?? {}
    return [method, carried?.propertyBytes, carried?.body]
  }),
  'a body of several frames': playing(async (client) => {
    const { queue } = await declare(client, { exclusive: true })
    publish(client, '', queue, 'x'.repeat(300_000))
    return (await client.get(queue))?.content?.body.length
  }),
  'a queue that is declared anew, differently': playing(async (client) => {
    await declare(client, { queue: 'q', exclusive: true, autoDelete: true })
    return refusal(declare(client, { queue: 'q', exclusive: true, autoDelete: false }))
  }),
  'an exchange that is declared anew, differently': playing((client) =>
    refusal(
      client.ask(
        1,
        'exchange.declare',
        { exchange: 'amq.topic', type: 'fanout', durable: true },
        'exchange.declare-ok'
      )
    )
  ),
  'a type of exchange that nobody knows': playing((client) =>
    refusal(client.ask(1, 'exchange.declare', { exchange: 'x', type: 'odd' }, 'exchange.declare-ok'))
  ),
  'a queue that is not there': playing((client) =>
    refusal(declare(client, { queue: 'none', passive: true }))
  ),
  'reading a queue that is not there': playing((client) => refusal(consume(client, 'none', 1))),
  'a name that is reserved': playing((client) => refusal(declare(client, { queue: 'amq.mine' }))),
  'the deletion of a queue that is not there': playing((client) =>
    client.ask(1, 'queue.delete', { queue: 'none' }, 'queue.delete-ok')
  ),
  "another connection's exclusive queue": playing(async (client, url) => {
    await declare(client, { queue: 'mine', exclusive: true })
    const other = await openAmqpClient(url)
    await other.channel()
    const seen = await refusal(declare(other, { queue: 'mine', passive: true }))
    other.cut()
    return seen
  }),
  'prefetch and acknowledgements': playing(async (client) => {
    await confirming(client)
    const { queue } = await declare(client, { exclusive: true })
    for (const body of ['1', '2', '3', '4', '5']) publish(client, '', queue, body)
    await confirmed(client, 5)
    await consume(client, queue, 2)
    const first = await delivered(client, 2)
    client.send(1, 'basic.ack', { deliveryTag: 2n, multiple: true })
    const second = await delivered(client, 2)
    const { messageCount } = await declare(client, { queue, passive: true })
    return [first, second, messageCount]
  }),
  'what is given back': playing(async (client) => {
    const { queue } = await declare(client, { exclusive: true })
    for (const body of ['1', '2', '3']) publish(client, '', queue, body)
    await consume(client, queue, 2)
    const first = await delivered(client, 2)
    client.send(1, 'basic.nack', { deliveryTag: 2n, multiple: true, requeue: true })
    return [first, await delivered(client, 2)]
  }),
  'what a cancelled reader has not acknowledged': playing(async (client) => {
    const { queue } = await declare(client, { queue: 'left', exclusive: true })
    for (const body of ['1', '2']) publish(client, '', queue, body)
    await consume(client, queue, 0)
    const first = await delivered(client, 2)
    await client.ask(1, 'basic.cancel', { consumerTag: 'reader' }, 'basic.cancel-ok')
    await client.ask(1, 'channel.close', {}, 'channel.close-ok')
    await client.channel(2)
    const again = await client.get(queue, 2)
    return [first, again?.method.args, again?.content?.body]
  }),
  'an acknowledgement of nothing': playing((client) => {
    client.send(1, 'basic.ack', { deliveryTag: 5n })
    return refusal(client.next(1, 'basic.qos-ok'))
  }),
  'a queue that is deleted while it is read': playing(async (client) => {
    const { queue } = await declare(client, { exclusive: true })
    await consume(client, queue, 1)
    client.send(1, 'queue.delete', { queue })
    const { method } = await client.next(1, 'basic.cancel')
    return method
  }),
  'a second reader of an exclusive one': playing(async (client) => {
    const { queue } = await declare(client, { autoDelete: true })
    await client.ask(1, 'basic.consume', { queue, exclusive: true }, 'basic.consume-ok')
    const seen = await refusal(client.ask(1, 'basic.consume', { queue }, 'basic.consume-ok'))
    return JSON.parse(JSON.stringify(seen).replaceAll(queue, 'QUEUE'))
  }),
  'immediate messages': playing((client) => {
    client.send(1, 'basic.publish', { immediate: true }, content('x'))
    return refusal(client.next(1, 'basic.ack'))
  }),
  'exchanges of every type': playing(async (client) => {
    await confirming(client)
    const seen: unknown[] = []
    const ways: [string, Table][] = [
      ['direct', []],
      ['fanout', []],
      ['topic', []],
      [
        'headers',
        [
          ['x-match', text('all')],
          ['kind', text('odd')]
        ]
      ],
      [
        'headers',
        [
          ['x-match', text('any')],
          ['kind', text('odd')],
          ['size', text('big')]
        ]
      ]
    ]
    let sent = 0
    for (const [type, args] of ways) {
      const { queue } = await declare(client, { exclusive: true })
      const exchange = `x-${type}-${args.length}`
      await client.ask(1, 'exchange.declare', { exchange, type, autoDelete: true }, 'exchange.declare-ok')
      await bind(client, queue, exchange, 'a.b', args)
      for (const [key, headers] of [
        ['a.b', []],
        ['a.c', [['kind', text('odd')]]],
        ['a.c', [['kind', text('even')]]]
      ] as [string, Table][]) {
        publish(client, exchange, key, key, { headers })
        sent++
      }
      await confirmed(client, 3, sent - 2)
      const { messageCount } = await declare(client, { queue, passive: true })
      seen.push([type, messageCount])
    }
    return seen
  }),
  'an exchange that is bound to an exchange': playing(async (client) => {
    const { queue } = await declare(client, { exclusive: true })
    await client.ask(
      1,
      'exchange.declare',
      { exchange: 'behind', type: 'topic', autoDelete: true },
      'exchange.declare-ok'
    )
    await client.ask(
      1,
      'exchange.bind',
      { source: 'amq.topic', destination: 'behind', routingKey: 'a.#' },
      'exchange.bind-ok'
    )
    await bind(client, queue, 'behind', '#.c')
    for (const key of ['a.c', 'b.c', 'a.d']) publish(client, 'amq.topic', key, key)
    return [(await client.get(queue))?.content?.body.toString(), await client.get(queue)]
  }),
  'which bindings match which keys': playing(async (client) => {
    await confirming(client)
    const queues: string[] = []
    for (const key of BINDINGS) {
      const { queue } = await declare(client, { exclusive: true })
      await bind(client, queue, 'amq.topic', key)
      queues.push(queue)
    }
    for (const key of KEYS) publish(client, 'amq.topic', key, key)
    await confirmed(client, KEYS.length)
    const seen: Record<string, string[]> = {}
    for (const [index, queue] of queues.entries()) {
      const bodies: string[] = []
      for (let got = await client.get(queue); got !== undefined; got = await client.get(queue))
        bodies.push(`${got.content?.body}`)
      seen[`"${BINDINGS[index]}"`] = bodies
    }
    return seen
  }),
  'a stream that is read from different offsets': playing(async (client) => {
    const stream: Table = [['x-queue-type', text('stream')]]
    await confirming(client)
    await declare(client, { queue: 's', durable: true, arguments: stream })
    for (const body of ['0', '1', '2', '3']) publish(client, '', 's', body, { headers: [['h', text('1')]] })
    await confirmed(client, 4)
    const seen: unknown[] = []
    for (const [offset, count] of [
      [text('first'), 4],
      [{ type: 'l', value: 2n }, 2]
    ] as const) {
      await consume(client, 's', 10, [['x-stream-offset', offset]])
      const parts: unknown[] = []
      while (parts.length < count) {
        const { content: carried } = await client.next(1, 'basic.deliver')
        parts.push([`${carried?.body}`, carried?.properties.headers])
      }
      seen.push(parts)
      await client.ask(1, 'basic.cancel', { consumerTag: 'reader' }, 'basic.cancel-ok')
    }
    const without = await refusal(
      client.channel(2).then(() => client.ask(2, 'basic.consume', { queue: 's' }, 'basic.consume-ok'))
    )
    await client.ask(1, 'queue.delete', { queue: 's' }, 'queue.delete-ok')
    return [seen, without]
  }),
  'a position in the history of a queue that has none': playing(async (client) => {
    await declare(client, { queue: 'n' })
    client.send(1, 'basic.consume', { queue: 'n', arguments: [['x-stream-offset', text('first')]] })
    const { args } = await client.next(1, 'basic.consume-ok').then(
      ({ method }) => method,
      (error: AmqpClosed) => ({ args: [error.code, error.message.replace(/in vhost '[^']*'/, '')] })
    )
    return args
  }),
  'taking one message out of a stream': playing(async (client) => {
    await declare(client, { queue: 't', durable: true, arguments: [['x-queue-type', text('stream')]] })
    return refusal(client.get('t'))
  })
}

describe.skipIf(isRabbitmqMissing)("the tests' own AMQP server answers as RabbitMQ does", () => {
  const host = useRabbitmq()
  let server: AmqpServer
  beforeAll(async () => {
    server = await startAmqpServer()
  })
  afterAll(() => server?.stop())

  it.each(Object.entries(PLAYS))('to %s', async (_name, play) => {
    expect(await play(server.url)).toEqual(await play(host().url))
  })
})
