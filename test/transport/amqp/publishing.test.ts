import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { ConnectionOptions } from '../../../src/core/connection.js'
import type { Message } from '../../../src/core/message.js'
import { openAmqp } from '../../../src/transport/amqp/open-amqp.js'
import { openAmqpClient } from '../../support/amqp-client.js'
import type { AmqpFaults, Confirmation } from '../../support/amqp-faults.js'
import { type AmqpServer, type AmqpServerSettings, startAmqpServer } from '../../support/amqp-server.js'
import { connectionOptions, message, Notices } from '../../support/connection-options.js'
import { mutate } from '../../support/mutation.js'
import { numbersFrom } from '../../support/seeded-random.js'

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

async function startServer(
  faults: AmqpFaults = {},
  settings: Partial<AmqpServerSettings> = {}
): Promise<AmqpServer> {
  const server = await startAmqpServer(settings, faults)
  endings.push(() => server.stop())
  return server
}

async function open(server: AmqpServer, options: Partial<ConnectionOptions> = {}, query = '') {
  const connection = await openAmqp(connectionOptions(server.url + query, options))
  endings.push(() => connection.close())
  return connection
}

/** Declares a queue that gets everything that is published to amq.topic. */
async function listen(server: AmqpServer, queue = 'all'): Promise<void> {
  const client = await openAmqpClient(server.url)
  const channel = await client.channel()
  await client.ask(channel, 'queue.declare', { queue }, 'queue.declare-ok')
  await client.ask(channel, 'queue.bind', { queue, exchange: 'amq.topic', routingKey: '#' }, 'queue.bind-ok')
  await client.close()
}

const numbered = (count: number): Message[] =>
  Array.from({ length: count }, (_, at) => message(`n.${at % 3}`, String(at)))

const bodies = (server: AmqpServer): string[] => server.messages.map(({ content }) => content.body.toString())

