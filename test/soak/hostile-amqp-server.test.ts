import { expect, it } from 'vitest'
import type { Message } from '../../src/core/message.js'
import { parseAmqpUrls } from '../../src/transport/amqp/amqp-url.js'
import { AmqpNetworkConnection } from '../../src/transport/amqp/network-connection.js'
import { Publisher } from '../../src/transport/amqp/publisher.js'
import { Subscriber } from '../../src/transport/amqp/subscriber.js'
import { content, encodeContentHeader, type Properties } from '../support/amqp-content.js'
import { text } from '../support/amqp-fields.js'
import { frame } from '../support/amqp-link.js'
import { type Arguments, encodeMethod, type MethodName } from '../support/amqp-methods.js'
import { message } from '../support/connection-options.js'
import { HostileSocket } from '../support/hostile-socket.js'
import { mutate } from '../support/mutation.js'
import { numbersFrom } from '../support/seeded-random.js'
import { usedMemory } from '../support/used-memory.js'
import { extent, figure, isLong } from './extent.js'

/** How many items a connection is sent at most, after its handshake. */
const PER_CONNECTION = 100
/** Between two damaged items there are so many sound ones, at most. */
const SOUND_RUN = 8
const MB = 1_000_000

const [METHOD, HEADER, BODY, HEARTBEAT] = [1, 2, 3, 8] as const

const method = <N extends MethodName>(channel: number, name: N, args: Partial<Arguments<N>> = {}) =>
  frame(METHOD, channel, encodeMethod(name, args))

/** The frames of a method with a content. */
function carrying<N extends MethodName>(
  channel: number,
  name: N,
  args: Partial<Arguments<N>>,
  body: string,
  properties: Properties = {}
): Buffer[] {
  const carried = content(body, properties)
  return [
    method(channel, name, args),
    frame(HEADER, channel, encodeContentHeader(carried)),
    ...(body === '' ? [] : [frame(BODY, channel, carried.body)])
  ]
}

/** The channels in the order in which they are opened. */
const [ASKS, READS, CONFIRMS, LOOSE] = [1, 2, 3, 4]

const HANDSHAKE = [
  method(0, 'connection.start', {
    serverProperties: [['product', text('x')]],
    mechanisms: Buffer.from('PLAIN')
  }),
  method(0, 'connection.tune', { channelMax: 2047, frameMax: 131_072, heartbeat: 0 }),
  method(0, 'connection.open-ok')
]

/** What is asked first is granted. */
const GRANTED = Buffer.concat([
  method(READS, 'channel.open-ok'),
  method(READS, 'queue.declare-ok', { queue: 'q' }),
  method(READS, 'queue.bind-ok'),
  method(READS, 'basic.qos-ok'),
  method(READS, 'basic.consume-ok', { consumerTag: 'tidings-1' })
])

const deliver = { consumerTag: 'tidings-1', deliveryTag: 1n, exchange: 'amq.topic', routingKey: 'a.b' }
const said: Properties = {
  contentType: 'text/plain',
  headers: [['h', text('1')]],
  deliveryMode: 2,
  correlationId: 'c',
  expiration: '1000',
  timestamp: 1_700_000_000n,
  messageId: 'm'
}
const delivery = (channel: number, body = '{"a":1}', properties = said) =>
  carrying(channel, 'basic.deliver', deliver, body, properties)

/** What a server may send at any time. */
const SOUND = [
  [frame(HEARTBEAT, 0, Buffer.alloc(0))],
  delivery(READS),
  delivery(READS, ''),
  [method(0, 'connection.unblocked')]
]

const CORPUS: readonly (readonly Buffer[])[] = [
  ...SOUND,
  delivery(READS, 'x'.repeat(5000), { ...said, headers: [['x-stream-offset', { type: 'l', value: 7n }]] }),
  delivery(ASKS),
  [GRANTED],
  [method(ASKS, 'channel.open-ok'), method(ASKS, 'queue.declare-ok', { queue: 'q', messageCount: 9 })],
  [method(ASKS, 'channel.close', { replyCode: 404, replyText: "NOT_FOUND - no queue 'q'" })],
  [method(ASKS, 'channel.close-ok')],
  [method(READS, 'channel.close', { replyCode: 406, replyText: 'PRECONDITION_FAILED - timed out 1000 ms' })],
  [method(READS, 'channel.flow', { active: true })],
  [method(READS, 'basic.cancel', { consumerTag: 'tidings-1' })],
  [method(READS, 'basic.cancel-ok', { consumerTag: 'tidings-1' })],
  [method(CONFIRMS, 'confirm.select-ok'), method(CONFIRMS, 'basic.ack', { deliveryTag: 1n })],
  [method(CONFIRMS, 'basic.ack', { deliveryTag: 2n, multiple: true })],
  [method(CONFIRMS, 'basic.nack', { deliveryTag: 3n })],
  carrying(CONFIRMS, 'basic.return', { replyCode: 312, exchange: 'amq.topic', routingKey: 'a.b' }, 'x'),
  [method(CONFIRMS, 'channel.close', { replyCode: 403, replyText: 'ACCESS_REFUSED - no' })],
  [method(LOOSE, 'channel.close-ok')],
  [method(0, 'connection.blocked', { reason: 'low on memory' })],
  [method(0, 'connection.close', { replyCode: 320, replyText: 'CONNECTION_FORCED - bye' })],
  [method(0, 'connection.close-ok')]
]

