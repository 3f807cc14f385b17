import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { type AmqpClient, openAmqpClient } from '../support/amqp-client.js'
import { content, type Properties } from '../support/amqp-content.js'
import { type Table, text } from '../support/amqp-fields.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { isRabbitmqMissing } from '../support/rabbitmq.js'
import { useRabbitmq } from '../support/use-rabbitmq.js'

// What a message says goes through tidings unchanged, whoever has published it. A client that shares no code with tidings is the witness.

const home = makeHome()
afterAll(() => home.remove())

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

const run = (args: readonly string[], stdin?: string) =>
  runProgram(args, { env: home.env, ...(stdin !== undefined && { stdin }) })

/** Everything that a table can hold, with a name that comes twice, apart from the other. */
const TABLE: Table = [
  ['b', text('2')],
  ['10', text('ten')],
  ['flag', { type: 't', value: true }],
  ['byte', { type: 'b', value: -1 }],
  ['long', { type: 'l', value: -9_007_199_254_740_993n }],
  ['int', { type: 'I', value: 42 }],
  ['double', { type: 'd', value: 0.1 }],
  ['decimal', { type: 'D', scale: 2, digits: 314 }],
  ['time', { type: 'T', value: 1_700_000_000n }],
  ['list', { type: 'A', value: [text('a'), { type: 'I', value: 1 }, { type: 'A', value: [] }] }],
  ['nested', { type: 'F', value: [['deep', { type: 'F', value: [['x', { type: 'V' }]] }]] }],
  ['bytes', { type: 'x', value: Buffer.of(0, 255) }],
  ['nothing', { type: 'V' }],
  ['b', text('ä')]
]

const FULL: Properties = {
  contentType: 'application/json',
  contentEncoding: 'identity',
  headers: TABLE,
  deliveryMode: 1,
  priority: 7,
  correlationId: 'c\u0001',
  replyTo: 'answers.here',
  expiration: '600000',
  messageId: 'id-1',
  timestamp: 1_700_000_000n,
  type: 'order.created',
  appId: 'shop'
}

