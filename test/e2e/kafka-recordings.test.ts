import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { jsonLines } from '../support/json-lines.js'
import { isKafkaMissing } from '../support/kafka-programs.js'
import { isMosquittoMissing, type Mosquitto, startMosquitto } from '../support/mosquitto.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { isRabbitmqMissing } from '../support/rabbitmq.js'
import { useKafka } from '../support/use-kafka.js'
import { useRabbitmq } from '../support/use-rabbitmq.js'

// What Kafka keeps becomes a recording, and travels from there to other brokers and back.

const home = makeHome()
afterAll(() => home.remove())

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

type Line = Record<string, unknown>
const parsed = (text: string): Line[] => jsonLines(text)
const runWith = async (args: readonly string[], stdin = ''): Promise<string> => {
  const { exitCode, stdout, stderr } = await runProgram(args, { env: home.env, stdin })
  expect(exitCode, stderr).toBe(0)
  return stdout + stderr
}
const run = (...args: string[]) => runWith(args)
const inHome = (name: string) => join(home.path, name)

/** Bytes that are no UTF-8. */
const BYTES = Buffer.from([0, 0xff, 0xfe, 0x80]).toString('base64')
/** Facts that every protocol here has. */
const COMMON = {
  payload: { id: 7, name: 'é' },
  contentType: 'application/json',
  responseChannel: 'house.answers',
  correlation: Buffer.from([1, 2, 255]).toString('base64'),
  headers: [
    ['b', '2'],
    ['a', '1'],
    ['b', '3']
  ]
}
const RAW = { payload: BYTES, encoding: 'base64', headers: { empty: '' } }

