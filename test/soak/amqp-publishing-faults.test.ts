import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/core/message.js'
import { openAmqp } from '../../src/transport/amqp/open-amqp.js'
import type { PublishedMessage } from '../support/amqp-channel.js'
import { openAmqpClient } from '../support/amqp-client.js'
import type { AmqpFaults, Confirmation } from '../support/amqp-faults.js'
import { type AmqpServer, startAmqpServer } from '../support/amqp-server.js'
import { connectionOptions, message } from '../support/connection-options.js'
import { extent } from './extent.js'

const [REFUSED, UNHEARD] = ['refused', 'unheard']
/** The last one takes more than a frame. */
const BODIES = ['', 'a', REFUSED, 'b'.repeat(200), UNHEARD, 'c'.repeat(5000)]
/** There is no such exchange, and no queue takes what is published to `x`. */
const CHANNELS: ReadonlyMap<string, string> = new Map([
  [REFUSED, '/exchanges/nope/a'],
  [UNHEARD, 'x']
])
const MESSAGES: readonly Message[] = BODIES.map((body) => message(CHANNELS.get(body) ?? 'a.b', body))
/** What the broker cannot take at first. */
const NACKED = 'a'

/** What became of the messages: the same, wherever a connection is cut. */
const REPORT = { acknowledged: 5, unheard: 1, refused: [{ index: 2 }], unacknowledged: 0 }

type Answer = (published: PublishedMessage) => Confirmation

/** A server with a queue for `a.b`. The faults are for later connections. */
async function startServer(): Promise<{ server: AmqpServer; faults: AmqpFaults; answer: Answer }> {
  let hasNacked = false
  const answer: Answer = ({ content }) => {
    if (hasNacked || content.body.toString() !== NACKED) return 'ack'
    hasNacked = true
    return 'nack'
  }
  const faults: AmqpFaults = { confirm: answer }
  const server = await startAmqpServer({ tune: { channelMax: 0, frameMax: 4096, heartbeat: 1 } }, faults)
  const client = await openAmqpClient(server.url)
  await client.channel()
  await client.ask(1, 'queue.declare', { queue: 'q' }, 'queue.declare-ok')
  const binding = { queue: 'q', exchange: 'amq.topic', routingKey: 'a.b' }
  await client.ask(1, 'queue.bind', binding, 'queue.bind-ok')
  await client.close()
  return { server, faults, answer }
}

/** How many connections a server has had before the one that fails, with that one. */
const FIRST = 2

/** Publishes all messages, one by one or as one batch, and checks what is said against what the server got. */
async function publishTo(server: AmqpServer, isOneByOne = false): Promise<void> {
  const connection = await openAmqp(connectionOptions(server.url, { wait: 60_000, connectTimeout: 60_000 }))
  if (isOneByOne) {
    const reports = await Promise.all(MESSAGES.map((each) => connection.publish([each])))
    const said = reports.map(({ acknowledged, unheard = 0, refused, unacknowledged }) =>
      [acknowledged, unheard, refused.length, unacknowledged].join(' ')
    )
    expect(said).toEqual(['1 0 0 0', '1 0 0 0', '0 0 1 0', '1 0 0 0', '1 1 0 0', '1 0 0 0'])
  } else expect(await connection.publish(MESSAGES)).toMatchObject(REPORT)
  const got = server.messages.map(({ content }) => content.body.toString())
  // At least once, and each for the first time in the order in which they were published.
  expect([...new Set(got)]).toEqual(BODIES.filter((body) => body !== REFUSED))
  await connection.close()
}

/** Publishes over connections of which the first is cut by the fault. Returns whether it was cut. */
async function publishCut(fault: 'cutAfterSending' | 'cutAfterReceiving', bytes: number): Promise<boolean> {
  const { server, faults } = await startServer()
  faults[fault] = bytes
  void server
    .until(() => server.peers.length > FIRST)
    .then(() => delete faults[fault])
    .catch(() => undefined)
  await publishTo(server, bytes % 2 === 1)
  await server.stop()
  return server.peers.length > FIRST
}

describe('what is published', () => {
  it('is told as it became, where each answer comes one byte at a time', async () => {
    const { server, faults } = await startServer()
    faults.bytesPerWrite = 1
    await publishTo(server)
    await server.stop()
  })

  it.each([
    ['has sent', 'cutAfterSending'],
    ['has read', 'cutAfterReceiving']
  ] as const)(
    'is told as it became, and none of it is lost, after whichever byte that the server %s the connection is cut',
    async (_, fault) => {
      // One after the other, each would wait for its next connection.
      const together = 60
      const step = extent({ short: 31, long: 1 })
      let isCut = true
      for (let first = 1; isCut; first += together * step) {
        const cuts = Array.from({ length: together }, (_, at) => publishCut(fault, first + at * step))
        isCut = (await Promise.all(cuts)).some((each) => each)
      }
    }
  )

  it('is sent again where the server has fallen silent in the middle of it', async () => {
    const { server, faults, answer } = await startServer()
    faults.confirm = (published) => {
      if (server.peers.length > FIRST || published.sequence === 1) return answer(published)
      faults.heartbeats = false
      faults.answers = false
      return 'silence'
    }
    void server
      .until(() => server.peers.length > FIRST)
      .then(() => {
        faults.heartbeats = true
        faults.answers = true
      })
    await publishTo(server)
    expect(server.peers).toHaveLength(FIRST + 1)
    await server.stop()
  })

  it('is sent again, after the cut of a connection that was blocked', async () => {
    const { server } = await startServer()
    const connection = await openAmqp(connectionOptions(server.url))
    expect(await connection.publish([message('a.b', '1')])).toMatchObject({ acknowledged: 1 })
    server.block('low on memory')
    const report = connection.publish(MESSAGES)
    await server.until(() => server.peers[FIRST - 1]?.isBlocked === true)
    server.cut()
    await server.until(() => server.peers.length > FIRST)
    server.unblock()
    expect(await report).toMatchObject(REPORT)
    await connection.close()
    await server.stop()
  })
})