describe('a message', () => {
  it('goes to the exchange of the URL, persistent, and is confirmed', async () => {
    const server = await startServer({}, {})
    const connection = await open(server, {}, '?exchange=amq.direct')
    expect(await connection.publish([message('a.b', 'hello')])).toEqual({
      acknowledged: 1,
      unheard: 1,
      refused: [],
      unacknowledged: 0
    })
    expect(server.messages).toMatchObject([
      { exchange: 'amq.direct', routingKey: 'a.b', sequence: 1, content: { properties: { deliveryMode: 2 } } }
    ])
    expect(bodies(server)).toEqual(['hello'])
  })

  it('says all that it says in its properties', async () => {
    const server = await startServer()
    const connection = await open(server)
    await connection.publish([
      {
        channel: '/exchanges/amq.fanout/a%2Fb',
        payload: Buffer.from('{}'),
        headers: [
          ['b', '2'],
          ['1', 'one'],
          ['b', '3']
        ],
        contentType: 'application/json',
        expiry: 1.5,
        correlation: Buffer.from('id-7'),
        responseChannel: 'answers',
        sourceTime: 1_700_000_000_999_999,
        amqp: { deliveryMode: 1, priority: 9, messageId: 'm', type: 't', appId: 'a', contentEncoding: 'gzip' }
      }
    ])
    const [published] = server.messages
    expect(published).toMatchObject({ exchange: 'amq.fanout', routingKey: 'a/b' })
    const { headers = [], ...properties } = published?.content.properties ?? {}
    expect(properties).toEqual({
      contentType: 'application/json',
      contentEncoding: 'gzip',
      deliveryMode: 1,
      priority: 9,
      correlationId: 'id-7',
      replyTo: 'answers',
      expiration: '1500',
      messageId: 'm',
      timestamp: 1_700_000_000n,
      type: 't',
      appId: 'a'
    })
    expect(headers.map(([name, field]) => [name, field.type])).toEqual([
      ['b', 'S'],
      ['1', 'S'],
      ['b', 'S']
    ])
  })

  it('without a payload of its own, or of any size, arrives byte for byte', async () => {
    const server = await startServer({}, { tune: { channelMax: 0, frameMax: 4096, heartbeat: 0 } })
    const connection = await open(server)
    const sizes = [0, 1, 40, 41, 4087, 4088, 4089, 32_768, 100_000, 1]
    const payloads = sizes.map((size) => Buffer.alloc(size, `${size} bytes `))
    const batch = payloads.map((payload) => ({ ...message('a', ''), payload }))
    expect(await connection.publish(batch)).toMatchObject({ acknowledged: sizes.length })
    expect(server.messages.map(({ content }) => content.body)).toEqual(payloads)
  })

  it.each<[string, Partial<Message>, string]>([
    ['has no payload', { payload: null }, 'AMQP has no messages without a payload'],
    [
      'has too long a text',
      { contentType: 'x'.repeat(256) },
      'the content type is 256 bytes long, and 255 is the most'
    ],
    ['has too long a correlation', { correlation: Buffer.alloc(256) }, 'the correlation is 256 bytes long'],
    ['has half a character', { amqp: { type: '\ud800' } }, 'half of a surrogate pair'],
    ['has a priority that is none', { amqp: { priority: 256 } }, 'priority'],
    [
      'never expires',
      { expiry: Number.POSITIVE_INFINITY },
      'an expiry of Infinity is not a number of seconds'
    ],
    ['has too long a header', { headers: [['n'.repeat(256), 'x']] }, 'the name of a header is 256 bytes long']
  ])('that %s is refused alone', async (_name, facts, reason) => {
    const server = await startServer()
    const connection = await open(server)
    const report = await connection.publish([
      message('a', '1'),
      { ...message('a', '2'), ...facts },
      message('a', '3')
    ])
    expect(report).toMatchObject({ acknowledged: 2, unacknowledged: 0 })
    expect(report.refused).toEqual([expect.objectContaining({ index: 1, code: 'not-encodable' })])
    expect(report.refused[0]?.reason).toContain(reason)
    expect(bodies(server)).toEqual(['1', '3'])
  })

  it.each([0, 1] as const)(
    'with QoS %s whose headers do not fit into one frame is refused alone',
    async (guarantee) => {
      const server = await startServer({}, { tune: { channelMax: 0, frameMax: 4096, heartbeat: 0 } })
      const connection = await open(server)
      const withHeader = (size: number): Message => ({
        ...message('a', String(size)),
        headers: [['h', 'x'.repeat(size)]],
        guarantee
      })
      // The frame, the class, the size, the flags, the table's length, the header's name and length, the delivery mode.
      const most = 4096 - 8 - 12 - 2 - 4 - 7 - 1
      const report = await connection.publish([withHeader(most), withHeader(most + 1), withHeader(1)])
      expect(report).toMatchObject({ acknowledged: 2, unacknowledged: 0 })
      expect(report.refused).toMatchObject([{ index: 1, code: 'over-broker-limit' }])
      await connection.confirmRead()
      expect(bodies(server)).toEqual([String(most), '1'])
    }
  )
})