describe.skipIf(isKafkaMissing)('a recording of Kafka', () => {
  const site = useKafka()

  async function subscribing(url: string, count: number, ...args: string[]): Promise<RunningProgram> {
    const program = new RunningProgram(
      ['subscribe', ...args, '--json', '--count', `${count}`, '-b', url],
      home.env
    )
    endings.push(async () => {
      program.child.kill('SIGTERM')
      await program.exited
    })
    await program.saying('Subscribed to')
    return program
  }

  const publish = (url: string, lines: readonly object[]) =>
    runWith(['publish', '--json', '-b', url], lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const read = async (topic: string) =>
    parsed(
      await run(
        'subscribe',
        topic,
        '--json',
        '--from',
        'beginning',
        '--until-end',
        '--quiet',
        '-b',
        site().url
      )
    )

  it('has the pauses of the times of publication, over partitions', async () => {
    const topic = await site().newTopic(3)
    const start = Date.UTC(2025, 5, 1, 12)
    const seconds = [0, 5, 7, 60, 61, 3600]
    await publish(
      site().url,
      seconds.map((second, index) => ({
        channel: topic,
        payload: second,
        sourceTime: new Date(start + second * 1000).toISOString(),
        kafka: { partition: index % 3 }
      }))
    )
    const file = inHome('history.jsonl')
    await run('record', topic, '--from', 'beginning', '--until-end', '--output', file, '-b', site().url)
    const [header, ...entries] = parsed(readFileSync(file, 'utf8'))
    expect(header).toMatchObject({ recording: { started: '2025-06-01T12:00:00.000000Z' } })
    expect(entries.map(({ payload, offset }) => [payload, offset])).toEqual(
      seconds.map((second) => [second, second * 1_000_000])
    )
    const again = await site().newTopic(1)
    await run('replay', file, '--speed', 'max', '--map', `${topic} -> ${again}`, '-b', site().url)
    expect((await read(again)).map(({ sourceTime }) => sourceTime)).toEqual(
      seconds.map((second) => new Date(start + second * 1000).toISOString().replace('Z', '000Z'))
    )
  })

  it('comes back into Kafka as it was: keys, tombstones, bytes, headers without a value, times', async () => {
    const [topic, again] = [await site().newTopic(), await site().newTopic()]
    const sourceTime = '2025-06-01T12:00:00.123000Z'
    await publish(site().url, [
      { channel: topic, key: 'k', sourceTime, ...COMMON },
      { channel: topic, key: { base64: BYTES }, sourceTime, payload: null, encoding: 'null' },
      {
        channel: topic,
        sourceTime,
        ...RAW,
        headers: [
          ['b', { base64: BYTES }],
          ['n', '']
        ],
        kafka: { nullHeaders: [1] }
      }
    ])
    const file = inHome('exact.jsonl')
    await run('record', topic, '--from', 'beginning', '--until-end', '--output', file, '-b', site().url)
    await run('replay', file, '--map', `${topic} -> ${again}`, '--speed', 'max', '--strict', '-b', site().url)
    const without = ({ channel: _, time: __, ...line }: Line) => line
    expect((await read(again)).map(without)).toEqual((await read(topic)).map(without))
  })

  describe.skipIf(isMosquittoMissing)('and MQTT', () => {
    let mosquitto: Mosquitto
    beforeAll(async () => {
      mosquitto = await startMosquitto()
    })
    afterAll(() => mosquitto?.stop())

    it('keep what both can carry, in either direction', async () => {
      const topic = await site().newTopic()
      await publish(site().url, [
        { channel: topic, key: 'k', ...COMMON },
        { channel: topic, ...RAW }
      ])
      const file = inHome('to-mqtt.jsonl')
      await run('record', topic, '--from', 'beginning', '--until-end', '--output', file, '-b', site().url)
      const witness = await subscribing(mosquitto.plain, 2, '#')
      const told = await run('replay', file, '--speed', 'max', '-b', mosquitto.plain)
      expect(told).toMatch(/dropped a key/)
      const [first, second] = parsed((await witness.exited).stdout)
      expect(first).toMatchObject({
        ...COMMON,
        responseChannel: 'house/answers',
        channel: topic.replaceAll('.', '/')
      })
      expect(first).not.toHaveProperty('key')
      expect(second).toMatchObject(RAW)

      const back = await site().newTopic()
      const recorder = new RunningProgram(
        ['record', '#', '--output', inHome('from-mqtt.jsonl'), '--count', '2', '-b', mosquitto.plain],
        home.env
      )
      await recorder.saying('ubscribed to')
      const channel = back.replaceAll('.', '/')
      await publish(mosquitto.plain, [
        { channel, ...COMMON, mqtt: { qos: 1, retain: false } },
        { channel, ...RAW }
      ])
      expect(await recorder.exited).toMatchObject({ exitCode: 0 })
      await run('replay', inHome('from-mqtt.jsonl'), '--speed', 'max', '-b', site().url)
      expect(await read(back)).toMatchObject([
        { channel: back, ...COMMON },
        { channel: back, ...RAW }
      ])
    })
  })

  describe.skipIf(isRabbitmqMissing)('and RabbitMQ', () => {
    const host = useRabbitmq()

    it('keep what both can carry, in either direction', async () => {
      const topic = await site().newTopic()
      const sourceTime = '2025-06-01T12:00:00.000000Z'
      const bytes = {
        headers: [
          ['b', { base64: BYTES }],
          ['a', 'x'],
          ['b', 'y']
        ]
      }
      await publish(site().url, [
        { channel: topic, key: 'k', sourceTime, ...COMMON },
        { channel: topic, sourceTime, ...RAW, ...bytes }
      ])
      const file = inHome('to-amqp.jsonl')
      await run('record', topic, '--from', 'beginning', '--until-end', '--output', file, '-b', site().url)
      const witness = await subscribing(host().url, 2, '#')
      expect(await run('replay', file, '--speed', 'max', '-b', host().url)).toMatch(/dropped a key/)
      const [first, second] = parsed((await witness.exited).stdout)
      expect(first).toMatchObject({ ...COMMON, channel: topic, sourceTime })
      expect(second).toMatchObject({ ...RAW, ...bytes, sourceTime })

      const back = await site().newTopic()
      const recorder = new RunningProgram(
        ['record', '#', '--output', inHome('from-amqp.jsonl'), '--count', '2', '-b', host().url],
        home.env
      )
      await recorder.saying('ubscribed to')
      await publish(host().url, [
        { channel: back, sourceTime, ...COMMON, amqp: { priority: 3 } },
        { channel: back, sourceTime, ...RAW, ...bytes }
      ])
      expect(await recorder.exited).toMatchObject({ exitCode: 0 })
      const told = await run('replay', inHome('from-amqp.jsonl'), '--speed', 'max', '-b', site().url)
      expect(told).toMatch(/dropped a priority/)
      expect(await read(back)).toMatchObject([
        { channel: back, sourceTime, ...COMMON },
        { channel: back, sourceTime, ...RAW, ...bytes }
      ])
    })
  })
})