/** Lets the event loop go round. */
const soon = () => new Promise((resolve) => setImmediate(resolve))

it('damaged frames of an AMQP server cause no exception, no hang and no growth', async () => {
  const wanted = extent({ short: 1_000, long: 30_000, full: 100_000 })
  const below = numbersFrom(9)
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T
  const ends = new Map<string, number>()
  const count = { connections: 0, damaged: 0, survived: 0, delivered: 0 }
  const began = performance.now()
  const [url] = parseAmqpUrls('amqp://127.0.0.1')
  if (url === undefined) throw new Error('there is no URL')
  let before = 0
  while (count.damaged < wanted) {
    if (before === 0 && count.damaged > wanted / 10) before = usedMemory()
    count.connections++
    const publisher = new Publisher(
      () => {},
      () => {}
    )
    const subscriber = new Subscriber({
      exchange: url.exchange,
      session: undefined,
      warn: () => {},
      onFailed: (error) => {
        throw error
      },
      onLost: () => {}
    })
    const events = {
      onRoom: (sent: number) => publisher.wrote(sent),
      onChunk: () => {
        subscriber.deliver()
        publisher.pump()
      },
      onBlocked: (reason: string | undefined) => publisher.block(reason)
    }
    const request = {
      vhost: '/',
      username: 'u',
      password: 'p',
      hasCertificate: false,
      hasPassword: true,
      keepalive: 0,
      name: 'n'
    }
    const socket = new HostileSocket()
    const sockets = { tls: {}, wsHeaders: {}, subprotocol: '', onNotice: () => {} }
    const target = { url, sockets, request, timeout: 0 }
    const network = new AmqpNetworkConnection(target, events, {
      stream: socket,
      bytesRead: () => socket.bytesIn
    })
    let isOver = false
    const ended = network.ended.then((end) => {
      isOver = true
      return end
    })
    const connecting = network.connect(new AbortController().signal).then(
      () => true,
      () => false
    )
    // One connection in fifty begins with a damaged handshake.
    const isSpoilt = below(50) === 0
    if (isSpoilt) count.damaged++
    for (const each of HANDSHAKE) socket.feed(isSpoilt && below(2) === 0 ? mutate(each, below) : each)
    await soon()
    await soon()
    if (await Promise.race([connecting, soon().then(() => false)])) {
      publisher.resume(network)
      subscriber.resume(network)
      const receive = (batch: readonly Message[]) => {
        count.delivered += batch.length
      }
      void subscriber.subscribe([{ pattern: 'a.#', guarantee: 1 }], receive)
      void subscriber.subscribe([{ pattern: '/queues/q', guarantee: 1, untilEnd: true }], receive)
      const messages = [0, 1, 2, 3, 4].map((at) => message('a.b', String(at)))
      void publisher.publish([...messages, message('a.b', 'x', 0)])
      await soon()
      void publisher.read()
      socket.feed(GRANTED)
      for (let sent = 0; sent < PER_CONNECTION && !isOver; ) {
        for (let run = below(SOUND_RUN); run > 0; run--, sent++)
          for (const each of pick(SOUND)) socket.feed(each)
        const frames = pick(CORPUS)
        const wrong = below(frames.length)
        for (const [at, each] of frames.entries()) socket.feed(at === wrong ? mutate(each, below) : each)
        sent++
        count.damaged++
        await soon()
        const { delivered } = count
        for (const each of delivery(READS)) socket.feed(each)
        await soon()
        if (count.delivered === delivered) break
        count.survived++
      }
    }
    socket.closeByBroker()
    const { kind, reason } = await ended
    // An exception of the program itself is no way to end.
    expect(reason).not.toMatch(/TypeError|RangeError|ReferenceError|TidingsError/)
    ends.set(kind, (ends.get(kind) ?? 0) + 1)
    subscriber.suspend()
    subscriber.stop()
    publisher.abandon()
  }
  const growth = usedMemory() - before
  // It was not all thrown away at the first frame.
  expect(count.delivered).toBeGreaterThan(wanted)
  expect(count.survived).toBeGreaterThan(wanted / 20)
  expect(ends.get('protocol-error')).toBeGreaterThan(count.connections / 10)
  if (isLong) expect(growth).toBeLessThan(64 * MB)
  figure(
    `AMQP: ${count.damaged} frames sent damaged on ${count.connections} connections, ${count.survived} of those read past, ` +
      `${count.delivered} messages, ends ${JSON.stringify(Object.fromEntries(ends))}, growth ${(growth / MB).toFixed(1)} MB, ` +
      `${((performance.now() - began) / 1000).toFixed(1)} s`
  )
})
