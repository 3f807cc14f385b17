import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BrokerConnection } from '../../src/core/connection.js'
import { connectionOptions, message, Received } from '../support/connection-options.js'
import { isNatsMissing, type NatsCluster, startNatsCluster } from '../support/nats.js'
import { openConnection } from '../support/open-connection.js'
import { makeHome, RunningProgram } from '../support/program.js'

const CHANNEL = 'cluster/orders'
const LINES = 2000
const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => String(from + i))
const asSent = (texts: readonly string[]) =>
  [...new Set(texts)].sort((one, other) => Number(one) - Number(other))

/** Three real nodes that keep everything three times; one of them goes as in a power cut, in the middle of the work. */
describe.skipIf(isNatsMissing)('a cluster of three NATS nodes, all named by --broker', () => {
  let home: ReturnType<typeof makeHome>
  const connections: BrokerConnection[] = []
  let cluster: NatsCluster
  let urls: string[]

  beforeEach(async () => {
    home = makeHome()
    cluster = await startNatsCluster()
    urls = cluster.nodes.map(({ url }) => url)
    // Once each of them takes clients, the programs begin with the first, which is the one to be killed.
    const patient = (url: string) =>
      openConnection(connectionOptions(url, { mqtt: { version: '3.1.1' }, wait: 30_000 }))
    await Promise.all(urls.map(async (url) => (await patient(url)).close()))
  })
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()))
    await cluster?.stop()
    home.remove()
  })

  /** A connection of the test's own, to the nodes that live on. */
  async function connect(): Promise<BrokerConnection> {
    const connection = await openConnection(
      connectionOptions(urls.slice(1), { mqtt: { version: '3.1.1' }, wait: 20_000 })
    )
    connections.push(connection)
    return connection
  }

  const run = (...args: string[]) =>
    new RunningProgram([...args, '--wait', '20s', '--qos', '1', '--broker', urls.join(',')], home.env)

  it('loses nothing that publish reported, though its node was killed meanwhile', async () => {
    const witness = new Received()
    await (await connect()).subscribe([{ pattern: CHANNEL, guarantee: 1 }], witness.take)
    const publisher = run('publish', CHANNEL, '--lines')
    publisher.child.stdin.write(`${numbered(0, LINES / 2).join('\n')}\n`)
    await witness.atLeast(1)
    await cluster.nodes[0]?.kill()
    publisher.child.stdin.end(`${numbered(LINES / 2, LINES).join('\n')}\n`)
    const { exitCode, stderr } = await publisher.exited
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('reconnecting')
    })
    while (new Set(witness.texts).size < LINES) await witness.atLeast(witness.messages.length + 1)
    expect(asSent(witness.texts)).toEqual(numbered(0, LINES))
  }, 90_000)

  it('lets subscribe --session go on at another node without a gap', async () => {
    const subscriber = run('subscribe', CHANNEL, '--raw', '--session', 'orders')
    await subscriber.saying('Subscribed to')
    const publisher = await connect()
    const first = await publisher.publish(numbered(0, LINES / 2).map((text) => message(CHANNEL, text)))
    await subscriber.writingLines(1)
    await cluster.nodes[0]?.kill()
    const second = await publisher.publish(numbered(LINES / 2, LINES).map((text) => message(CHANNEL, text)))
    expect([first.acknowledged, second.acknowledged]).toEqual([LINES / 2, LINES / 2])
    const lines = () => subscriber.stdout.toString().split('\n').slice(0, -1)
    while (new Set(lines()).size < LINES) await subscriber.writingLines(lines().length + 1)
    subscriber.child.kill('SIGINT')
    const { exitCode, stderr } = await subscriber.exited
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('reconnecting')
    })
    expect(asSent(lines())).toEqual(numbered(0, LINES))
  }, 90_000)
})