describe('the answers of a broker', () => {
  it('may come for many messages at once, in any mixture', async () => {
    const answers = fc.array(
      fc.constantFrom<Confirmation>('ack', 'nack', 'ack multiple', 'nack multiple', 'silence', 'return'),
      {
        minLength: 1,
        maxLength: 40
      }
    )
    await fc.assert(
      fc.asyncProperty(answers, async (said) => {
        // The last message has an answer for all that have none.
        const confirm = ({ sequence }: { sequence: number }) => said[sequence - 1] ?? 'ack multiple'
        const server = await startServer({ confirm })
        await listen(server)
        const connection = await open(server)
        const report = await connection.publish(numbered(said.length + 1))
        const expected = [...said, 'ack multiple' as const].map((each, at, all) => {
          const decided =
            each === 'silence' ? all.slice(at).find((later) => later.endsWith('multiple')) : each
          return decided?.startsWith('nack') ? 'nack' : decided === 'return' ? 'return' : 'ack'
        })
        const nacked = expected.flatMap((each, at) => (each === 'nack' ? [String(at)] : []))
        expect(report).toMatchObject({ acknowledged: expected.length, refused: [], unacknowledged: 0 })
        expect(report.unheard ?? 0).toBe(expected.filter((each) => each === 'return').length)
        // What the broker could not take is sent again, and then it can.
        expect(bodies(server).slice(expected.length)).toEqual(nacked)
        await connection.close()
        await server.stop()
      }),
      { numRuns: 40 }
    )
  })

  it('that no message asked for end the connection', async () => {
    const server = await startServer({ confirm: () => 'silence' })
    const notices = new Notices()
    const connection = await open(server, { onNotice: notices.take })
    void connection.publish([message('a', '1')])
    const [published] = await server.hasPublished(1)
    published?.peer.send(1, 'basic.ack', { deliveryTag: 9n, multiple: false })
    expect((await notices.first('reconnecting')).reason).toBe(
      'the broker violated AMQP (a confirm of message 9, which was not sent)'
    )
  })

  it('that a queue is missing refuses the messages to it, and no others', async () => {
    const server = await startServer({
      confirm: ({ routingKey }) => (routingKey === 'none' ? 'return' : 'ack')
    })
    await listen(server, 'some')
    const connection = await open(server)
    const report = await connection.publish([message('/queues/none', '1'), message('/queues/some', '2')])
    expect(report).toMatchObject({ acknowledged: 1, unacknowledged: 0 })
    expect(report.refused).toEqual([
      expect.objectContaining({ index: 0, code: 'publish-refused', reason: 'there is no queue "none"' })
    ])
    expect(
      server.messages.map(({ exchange, routingKey, mandatory }) => [exchange, routingKey, mandatory])
    ).toEqual([
      ['', 'none', true],
      ['', 'some', true]
    ])
  })
})

describe('a channel that the broker closes', () => {
  /** Closes the channel over a message with this text, as RabbitMQ does, and takes no more of the channel. */
  const closingOver = (text: string, code: number, reason: string): AmqpFaults => ({
    confirm: ({ content, peer, sequence }) => {
      if (content.body.toString() !== text) return 'ack'
      const channel = [...peer.channels].find(([, each]) => each !== undefined && sequence > 0)?.[0] ?? 1
      peer.closeChannel(channel, code, reason, 'basic.publish')
      return 'silence'
    }
  })

  it('over one message costs that message alone', async () => {
    const server = await startServer(closingOver('bad', 406, 'PRECONDITION_FAILED - it is bad'))
    await listen(server)
    const connection = await open(server)
    const report = await connection.publish([
      ...numbered(20),
      message('x', 'bad'),
      ...numbered(20),
      message('x', 'bad'),
      message('x', 'last')
    ])
    expect(report).toMatchObject({ acknowledged: 41, unacknowledged: 0 })
    expect(report.refused).toEqual([
      expect.objectContaining({ index: 20, code: 'publish-refused', reason: 'it is bad' }),
      expect.objectContaining({ index: 41, code: 'publish-refused', reason: 'it is bad' })
    ])
    expect(bodies(server)).toContain('last')
    expect(server.peers).toHaveLength(2)
  })

  it('over an exchange that does not exist costs the messages to it', async () => {
    const server = await startServer()
    const connection = await open(server)
    const report = await connection.publish([
      message('a', '1'),
      message('/exchanges/nope/a', '2'),
      message('b', '3'),
      message('/exchanges/nope/b', '4')
    ])
    expect(report).toMatchObject({ acknowledged: 2, unacknowledged: 0 })
    expect(report.refused.map(({ index }) => index)).toEqual([1, 3])
    expect(report.refused[0]?.reason).toContain("no exchange 'nope'")
    expect(server.peers).toHaveLength(1)
  })
})