describe.skipIf(isRabbitmqMissing)('a message on RabbitMQ', () => {
  const host = useRabbitmq()

  async function client(): Promise<AmqpClient> {
    const opened = await openAmqpClient(host().url)
    endings.push(() => opened.close())
    await opened.channel()
    return opened
  }

  /** A queue that gets what is published to amq.topic with such keys. */
  async function bound(queue: string, routingKey: string): Promise<AmqpClient> {
    const witness = await client()
    await witness.ask(1, 'queue.declare', { queue }, 'queue.declare-ok')
    await witness.ask(1, 'queue.bind', { queue, exchange: 'amq.topic', routingKey }, 'queue.bind-ok')
    return witness
  }

  async function subscribing(...args: string[]): Promise<RunningProgram> {
    const program = new RunningProgram(['subscribe', ...args, '-b', host().url], home.env)
    endings.push(async () => {
      program.child.kill('SIGTERM')
      await program.exited
    })
    await program.saying('Subscribed to')
    return program
  }

  it('goes through "subscribe --json | publish --json" byte for byte, with all that its properties say', async () => {
    const witness = await bound('out', 'out.#')
    const received = await subscribing('in.#', '--json', '--count', '2')
    const sent = content(Buffer.of(0, 255, 10, 206), FULL)
    const plain = content('{ "big": 12345678901234567890 }', { headers: [['a', text('1')]] })
    witness.send(1, 'basic.publish', { exchange: 'amq.topic', routingKey: 'in.1' }, sent)
    witness.send(1, 'basic.publish', { exchange: 'amq.topic', routingKey: 'in.2' }, plain)
    const { exitCode, stdout } = await received.exited
    expect(exitCode).toBe(0)
    const lines = stdout.replaceAll('"channel":"in.', '"channel":"out.')
    expect(await run(['publish', '--json', '-b', host().url], lines)).toMatchObject({ exitCode: 0 })
    const [first, second] = [await witness.get('out'), await witness.get('out')]
    expect(first?.content?.properties).toEqual(sent.properties)
    expect(first?.content?.propertyBytes).toEqual(sent.propertyBytes)
    expect(first?.content?.body).toEqual(sent.body)
    expect(second?.content?.body).toEqual(plain.body)
    // Nothing was said of its persistence, and tidings publishes persistent messages.
    expect(second?.content?.properties).toEqual({ ...plain.properties, deliveryMode: 2 })
  })

  it('is shown with its properties, its headers in order and the values of its table as text', async () => {
    const publisher = await client()
    const received = await subscribing('shown', '--json', '--count', '1')
    publisher.send(1, 'basic.publish', { exchange: 'amq.topic', routingKey: 'shown' }, content('{}', FULL))
    const message = JSON.parse((await received.exited).stdout)
    expect(message).toMatchObject({
      channel: 'shown',
      sourceTime: '2023-11-14T22:13:20.000000Z',
      contentType: 'application/json',
      responseChannel: 'answers.here',
      correlation: Buffer.from('c\u0001').toString('base64'),
      expiry: 600,
      amqp: {
        deliveryMode: 1,
        priority: 7,
        messageId: 'id-1',
        type: 'order.created',
        appId: 'shop',
        contentEncoding: 'identity',
        table: expect.any(String)
      }
    })
    expect(message.headers.map(([name]: [string]) => name)).toEqual(TABLE.map(([name]) => name))
    expect(Object.fromEntries(message.headers)).toMatchObject({
      long: '-9007199254740993',
      list: '["a",1,[]]',
      nested: '{"deep":{"x":null}}'
    })
  })

  it('has a changed header, and the others as they were', async () => {
    const witness = await bound('changed', 'changed.out')
    const received = await subscribing('changed.in', '--json', '--count', '1')
    const headers: Table = [
      ['count', { type: 'I', value: 1 }],
      ['colour', text('red')],
      ['list', { type: 'A', value: [text('a')] }]
    ]
    witness.send(
      1,
      'basic.publish',
      { exchange: 'amq.topic', routingKey: 'changed.in' },
      content('x', { headers })
    )
    const { stdout } = await received.exited
    const edited = stdout.replace('"changed.in"', '"changed.out"').replace('"red"', '"blue"')
    expect(await run(['publish', '--json', '-b', host().url], edited)).toMatchObject({ exitCode: 0 })
    expect((await witness.get('changed'))?.content?.properties.headers).toEqual([
      headers[0],
      ['colour', text('blue')],
      headers[2]
    ])
  })

  it('has what the flags of publish say', async () => {
    const witness = await bound('flags', 'flags.#')
    const args = ['publish', 'flags/1', '{"percent":4}', '--expiry', '90s', '--priority', '5']
    const headers = ['b=2', 'a=ä', 'b='].flatMap((pair) => ['--header', pair])
    const asking = ['--response-channel', 'answers/fridge', '--correlation', 'question 1']
    const { exitCode, stderr } = await run([...args, ...headers, ...asking, '-b', host().url])
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringMatching(/^Published 1 message to flags\.1: acknowledged, /)
    ])
    const got = await witness.get('flags')
    expect(got?.method.args).toMatchObject({ exchange: 'amq.topic', routingKey: 'flags.1' })
    expect(got?.content?.properties).toEqual({
      contentType: 'application/json',
      headers: [
        ['b', text('2')],
        ['a', text('ä')],
        ['b', text('')]
      ],
      deliveryMode: 2,
      priority: 5,
      correlationId: 'question 1',
      replyTo: 'answers.fridge',
      expiration: '90000'
    })
  })

  it('of a thousand lines reaches the queue in order, and QoS 0 as well', async () => {
    const witness = await bound('lines', 'lines.#')
    const lines = Array.from({ length: 1000 }, (_, index) => `${index}\n`).join('')
    for (const qos of ['0', '1']) {
      const args = ['publish', `lines.${qos}`, '--lines', '--qos', qos, '-b', host().url]
      expect(await run(args, lines)).toMatchObject({ exitCode: 0 })
      const got: string[] = []
      for (let one = await witness.get('lines'); one !== undefined; one = await witness.get('lines'))
        got.push(`${one.content?.body}\n`)
      expect(got.join('')).toBe(lines)
    }
  })

  it('that is recorded over AMQP is replayed over AMQP as it was', async () => {
    const witness = await bound('replayed', 'again.#')
    const file = join(home.path, 'amqp.ndjson')
    const recording = new RunningProgram(
      ['record', 'recorded.#', '--output', file, '--count', '2', '-b', host().url],
      home.env
    )
    await recording.saying('Subscribed to')
    const sent = [content(Buffer.of(255, 0), FULL), content('plain', { deliveryMode: 2 })]
    for (const [index, each] of sent.entries())
      witness.send(1, 'basic.publish', { exchange: 'amq.topic', routingKey: `recorded.${index}` }, each)
    expect(await recording.exited).toMatchObject({ exitCode: 0 })
    const replayed = await run([
      'replay',
      file,
      '--speed',
      'max',
      '--map',
      'recorded.# -> again.#',
      '-b',
      host().url
    ])
    expect(replayed).toMatchObject({ exitCode: 0 })
    for (const [index, each] of sent.entries()) {
      const got = await witness.get('replayed')
      expect(got?.method.args.routingKey).toBe(`again.${index}`)
      expect(got?.content?.propertyBytes).toEqual(each.propertyBytes)
      expect(got?.content?.body).toEqual(each.body)
    }
  })

  it('that waits in an outbox is sent once there is a broker', async () => {
    const witness = await bound('outbox', 'kept.#')
    const outbox = join(home.path, 'outbox')
    const stored = await run([
      'publish',
      'kept/1',
      'x',
      '--header',
      'a=1',
      '--priority',
      '3',
      '--outbox',
      outbox,
      '-b',
      'amqp://127.0.0.1:1'
    ])
    expect(stored.exitCode).toBe(0)
    expect(await witness.get('outbox')).toBeUndefined()
    const sent = await run(['outbox', 'send', outbox, '-b', host().url])
    expect(sent).toMatchObject({ exitCode: 0 })
    const got = await witness.get('outbox')
    expect(got?.method.args.routingKey).toBe('kept.1')
    expect(got?.content?.properties).toMatchObject({ headers: [['a', text('1')]], priority: 3 })
    expect(got?.content?.body.toString()).toBe('x')
  })

  it('that a queue of others holds is read with the channel that it was published to', async () => {
    const witness = await bound('orders', 'orders.#')
    await run(['publish', 'orders/eu', '1', '-b', host().url])
    await run(['publish', '/queues/orders', '2', '-b', host().url])
    const read = await run([
      'subscribe',
      '/queues/orders',
      '--count',
      '2',
      '--format',
      '{channel} {payload}',
      '-b',
      host().url
    ])
    expect(read).toMatchObject({ exitCode: 0, stdout: 'orders.eu 1\n/queues/orders 2\n' })
    expect(await witness.get('orders')).toBeUndefined()
  })
})
