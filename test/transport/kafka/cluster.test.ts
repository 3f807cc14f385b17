import { afterEach, describe, expect, it } from 'vitest'
import type { BrokerConnection } from '../../../src/core/connection.js'
import { metadata } from '../../../src/transport/kafka/api/metadata.js'
import { Cluster } from '../../../src/transport/kafka/cluster.js'
import { parseKafkaUrls } from '../../../src/transport/kafka/kafka-url.js'
import { BadAnswerError } from '../../../src/transport/kafka/node-connection.js'
import { NodeOpener } from '../../../src/transport/kafka/node-opener.js'
import { prepareSockets } from '../../../src/transport/sockets/prepare-sockets.js'
import { connectionOptions, message, Notices } from '../../support/connection-options.js'
import { openConnection } from '../../support/open-connection.js'
import { clusterOf, KEY, type ScriptedKafka, startScriptedKafka } from '../../support/scripted-kafka.js'

describe('a cluster of Kafka', () => {
  const brokers: ScriptedKafka[] = []
  const connections: Pick<BrokerConnection, 'close'>[] = []
  const start = async (...args: Parameters<typeof startScriptedKafka>) => {
    const broker = await startScriptedKafka(...args)
    brokers.push(broker)
    broker.answer(KEY.metadata, clusterOf('t', broker.port))
    return broker
  }
  const connect = async (url: string, options = {}) => {
    const connection = await openConnection(connectionOptions(url, options))
    connections.push(connection)
    return connection
  }
  const openCluster = async (url: string) => {
    const options = connectionOptions(url)
    const urls = parseKafkaUrls(url)
    const opener = new NodeOpener(await prepareSockets(urls, options, ''), options)
    const cluster = await Cluster.open(urls, opener, options)
    connections.push(cluster)
    return cluster
  }
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()))
    await Promise.all(brokers.splice(0).map((broker) => broker.close()))
  })

  it('asks on another connection where one is about to end, and lets the rest of the process go on', async () => {
    const broker = await start()
    const cluster = await openCluster(broker.url)
    broker.answer(KEY.metadata, (to) => to.fourBytes(0))
    const ask = () => cluster.ask(metadata, { topics: [] })
    const again = ask().catch((error: unknown) => {
      expect(error).toBeInstanceOf(BadAnswerError)
      broker.answer(KEY.metadata, clusterOf('t', broker.port))
      // At this moment the connection is not gone yet.
      return ask()
    })
    expect(await again).toMatchObject({ clusterId: 'scripted' })
    expect(broker.connections).toBe(2)
  })

  it('is refused where its brokers are too old', async () => {
    const broker = await start({ [KEY.metadata]: [0, 5] })
    await expect(connect(broker.url)).rejects.toMatchObject({
      kind: 'refused',
      code: 'not-supported',
      message: expect.stringContaining(
        'the broker does not have what is needed (Metadata in a version of Kafka 2.1'
      ),
      suggestion: 'tidings speaks to Kafka 2.1 and later'
    })
  })

  it('is refused where the brokers hang up at each first question, as they do without a login', async () => {
    const broker = await start()
    broker.hangUpAt(KEY.metadata)
    const connection = await connect(broker.url)
    expect(await connection.publish([message('t', 'x')])).toMatchObject({ unacknowledged: 1 })
    expect(await connection.closed).toMatchObject({
      kind: 'refused',
      code: 'not-authorized',
      message: `cannot use "${broker.url}": the broker closes each connection at the first question`,
      suggestion: expect.stringContaining('--username NAME')
    })
    expect(broker.connections).toBe(3)
  })

  it('goes on where the brokers hang up at the first question twice, and answer then', async () => {
    const broker = await start()
    broker.hangUpAt(KEY.metadata, 2)
    const cluster = await openCluster(broker.url)
    expect(await cluster.ask(metadata, { topics: [] })).toMatchObject({ clusterId: 'scripted' })
    expect(broker.connections).toBe(3)
  })

  it('pauses between connections where the brokers hang up although somebody is logged in', async () => {
    const broker = await start()
    broker.answer(KEY.saslHandshake, (to) => {
      to.twoBytes(0)
      to.array(['PLAIN'], (name) => to.string(name))
    })
    broker.answer(KEY.saslAuthenticate, (to) => {
      to.twoBytes(0)
      to.string(null)
      to.fourBytes(0)
      to.fourBytes(0)
      to.fourBytes(0)
    })
    broker.hangUpAt(KEY.metadata)
    const notices = new Notices()
    const connection = await connect(broker.url.replace('//', '//ann:secret@'), { onNotice: notices.take })
    const publishing = connection.publish([message('t', 'x')])
    expect(await notices.first('reconnected')).toMatchObject({ isKept: true })
    await connection.close()
    expect(await publishing).toMatchObject({ unacknowledged: 1 })
  })

  it('tells once that no broker is reached, whatever addresses it has and however often it tries', async () => {
    const broker = await start()
    const notices = new Notices()
    let tries = 0
    const options = { onNotice: notices.take, onRetry: () => tries++ === 2 && thrice() }
    let thrice: () => void = () => undefined
    const triedThrice = new Promise<void>((resolve) => {
      thrice = resolve
    })
    // The cluster calls it 127.0.0.1.
    await connect(broker.url.replace('127.0.0.1', 'localhost'), options)
    await broker.close()
    await triedThrice
    expect(notices.all).toEqual([
      expect.objectContaining({
        kind: 'reconnecting',
        text: expect.stringContaining('lost the connection to')
      })
    ])
  })

  it('ends the connection where a broker answers a publish with what is no answer', async () => {
    const broker = await start()
    broker.answer(KEY.produce, (to) => to.fourBytes(7))
    const connection = await connect(broker.url)
    expect(await connection.publish([message('t', 'x')])).toMatchObject({ unacknowledged: 1 })
    expect(await connection.closed).toMatchObject({
      kind: 'unfinished',
      code: 'protocol-violated',
      message: expect.stringContaining("cannot publish: the broker violated Kafka's protocol (Produce:")
    })
  })

  it('says so where it lists topics, or subscribes, and the answer is none', async () => {
    const broker = await start()
    const connection = await connect(broker.url)
    broker.answer(KEY.metadata, (to) => to.fourBytes(0))
    const violated = { kind: 'unfinished', code: 'protocol-violated' }
    await expect(connection.channels?.()).rejects.toMatchObject(violated)
    await expect(connection.subscribe([{ pattern: 't', guarantee: 1 }], () => {})).rejects.toMatchObject(
      violated
    )
  })

  it('refuses QoS 2 by name where the brokers have no idempotent producers, and takes QoS 1', async () => {
    const broker = await start({ [KEY.initProducerId]: [9, 9] })
    broker.answer(KEY.produce, (to) => {
      to.array(['t'], (topic) => {
        to.string(topic)
        to.array([0], (partition) => {
          to.fourBytes(partition)
          to.twoBytes(0)
          for (const value of [0, -1, 0]) to.int64(value)
        })
      })
      to.fourBytes(0)
    })
    const connection = await connect(broker.url)
    const report = await connection.publish([message('t', 'x', 2), message('t', 'y', 1)])
    expect(report).toMatchObject({
      acknowledged: 1,
      refused: [{ index: 0, code: 'not-supported', suggestion: 'leave out --qos 2' }]
    })
    expect(report.refused[0]?.reason).toContain('cannot publish with QoS 2')
  })

  it('ends where another broker of it refuses the credentials: no other attempt would change that', async () => {
    const [seed, leader] = [await start(), await start()]
    for (const [broker, error] of [
      [seed, 0],
      [leader, 58]
    ] as const) {
      broker.answer(KEY.metadata, clusterOf('t', seed.port, leader.port))
      broker.answer(KEY.saslHandshake, (to) => {
        to.twoBytes(0)
        to.array(['PLAIN'], (name) => to.string(name))
      })
      broker.answer(KEY.saslAuthenticate, (to) => {
        to.twoBytes(error)
        to.string(error === 0 ? null : 'who are you?')
        to.sizedBytes(null)
        to.int64(0)
      })
    }
    const connection = await connect(seed.url.replace('//', '//ann:secret@'))
    expect(await connection.publish([message('t', 'x')])).toMatchObject({ unacknowledged: 1 })
    expect(await connection.closed).toMatchObject({
      kind: 'refused',
      code: 'bad-credentials',
      message: expect.stringContaining('who are you?')
    })
  })

  it('is not ended by a broker that cannot be reached, and reaches it once it can be', async () => {
    const [seed, leader] = [await start(), await start()]
    const notices = new Notices()
    const connection = await connect(seed.url, { onNotice: notices.take })
    await leader.close()
    brokers.pop()
    let looks = 0
    const ports = [seed.port, leader.port]
    const looked = new Promise<void>((resolve) => {
      seed.answer(KEY.metadata, (to, from) => {
        clusterOf('t', ...ports)(to, from)
        if (++looks === 4) resolve()
      })
    })
    const report = connection.publish([message('t', 'x', 0)])
    await looked
    const back = await start()
    ports[1] = back.port
    expect(await report).toMatchObject({ acknowledged: 1 })
    expect(notices.all).toEqual([])
  })
})