describe('QoS 0', () => {
  it('is counted as sent once the network has it, and shown to be read by a closing exchange', async () => {
    const server = await startServer()
    const connection = await open(server)
    expect(await connection.confirmRead()).toEqual({ count: 0 })
    expect(server.peers[0]?.received.map(({ method }) => method.name)).not.toContain('channel.open')
    const report = await connection.publish([
      message('a', '1', 0),
      message('a', '2', 0),
      message('a', '3', 1)
    ])
    expect(report).toMatchObject({ acknowledged: 3, unassured: 2 })
    expect(await connection.confirmRead()).toEqual({ count: 0 })
    expect(bodies(server).sort()).toEqual(['1', '2', '3'])
    expect(server.messages.filter(({ sequence }) => sequence === 0)).toHaveLength(2)
    await connection.publish([message('a', '4', 0)])
    expect(await connection.confirmRead()).toEqual({ count: 0 })
    expect(bodies(server)).toHaveLength(4)
  })

  it('to an exchange that does not exist is told as not read, with the reason', async () => {
    const server = await startServer()
    const connection = await open(server)
    await connection.publish([message('/exchanges/nope/a', '1', 0)])
    const unread = await connection.confirmRead()
    expect(unread.count).toBe(1)
    expect(unread.reason).toContain("no exchange 'nope'")
    // The connection lives, and another message is fine.
    expect(await connection.publish([message('a', '2')])).toMatchObject({ acknowledged: 1 })
  })

  it('is told as not read where the connection is lost', async () => {
    const faults: AmqpFaults = {
      onMethod: (peer, _, { name }) => {
        if (name !== 'channel.close') return false
        peer.cut()
        return true
      }
    }
    const server = await startServer(faults)
    const connection = await open(server)
    await connection.publish([message('a', '1', 0)])
    expect(await connection.confirmRead()).toMatchObject({
      count: 1,
      reason: expect.stringContaining('clos')
    })
  })
})

describe('a message that the broker cannot take', () => {
  const confirm = ({ content }: { content: { body: Buffer } }) =>
    content.body.toString() === 'no' ? 'nack' : 'ack'

  it('is tried again, which is told, and holds up what is behind it; where it lasts, the message is refused, and later ones at once', async () => {
    const server = await startServer({ confirm })
    const notices = new Notices()
    const connection = await open(server, { onNotice: notices.take })
    const report = connection.publish(['1', 'no', '2', 'no'].map((body) => message('a', body)))
    await notices.saying(
      'the broker could not take a message: a queue is full, or it has failed; trying again'
    )
    const behind = connection.publish([message('a', '3')])
    await server.hasPublished(8)
    expect(bodies(server)).not.toContain('3')
    expect(await report).toMatchObject({ acknowledged: 2, refused: [{ index: 1 }, { index: 3 }] })
    expect(await behind).toMatchObject({ acknowledged: 1 })
    const { length } = server.messages
    expect(await connection.publish([message('a', 'no')])).toMatchObject({ refused: [{ index: 0 }] })
    expect(server.messages).toHaveLength(length + 1)
    expect(notices.all).toHaveLength(1)
  })

  it('is sent again on the next connection, before what is behind it', async () => {
    const faults: AmqpFaults = { confirm }
    const server = await startServer(faults)
    const connection = await open(server)
    const report = connection.publish(['1', 'no', '2'].map((body) => message('a', body)))
    await server.hasPublished(4)
    delete faults.confirm
    const behind = connection.publish([message('a', '3')])
    server.cut()
    expect(await report).toMatchObject({ acknowledged: 3, refused: [] })
    await behind
    expect(bodies(server).slice(-2)).toEqual(['no', '3'])
  })
})

describe('a broker that takes no messages', () => {
  it('is told, and waited for', async () => {
    const server = await startServer()
    const notices = new Notices()
    const connection = await open(server, { onNotice: notices.take })
    server.block('low on memory')
    const first = connection.publish([message('a', '1')])
    await notices.saying('the broker takes no messages at present: low on memory; waiting')
    const second = connection.publish([message('a', '2')])
    server.unblock()
    await notices.saying('the broker takes messages again')
    expect(await first).toMatchObject({ acknowledged: 1 })
    expect(await second).toMatchObject({ acknowledged: 1 })
    expect(bodies(server)).toEqual(['1', '2'])
  })
})

