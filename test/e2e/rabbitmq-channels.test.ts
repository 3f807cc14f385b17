import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { openAmqpClient } from '../support/amqp-client.js'
import { jsonLines } from '../support/json-lines.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { isRabbitmqMissing } from '../support/rabbitmq.js'
import { useRabbitmq } from '../support/use-rabbitmq.js'

// Which channels RabbitMQ has, as tidings sees them.

const home = makeHome()
afterAll(() => home.remove())

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

const run = (args: readonly string[]) => runProgram(args, { env: home.env })

describe.skipIf(isRabbitmqMissing)('the channels of RabbitMQ', () => {
  const host = useRabbitmq()

  async function observing(...args: string[]): Promise<RunningProgram> {
    const program = new RunningProgram(['channels', ...args, '--for', '60s', '-b', host().url], home.env)
    endings.push(async () => {
      program.child.kill('SIGTERM')
      await program.exited
    })
    await program.saying('Subscribed to')
    return program
  }

  const publish = (...args: string[]) => run(['publish', ...args, '-b', host().url])

  it('are listed with the keys of the exchange, by either spelling of a pattern', async () => {
    const observers = [await observing('device/#', '--json', '--count', '2')]
    observers.push(await observing('--json', '--count', '3'))
    await publish('other', '{}')
    await publish('device.1.temp', '{"c":1}', '--priority', '3')
    await run(['publish', 'device/2/temp', '{"c":2}', '-b', host().mqttUrl])
    const [device, all] = await Promise.all(
      observers.map(async ({ exited }) => {
        const { exitCode, stdout } = await exited
        expect(exitCode).toBe(0)
        return jsonLines(stdout)
      })
    )
    expect(device).toMatchObject([
      {
        channel: 'device.1.temp',
        example: { payload: { c: 1 }, amqp: { exchange: 'amq.topic', priority: 3 } }
      },
      { channel: 'device.2.temp', example: { payload: { c: 2 }, amqp: { exchange: 'amq.topic' } } }
    ])
    expect(all?.map(({ channel }) => channel)).toEqual(['device.1.temp', 'device.2.temp', 'other'])
    expect(await host().queues()).toEqual([])
  })

  it('are in an AsyncAPI document with the bindings of AMQP, against which messages are checked', async () => {
    const file = join(home.path, 'found.json')
    const observer = await observing('device.#', '--asyncapi', file, '--count', '3')
    for (const id of ['1', '2', '3']) await publish(`device.${id}.temp`, '{"c":1}')
    expect(await observer.exited).toMatchObject({ exitCode: 0 })
    const document = JSON.parse(readFileSync(file, 'utf8'))
    expect(document.servers).toMatchObject({
      broker: { protocol: 'amqp', protocolVersion: '0-9-1', pathname: `/${host().name}` }
    })
    expect(Object.values(document.channels)).toMatchObject([
      {
        address: 'device.{device_id}.temp',
        bindings: { amqp: { is: 'routingKey', exchange: { name: 'amq.topic' } } }
      }
    ])
    const fitting = await observing('device.#', '--check', file, '--count', '1')
    await publish('device/7/temp', '{"c":8}')
    expect(await fitting.exited).toMatchObject({ exitCode: 0 })
    const differing = await observing('device.#', '--check', file, '--count', '1')
    await publish('device.7.temp', '{"f":8}')
    expect(await differing.exited).toMatchObject({ exitCode: 10 })
  })

  it('of a queue are seen without taking anything from it', async () => {
    const client = await openAmqpClient(host().url)
    endings.push(() => client.close())
    await client.channel()
    await client.ask(1, 'queue.declare', { queue: 'orders' }, 'queue.declare-ok')
    await client.ask(
      1,
      'queue.bind',
      { queue: 'orders', exchange: 'amq.topic', routingKey: 'orders.#' },
      'queue.bind-ok'
    )
    await publish('orders.eu', '1')
    await publish('orders.us', '2')
    const { exitCode, stdout } = await run([
      'channels',
      '/queues/orders',
      '--json',
      '--count',
      '2',
      '-b',
      host().url
    ])
    expect(exitCode).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).channel)).toEqual(['orders.eu', 'orders.us'])
    expect((await client.get('orders'))?.content?.body.toString()).toBe('1')
    expect((await client.get('orders'))?.content?.body.toString()).toBe('2')
  })
})
