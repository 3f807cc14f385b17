import { afterEach, describe, expect, it } from 'vitest'
import type { Receiver } from '../../../src/core/connection.js'
import { openAmqp } from '../../../src/transport/amqp/open-amqp.js'
import { type AmqpServer, type AmqpServerSettings, startAmqpServer } from '../../support/amqp-server.js'
import { connectionOptions, message, Notices, Received } from '../../support/connection-options.js'

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

async function startServer(settings: Partial<AmqpServerSettings> = {}): Promise<AmqpServer> {
  const server = await startAmqpServer(settings)
  endings.push(() => server.stop())
  return server
}

const shown = ({ port }: AmqpServer) => `amqp://127.0.0.1:${port}`

/** Reads in a session at the first of these servers. */
async function readSession(servers: readonly AmqpServer[], receive: Receiver) {
  const notices = new Notices()
  const hosts = servers.map(({ port }) => `127.0.0.1:${port}`).join(',')
  const connection = await openAmqp(
    connectionOptions(`amqp://guest:guest@${hosts}/%2F`, { session: 'billing', onNotice: notices.take })
  )
  endings.push(() => connection.close())
  await connection.subscribe([{ pattern: 'paid.#', guarantee: 1 }], receive)
  return { connection, notices }
}

/** Holds what comes until the test lets it go on. */
function holding() {
  const received = new Received()
  let goOn: () => void = () => {}
  const isOver = new Promise<void>((resolve) => {
    goOn = resolve
  })
  let hold: () => void = () => {}
  const holds = new Promise<void>((resolve) => {
    hold = resolve
  })
  const receive: Receiver = async (batch) => {
    hold()
    await isOver
    received.take(batch)
  }
  return { receive, received, holds, goOn }
}

describe('a session whose connection goes on at another host of the URL', () => {
  it.each([
    ['that tells no name of its cluster', {}, {}],
    ['that tells the name of another cluster', { cluster: 'north' }, { cluster: 'south' }]
  ])('%s, and does not have its queue, is told to be elsewhere', async (_what, one, other) => {
    const [first, second] = [await startServer(one), await startServer(other)]
    const { connection } = await readSession([first, second], new Received().take)
    await first.stop()
    expect(await connection.closed).toMatchObject({
      kind: 'unfinished',
      code: 'queue-elsewhere',
      message: `cannot read the session "billing" any more: it was read at "${shown(first)}", and "${shown(second)}" is another broker, which does not have its queue`,
      suggestion: `go on at "${shown(first)}"; one URL is for the hosts of one cluster`
    })
  })

  it('does not show twice what the first broker still has', async () => {
    const [first, second] = [await startServer(), await startServer()]
    const { receive, holds, goOn } = holding()
    const { connection, notices } = await readSession([first, second], receive)
    await connection.publish(['a', 'b', 'c'].map((text) => message(`paid.${text}`, text)))
    await holds
    await first.stop()
    // The end does not wait for what has come, which the receiver has not taken yet.
    expect(await connection.closed).toMatchObject({ code: 'queue-elsewhere' })
    goOn()
    expect(notices.all.map(({ text }) => text).join()).not.toContain('shown')
  })

  it('is told to be deleted where the host is of the same cluster, or the same host', async () => {
    const cluster = 'one'
    const [first, second] = [await startServer({ cluster }), await startServer({ cluster })]
    const { connection } = await readSession([first, second], new Received().take)
    await first.stop()
    expect(await connection.closed).toMatchObject({
      code: 'queue-deleted',
      message: 'cannot read the session "billing" any more: it was deleted'
    })
  })
})

it('what had come of a queue that is deleted while the connection is lost is shown', async () => {
  const server = await startServer()
  const { receive, received, holds, goOn } = holding()
  const { connection, notices } = await readSession([server], receive)
  const texts = Array.from({ length: 8 }, (_, at) => String(at))
  await connection.publish(texts.map((text) => message('paid.1', text)))
  await holds
  server.virtualHosts.get('/')?.queues.delete('tidings.billing')
  server.cut()
  const { text } = await notices.saying('was deleted')
  expect(text).toMatch(
    /^the session "billing" was deleted: \d messages? that had come (is|are) shown, and cannot be acknowledged any more$/
  )
  goOn()
  expect(await connection.closed).toMatchObject({ code: 'queue-deleted' })
  expect(received.texts).toEqual(texts.slice(0, Number(/: (\d) /.exec(text)?.[1])))
})
