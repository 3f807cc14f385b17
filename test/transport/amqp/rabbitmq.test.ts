import { afterEach, describe, expect, it } from 'vitest'
import type { ConnectionOptions } from '../../../src/core/connection.js'
import { TidingsError } from '../../../src/core/errors.js'
import type { Message } from '../../../src/core/message.js'
import { openAmqp } from '../../../src/transport/amqp/open-amqp.js'
import { openAmqpClient } from '../../support/amqp-client.js'
import { connectionOptions, message, Notices } from '../../support/connection-options.js'
import { isRabbitmqMissing, startRabbitmq } from '../../support/rabbitmq.js'
import { useRabbitmq } from '../../support/use-rabbitmq.js'

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

async function open(url: string, options: Partial<ConnectionOptions> = {}) {
  const connection = await openAmqp(connectionOptions(url, options))
  endings.push(() => connection.close())
  return connection
}

async function failureOf(url: string, options: Partial<ConnectionOptions> = {}): Promise<TidingsError> {
  const failure = await open(url, options).then(
    () => new Error('it connected'),
    (error: unknown) => error
  )
  if (failure instanceof TidingsError) return failure
  throw failure
}

describe.skipIf(isRabbitmqMissing)('RabbitMQ', () => {
  const host = useRabbitmq()

  /** A queue that gets what is published to amq.topic with such keys. */
  async function bind(queue: string, routingKey: string) {
    const client = await openAmqpClient(host().url)
    endings.push(() => client.close())
    const channel = await client.channel()
    await client.ask(channel, 'queue.declare', { queue }, 'queue.declare-ok')
    await client.ask(channel, 'queue.bind', { queue, exchange: 'amq.topic', routingKey }, 'queue.bind-ok')
    return client
  }

  it('gets messages with all that they say, byte for byte', async () => {
    const client = await bind('properties', 'plant.#')
    const connection = await open(host().url)
    const published: Message = {
      channel: 'plant.1',
      payload: Buffer.of(0, 255, 206, 10),
      headers: [
        ['b', '2'],
        ['a', 'ä'],
        ['b', Buffer.of(255)]
      ],
      contentType: 'text/plain',
      expiry: 60,
      correlation: Buffer.from('c'),
      responseChannel: 'r',
      sourceTime: 1_700_000_000_000_000,
      amqp: { priority: 3, messageId: 'm', type: 't', appId: 'a', contentEncoding: 'e', userId: host().user }
    }
    expect(await connection.publish([published])).toEqual({ acknowledged: 1, refused: [], unacknowledged: 0 })
    const got = await client.get('properties')
    expect(got?.method.args).toMatchObject({ exchange: 'amq.topic', routingKey: 'plant.1' })
    expect(got?.content?.body).toEqual(published.payload)
    const { headers = [], ...properties } = got?.content?.properties ?? {}
    expect(properties).toEqual({
      contentType: 'text/plain',
      contentEncoding: 'e',
      deliveryMode: 2,
      priority: 3,
      correlationId: 'c',
      replyTo: 'r',
      expiration: '60000',
      messageId: 'm',
      timestamp: 1_700_000_000n,
      type: 't',
      userId: host().user,
      appId: 'a'
    })
    expect(headers.map(([name]) => name)).toEqual(['b', 'a', 'b'])
  })

  it('confirms thousands, of any size, and says which ones nobody gets', async () => {
    await bind('many', 'many.#')
    const connection = await open(host().url)
    const batch = Array.from({ length: 5000 }, (_, at) =>
      message(at % 5 === 0 ? 'nobody' : `many.${at % 7}`, Buffer.alloc((at * 37) % 300, at % 256))
    )
    batch.push(message('many.large', Buffer.alloc(300_000, 1)))
    expect(await connection.publish(batch)).toEqual({
      acknowledged: 5001,
      unheard: 1000,
      refused: [],
      unacknowledged: 0
    })
    expect(await host().queue('many')).toMatchObject({ ready: 4001 })
  })

  it('refuses single messages, each for its reason', async () => {
    await bind('fine', 'fine')
    const connection = await open(host().url)
    const report = await connection.publish([
      message('fine', '1'),
      message('/queues/none', '2'),
      message('/exchanges/nope/k', '3'),
      message('fine', '4'),
      { ...message('fine', '5'), amqp: { userId: 'other' } },
      message('/exchanges/nope/l', '6'),
      message('/queues/fine', '7')
    ])
    expect(report).toMatchObject({ acknowledged: 3, unacknowledged: 0 })
    expect(report.refused.map(({ index, reason }) => [index, reason])).toEqual([
      [1, 'there is no queue "none"'],
      [2, expect.stringContaining("no exchange 'nope' in vhost")],
      [4, expect.stringContaining("user_id property set to 'other'")],
      [5, expect.stringContaining("no exchange 'nope' in vhost")]
    ])
  })

  it('refuses what its user may not write, by exchange and by key', async () => {
    const url = await host().addUser('reader', 'secret', {
      configure: '',
      write: '^amq\\.topic$',
      read: '.*'
    })
    await host().allowTopics('reader', 'amq.topic', '^mine\\.', '.*')
    const connection = await open(url)
    const report = await connection.publish([
      message('mine.1', '1'),
      message('yours.1', '2'),
      message('/exchanges/amq.fanout/k', '3'),
      message('mine.2', '4')
    ])
    expect(report).toMatchObject({ acknowledged: 2, unacknowledged: 0 })
    expect(report.refused.map(({ index, reason }) => [index, reason])).toEqual([
      [1, expect.stringContaining("access to topic 'yours.1' in exchange 'amq.topic'")],
      [2, expect.stringContaining("access to exchange 'amq.fanout'")]
    ])
  })

  it('refuses what a full queue does not take', async () => {
    await bind('full', 'full')
    await host().setPolicy('full', '^full$', { 'max-length': 1, overflow: 'reject-publish' })
    const connection = await open(host().url)
    const [first, second] = [
      await connection.publish([message('full', '1')]),
      await connection.publish([message('full', '2'), message('full', '3')])
    ]
    expect(first.acknowledged).toBe(1)
    expect(first.acknowledged + second.acknowledged + second.refused.length).toBe(3)
    expect(second.refused.at(-1)?.reason).toBe(
      'the broker could not take it: a queue is full, or it has failed'
    )
  })

  it('shows that it has read what nobody confirms', async () => {
    await bind('loose', 'loose')
    const connection = await open(host().url)
    const batch = Array.from({ length: 500 }, (_, at) => message('loose', String(at), 0))
    expect(await connection.publish(batch)).toMatchObject({ acknowledged: 500, unassured: 500 })
    expect(await connection.confirmRead()).toEqual({ count: 0 })
    // A queue may take a moment for what nobody confirms.
    while ((await host().queue('loose'))?.ready !== 500);
    await connection.publish([message('/exchanges/nope/k', 'x', 0)])
    expect(await connection.confirmRead()).toMatchObject({
      count: 1,
      reason: expect.stringContaining("no exchange 'nope'")
    })
    expect(await connection.publish([message('loose', 'alive')])).toMatchObject({ acknowledged: 1 })
  })

  it('says why it lets nobody in', async () => {
    const { user, url, secureUrl } = host()
    expect(await failureOf(host().urlFor(user, 'wrong'))).toMatchObject({ code: 'bad-credentials' })
    expect(await failureOf(url.replace(/\/[^/]*$/, '/none'))).toMatchObject({ code: 'no-such-vhost' })
    expect(await failureOf(url.replace(/\/[^/]*$/, '/'))).toMatchObject({ code: 'not-authorized' })
    expect(await failureOf(url.replace('amqp:', 'amqps:'))).toMatchObject({
      kind: 'connect',
      code: 'not-tls'
    })
    expect(await failureOf(secureUrl.replace('amqps:', 'amqp:'))).toMatchObject({
      kind: 'connect',
      code: 'tls-expected'
    })
    expect(await failureOf(secureUrl)).toMatchObject({ kind: 'connect', code: 'tls-untrusted' })
  })

  it('is spoken to over TLS, with a password or with a certificate', async () => {
    const { ca, clientCert, clientKey } = host().certificates
    const trusting = await open(host().secureUrl, { tls: { ca } })
    expect(await trusting.publish([message('a', '1')])).toMatchObject({ acknowledged: 1 })
    await host().allow('ann')
    const anonymous = host().secureUrl.replace(/\/\/[^@]*@/, '//')
    const known = await open(anonymous, { tls: { ca, cert: clientCert, key: clientKey } })
    expect(await known.publish([message('a', '1')])).toMatchObject({ acknowledged: 1 })
    const users = (await host().connections()).map(({ user, mechanism }) => [user, mechanism])
    expect(users).toContainEqual(['ann', 'EXTERNAL'])
    expect(users).toContainEqual([host().user, 'PLAIN'])
  })

  it('closes connections, and none of what was published is lost', async () => {
    await bind('kept', 'kept')
    const notices = new Notices()
    const connection = await open(host().url, { onNotice: notices.take })
    const reports: Promise<{ acknowledged: number }>[] = []
    for (let batch = 0; batch < 20; batch++) {
      reports.push(
        connection.publish(Array.from({ length: 200 }, (_, at) => message('kept', String(batch * 200 + at))))
      )
      if (batch === 10) await host().closeConnections('a test wants it')
    }
    const taken = (await Promise.all(reports)).reduce((sum, { acknowledged }) => sum + acknowledged, 0)
    expect(taken).toBe(4000)
    expect((await notices.first('reconnecting')).text).toContain('a test wants it')
    // What was not confirmed when the connection was closed came twice.
    const texts = new Set<string>()
    const reader = await openAmqpClient(host().url)
    endings.push(() => reader.close())
    const channel = await reader.channel()
    for (
      let got = await reader.get('kept', channel);
      got !== undefined;
      got = await reader.get('kept', channel)
    )
      texts.add(got.content?.body.toString() ?? '')
    expect(texts.size).toBe(4000)
  })
})

describe.skipIf(isRabbitmqMissing)('a RabbitMQ without memory', () => {
  it('is told, and waited for', async () => {
    const node = await startRabbitmq({ config: ['max_message_size = 1000'] })
    endings.push(() => node.stop())
    const host = await node.newHost()
    const notices = new Notices()
    const connection = await open(host.url, { onNotice: notices.take })
    const report = await connection.publish([
      message('a', '1'),
      message('a', Buffer.alloc(1001)),
      message('a', '2')
    ])
    expect(report).toMatchObject({ acknowledged: 2 })
    expect(report.refused).toMatchObject([{ index: 1, code: 'over-broker-limit' }])
    await node.setAlarm('memory', true)
    const blocked = connection.publish([message('a', '3')])
    expect((await notices.saying('takes no messages')).text).toBe(
      'the broker takes no messages at present: low on memory; waiting'
    )
    await node.setAlarm('memory', false)
    expect(await blocked).toMatchObject({ acknowledged: 1 })
  })
})
