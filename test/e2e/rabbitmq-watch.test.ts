import { afterAll, describe, expect, it } from 'vitest'
import { openAmqpClient } from '../support/amqp-client.js'
import { content } from '../support/amqp-content.js'
import { jsonLines } from '../support/json-lines.js'
import { makeHome, RunningProgram } from '../support/program.js'
import { isRabbitmqMissing } from '../support/rabbitmq.js'
import { useRabbitmq } from '../support/use-rabbitmq.js'

const home = makeHome()
afterAll(() => home.remove())

describe.skipIf(isRabbitmqMissing)('"watch" of RabbitMQ', () => {
  const host = useRabbitmq()

  it('watches routing keys: numbers, and ages by the time of the publisher', async () => {
    const rules = ['--sequence', '/n', '--max-age', '1h', '--expect', 'order.paid', '--json']
    const watch = new RunningProgram(['watch', 'order.#', ...rules, '-b', host().url], home.env)
    await watch.saying('Subscribed')
    const publisher = await openAmqpClient(host().url)
    await publisher.channel()
    const now = BigInt(Math.floor(Date.now() / 1000))
    for (const [n, timestamp] of [
      [1, now],
      [2, 1_700_000_000n],
      [4, now],
      [5, undefined]
    ] as const)
      publisher.send(
        1,
        'basic.publish',
        { exchange: 'amq.topic', routingKey: 'order.paid' },
        content(`{"n":${n}}`, timestamp === undefined ? {} : { timestamp })
      )
    await watch.writingLines(4)
    watch.child.kill('SIGTERM')
    const { exitCode, stdout } = await watch.exited
    await publisher.close()
    expect(exitCode).toBe(10)
    const kinds = jsonLines(stdout).map(({ event, kind }) => `${event} ${kind ?? ''}`)
    expect(kinds).toEqual(['began late', 'began gap', 'ended late', 'began undated', 'channel ', 'summary '])
  })
})
