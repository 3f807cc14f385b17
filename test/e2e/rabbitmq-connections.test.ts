import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { AMQP_1_0, AMQP_1_0_SASL, startAmqpServer } from '../support/amqp-server.js'
import { listenLocally } from '../support/listen-locally.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { isRabbitmqMissing } from '../support/rabbitmq.js'
import { useRabbitmq } from '../support/use-rabbitmq.js'

// How users reach RabbitMQ, and what they leave there.

const home = makeHome()
afterAll(() => home.remove())

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

const run = (args: readonly string[], stdin?: string) =>
  runProgram(args, { env: home.env, ...(stdin !== undefined && { stdin }) })

async function started(args: readonly string[]): Promise<RunningProgram> {
  const program = new RunningProgram(args, home.env)
  endings.push(async () => {
    program.child.kill('SIGTERM')
    await program.exited
  })
  await program.saying('Subscribed to')
  return program
}

/** An address at which nobody listens. */
async function deadAddress(): Promise<string> {
  const server = createServer()
  const port = await listenLocally(server)
  await new Promise((resolve) => server.close(resolve))
  return `127.0.0.1:${port}`
}

describe.skipIf(isRabbitmqMissing)('a connection to RabbitMQ', () => {
  const host = useRabbitmq()

  it('has the name of --client-id in the lists of RabbitMQ, and the heartbeat of --keepalive', async () => {
    await started(['subscribe', 'named', '--client-id', 'billing-1', '--keepalive', '7s', '-b', host().url])
    expect(await host().connections()).toMatchObject([
      {
        state: 'running',
        heartbeat: 7,
        clientProperties: { connection_name: 'billing-1', product: 'tidings' }
      }
    ])
  })

  it('is made to the next host of the URL, and to the next --broker, if one does not answer', async () => {
    const dead = await deadAddress()
    const { host: alive } = new URL(host().url)
    const hosts = host().url.replace(alive, `${dead},${alive}`)
    for (const brokers of [
      ['-b', hosts],
      ['-b', `amqp://${dead}/x`, '-b', host().url]
    ]) {
      const { exitCode, stderr } = await run(['publish', 'a', 'x', ...brokers])
      expect(exitCode).toBe(0)
      expect(stderr).toContain(`cannot connect to "amqp://${dead}`)
      expect(stderr).toContain(`trying "amqp://${alive}`)
      expect(stderr).not.toContain('secret')
    }
  })

  it('is not made to two exchanges at once', async () => {
    const brokers = ['-b', host().url, '-b', `${host().url}?exchange=amq.direct`]
    const { exitCode, stderr } = await run(['publish', 'a', 'x', ...brokers])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('its exchange differs from that of the first broker')
    expect(stderr).toContain('Try: name the same exchange in each URL: ?exchange=NAME')
  })

  it('is made anew after RabbitMQ has closed it, and the subscription goes on', async () => {
    const reading = await started(['subscribe', 'again', '--raw', '--count', '1', '-b', host().url])
    await host().closeConnections('maintenance')
    await reading.saying('again')
    await reading.saying('connected to')
    expect(reading.stderr).toContain('maintenance')
    // The queue is bound again some time after the connection is there: what comes before has no reader.
    for (let isRead = false; !isRead; isRead = reading.stdout.length > 0)
      await run(['publish', 'again', 'x', '-b', host().url])
    expect(await reading.exited).toMatchObject({ exitCode: 0, stdout: 'x\n' })
  })

  it('over TLS trusts the authority of --ca, and says who it is with a certificate (EXTERNAL)', async () => {
    const { ca, clientCert, clientKey } = host().certificates
    const file = (name: string, pem: string) => {
      writeFileSync(join(home.path, name), pem)
      return join(home.path, name)
    }
    const trust = ['--ca', file('ca.pem', ca)]
    const trusting = ['publish', 'a', 'x', ...trust]
    expect(await run([...trusting, '-b', host().secureUrl])).toMatchObject({ exitCode: 0 })
    await host().allow('ann')
    const anonymous = host().secureUrl.replace(/\/\/[^@]*@/, '//')
    const known = ['--cert', file('ann.pem', clientCert), '--key', file('ann.key', clientKey)]
    await started(['subscribe', 'a', ...trust, ...known, '-b', anonymous])
    expect(await host().connections()).toMatchObject([{ user: 'ann', mechanism: 'EXTERNAL' }])
  })

  it('leaves nothing behind that was not asked for', async () => {
    const program = await started(['subscribe', 'a.#', 'b', '--count', '1', '-b', host().url])
    await run(['publish', 'b', 'x', '-b', host().url])
    await program.exited
    expect(await host().queues()).toEqual([])
  })

  it('of a session keeps messages in a queue, which "session delete" removes', async () => {
    const session = ['--session', 'billing', '--raw', '-b', host().url]
    expect(await run(['subscribe', 'orders.#', '--count', '0', ...session])).toMatchObject({ exitCode: 0 })
    await run(['publish', 'orders.1', 'one', '-b', host().url])
    await run(['publish', 'orders/2', 'two', '-b', host().url])
    expect(await host().queue('tidings.billing')).toMatchObject({ ready: 2, durable: true })
    const read = await run(['subscribe', 'orders.#', '--count', '2', ...session])
    expect(read).toMatchObject({ exitCode: 0, stdout: 'one\ntwo\n' })
    expect(await host().queue('tidings.billing')).toMatchObject({ ready: 0, unacknowledged: 0 })
    const deleted = await run(['session', 'delete', 'billing', '-b', host().url])
    expect(deleted).toMatchObject({ exitCode: 0, stdout: '' })
    expect(deleted.stderr).toContain('Deleted the session "billing" at amqp://')
    expect(await host().queue('tidings.billing')).toBeUndefined()
    expect((await run(['session', 'delete', 'billing', '-b', host().url])).stderr).toContain('No session')
  })

  it.each([['--group', 'workers', 'jobs.#'], ['$share/workers/jobs/#']])(
    'of a group shares the messages with the others of the group: %s',
    async (...which) => {
      const member = ['subscribe', ...which, '--raw', '--idle', '2s', '-b', host().url]
      const members = [await started(member), await started(member)]
      const lines = Array.from({ length: 200 }, (_, index) => String(index))
      const stdin = `${lines.join('\n')}\n`
      expect(await run(['publish', 'jobs.1', '--lines', '-b', host().url], stdin)).toMatchObject({
        exitCode: 0
      })
      const outputs = await Promise.all(members.map(({ exited }) => exited))
      expect(outputs.map(({ exitCode }) => exitCode)).toEqual([0, 0])
      const taken = outputs.map(({ stdout }) => stdout.trimEnd().split('\n'))
      expect(taken.flat().sort((one, other) => Number(one) - Number(other))).toEqual(lines)
      expect(taken.every(({ length }) => length > 1)).toBe(true)
      await run(['session', 'delete', 'workers', '-b', host().url])
    }
  )

  it('is described by "broker check"', async () => {
    const { exitCode, stdout } = await run(['broker', 'check', '--json', '-b', host().url])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ broker: host().url.replace(/\/\/[^@]*@/, '//') })
    expect(await host().queues()).toEqual([])
  })
})

describe('a broker that speaks AMQP 1.0 only', () => {
  it.each([AMQP_1_0, AMQP_1_0_SASL])('is named', async (answerToHeader) => {
    const server = await startAmqpServer({ answerToHeader })
    endings.push(() => server.stop())
    const { exitCode, stderr } = await run(['publish', 'a', 'x', '-b', server.url])
    expect(exitCode).toBe(3)
    expect(stderr).toContain('AMQP 1.0')
  })
})
