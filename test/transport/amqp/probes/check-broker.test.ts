import { describe, expect, it } from 'vitest'
import type { BrokerCheck } from '../../../../src/core/broker-check.js'
import { amqp } from '../../../../src/transport/amqp/amqp.js'
import { transportClock } from '../../../../src/transport/clock/transport-clock.js'
import { startAmqpServer } from '../../../support/amqp-server.js'
import { connectionOptions } from '../../../support/connection-options.js'
import { startRabbitmq } from '../../../support/rabbitmq.js'
import { isRabbitmqMissing } from '../../../support/rabbitmq-node.js'
import { useRabbitmq } from '../../../support/use-rabbitmq.js'

const check = (url: string, more: { below?: string; stop?: AbortSignal; patience?: number } = {}) =>
  amqp.checkBroker({
    connection: connectionOptions(url),
    clock: transportClock,
    below: 'tidings-check',
    id: 'c0ffee',
    patience: 10_000,
    roundTrips: 3,
    stop: new AbortController().signal,
    ...more
  })

const valuesOf = ({ findings }: BrokerCheck) =>
  Object.fromEntries(findings.map(({ name, value }) => [name, value]))

/** What is said to people of these findings. */
const wordsOf = ({ findings }: BrokerCheck, ...names: string[]) =>
  names.map((wanted) => findings.find(({ name }) => name === wanted)?.lines[0]?.[1])

const ABILITIES = ['exchange', 'publish', 'bind', 'deliver', 'unheard', 'declare', 'session', 'streams']

describe.skipIf(isRabbitmqMissing)('the check of a RabbitMQ', () => {
  const host = useRabbitmq()

  it('tells what the broker is, and that everything works, and leaves no queue behind', async () => {
    const outcome = await check(host().url)
    expect(valuesOf(outcome)).toMatchObject({
      protocols: ['0-9-1'],
      product: { name: 'RabbitMQ', version: expect.stringMatching(/^\d+\.\d+/) },
      vhost: host().name,
      exchangeName: 'amq.topic',
      limits: { channels: 2047 },
      latency: { rounds: 3 }
    })
    expect(wordsOf(outcome, ...ABILITIES)).toEqual(ABILITIES.map(() => 'yes'))
    expect(outcome.warnings).toEqual([])
    expect(outcome.broker).not.toContain(host().password)
    expect(await host().queues()).toEqual([])
  })

  it('tells what the user may not do, in the words of the broker', async () => {
    const reader = await host().addUser('reader', 'secret', {
      configure: '.*',
      write: '^amq.gen',
      read: '.*'
    })
    const outcome = await check(reader)
    const [publish, bind] = wordsOf(outcome, 'publish', 'bind')
    expect(publish).toMatch(/^no: .*(refused|permission|may not)/i)
    expect(bind).toBe('yes')
    expect(outcome.warnings).toContain('messages cannot be published')
  })

  it('tells that the exchange of the URL is not there', async () => {
    const outcome = await check(`${host().url}?exchange=nowhere`)
    const [exchange, deliver] = wordsOf(outcome, 'exchange', 'deliver')
    expect(exchange).toMatch(/^no: .*no exchange/i)
    expect(deliver).not.toBe('yes')
    expect(outcome.warnings).toContain('the exchange "nowhere" cannot be used')
  })

  it('checks the exchange of a channel in the long form', async () => {
    const outcome = await check(host().url, { below: '/exchanges/amq.topic/check' })
    expect(wordsOf(outcome, 'publish', 'deliver')).toEqual(['yes', 'yes'])
  })

  it('publishes to no queue', async () => {
    await expect(check(host().url, { below: '/queues/orders' })).rejects.toMatchObject({
      kind: 'usage',
      code: 'check-below-queue'
    })
  })

  it('ends where its user stops it', async () => {
    const stop = AbortSignal.abort('SIGINT')
    await expect(check(host().url, { stop })).rejects.toMatchObject({ kind: 'interrupted' })
  })
})

describe('the check of a broker that has run out of memory or disk', () => {
  it('says that it takes no messages, and why', async () => {
    const server = await startAmqpServer()
    server.block('low on disk')
    const outcome = await check(server.url, { patience: 1000 })
    expect(wordsOf(outcome, 'publish')).toEqual(['no: the broker takes no messages at present: low on disk'])
    expect(outcome.warnings).toContain('messages cannot be published')
    await server.stop()
  })

  it.skipIf(isRabbitmqMissing)('says so of a RabbitMQ', async () => {
    const rabbitmq = await startRabbitmq()
    const { url } = await rabbitmq.newHost()
    await rabbitmq.setAlarm('disk', true)
    const outcome = await check(url, { patience: 2000 })
    expect(wordsOf(outcome, 'publish')[0]).toMatch(
      /^no: the broker takes no messages at present: low on disk/
    )
    await rabbitmq.stop()
  })
})