describe('a connection that is lost', () => {
  it('loses no message: what was not confirmed is sent again, in order', async () => {
    const faults: AmqpFaults = { confirm: ({ sequence }) => (sequence > 2 ? 'silence' : 'ack') }
    const server = await startServer(faults)
    const connection = await open(server)
    const [one, two, ...others] = numbered(6) as [Message, Message, ...Message[]]
    expect(await connection.publish([one, two])).toMatchObject({ acknowledged: 2 })
    const report = connection.publish(others)
    await server.hasPublished(6)
    delete faults.confirm
    server.cut()
    expect(await report).toMatchObject({ acknowledged: 4, refused: [], unacknowledged: 0 })
    expect(bodies(server).slice(6)).toEqual(['2', '3', '4', '5'])
  })

  it('loses no message, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        // Less than that is needed to connect.
        fc.integer({ min: 1200, max: 4000 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 60 }),
        async (bytes, isReceiving, count) => {
          const faults: AmqpFaults = isReceiving ? { cutAfterReceiving: bytes } : { cutAfterSending: bytes }
          const server = await startServer(faults)
          const connection = await open(server)
          const report = connection.publish(numbered(count))
          const isLost = server.until(() => server.peers.length > 1).catch(() => undefined)
          await Promise.race([isLost, report])
          delete faults.cutAfterReceiving
          delete faults.cutAfterSending
          expect(await report).toMatchObject({ acknowledged: count, refused: [], unacknowledged: 0 })
          const texts = new Set(bodies(server))
          for (let at = 0; at < count; at++) expect(texts).toContain(String(at))
          await connection.close()
          await server.stop()
        }
      ),
      { numRuns: 15 }
    )
  })

  it('goes on at a broker that takes smaller frames: what that one cannot take is refused, and nothing else', async () => {
    const [first, second] = [
      await startServer({ confirm: () => 'silence' }),
      await startServer({}, { tune: { channelMax: 2047, frameMax: 4096, heartbeat: 60 } })
    ]
    const hosts = [first, second].map(({ port }) => `127.0.0.1:${port}`).join(',')
    const connection = await openAmqp(connectionOptions(`amqp://guest:guest@${hosts}/%2F`))
    endings.push(() => connection.close())
    const long = 'h'.repeat(5000)
    const report = connection.publish([
      message('a', 'before'),
      { ...message('a', 'too much'), headers: [['long', long]] },
      message('a', 'behind')
    ])
    await first.hasPublished(3)
    await first.stop()
    expect(await report).toMatchObject({
      acknowledged: 2,
      refused: [{ index: 1, code: 'over-broker-limit', reason: expect.stringContaining('4096') }]
    })
    expect(bodies(second)).toEqual(['before', 'behind'])
  })

  it('that is closed meanwhile says what was not confirmed', async () => {
    const confirm: AmqpFaults['confirm'] = ({ content }) =>
      content.body.toString() === '0' ? 'ack' : 'silence'
    const server = await startServer({ confirm })
    const connection = await open(server)
    expect(await connection.publish(numbered(1))).toMatchObject({ acknowledged: 1 })
    const report = connection.publish(numbered(3).reverse())
    await server.hasPublished(4)
    await connection.close(1)
    const { acknowledged, unacknowledged } = await report
    expect(unacknowledged).toBeGreaterThanOrEqual(2)
    expect(acknowledged + unacknowledged).toBe(3)
    expect(await connection.publish(numbered(2))).toMatchObject({ acknowledged: 0, unacknowledged: 2 })
  })

  it('waits for confirms before it closes, for as long as it may', async () => {
    const server = await startServer()
    const connection = await open(server)
    const report = connection.publish(numbered(100))
    await connection.close(10_000)
    expect(await report).toMatchObject({ acknowledged: 100, unacknowledged: 0 })
  })
})

describe('damaged frames of a broker', () => {
  it('never do more than end the connection', async () => {
    const below = numbersFrom(5)
    const faults: AmqpFaults = {
      // The first four frames make the connection.
      mutate: (frame, index) => (index > 2 && below(3) === 0 ? mutate(frame, below) : frame)
    }
    const server = await startServer(faults, { tune: { channelMax: 0, frameMax: 4096, heartbeat: 0 } })
    for (let run = 0; run < 60; run++) {
      const before = server.messages.length
      const connection = await open(server, { connectTimeout: 300 }).catch(() => undefined)
      if (connection === undefined) continue
      const report = connection.publish([...numbered(5), message('/exchanges/nope/x', 'y')])
      await Promise.race([connection.closed, server.hasPublished(before + 1)])
      await connection.close()
      const { acknowledged, refused, unacknowledged } = await report
      expect(acknowledged + refused.length + unacknowledged).toBe(6)
    }
  })
})
