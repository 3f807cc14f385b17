import { join } from 'node:path'
import { type BenchBroker, startBroker } from './broker-for-row.js'
import { type BenchKafka, type BenchTopic, startBenchKafka } from './kafka-broker.js'
import { envelopeOf, jsonOf, writeLines } from './kafka-inputs.js'
import { type KafkaPlace, type KafkaWork, kafkaWorks } from './kafka-rows.js'
import { behindReader, countLines, type RowResult } from './measure-row.js'
import { failureOf, type Judged, measureFiles, measureWork } from './measure-work.js'

export interface KafkaOptions {
  readonly node: string
  /** How tidings is started. */
  readonly tidings: readonly string[]
  readonly folder: string
  /** The program of fake-broker.c, which measures. */
  readonly program: string
  /** Messages in one run. */
  readonly count: number
  readonly rounds: number
  /** Parts of the names of what is measured; all if empty. */
  readonly names: readonly string[]
}

/** What a run of a command needs. */
interface Bench {
  readonly kafka: BenchKafka
  readonly topic: BenchTopic
  /** A broker of MQTT that only acknowledges. */
  readonly mqtt: BenchBroker
  readonly place: KafkaPlace
  readonly folder: string
  readonly program: string
}

/** What is published is kept up to so many bytes, and a message may have 2 MB. */
const OF_PUBLISH = { 'retention.bytes': '200000000', 'max.message.bytes': '2000000' }
/** What is read is kept for as long as the bench runs. */
const OF_READ = { 'retention.ms': '-1', 'max.message.bytes': '2000000' }
/** Enough to reach each of 1,000 partitions. */
const KEYS = 20_000

/** Measures tidings on Apache Kafka beside its peers, by turns. A peer that is not there is told of in words. */
export async function measureKafka(options: KafkaOptions): Promise<RowResult[]> {
  const { folder, names, node, program, rounds, tidings } = options
  const kafka = await startBenchKafka()
  const mqtt = await startBroker({ kind: 'ack' }, 0, { program, folder, payload: '' })
  const filled = new Set<string>()
  const results: RowResult[] = []
  try {
    for (const work of kafkaWorks) {
      if (names.length > 0 && !names.some((part) => work.name.includes(part))) continue
      process.stderr.write(`${work.name} ...\n`)
      const count = work.topic.countOf(options.count)
      const payloads = join(folder, 'kafka-payloads')
      const payload = jsonOf(work.topic.bytes)
      if (work.kind === 'publish') writeLines(payloads, count, () => payload)
      const topic = topicOf(work, count)
      const place: KafkaPlace = {
        ...{ servers: kafka.servers, slowServers: kafka.slowServers, topic: topic.topic },
        mqttUrl: `mqtt://127.0.0.1:${mqtt.port}`,
        ...{ count, tidings, payloads, kafkajs: [node, join(import.meta.dirname, 'kafkajs-loop.cjs')] }
      }
      const bench: Bench = { kafka, topic, mqtt, place, folder, program }
      if (!filled.has(topic.topic)) {
        filled.add(topic.topic)
        await kafka.create([topic])
        if (work.kind === 'read') await fill(payload, bench)
      }
      results.push(...(await measureWork(work, place, rounds, (words) => runOnce(work, words, bench))))
    }
  } finally {
    mqtt.stop()
    await kafka.stop()
  }
  return results
}

const topicOf = ({ kind, topic: { partitions, bytes } }: KafkaWork, count: number): BenchTopic => ({
  topic: `bench.${kind}.${partitions}.${bytes}.${count}`,
  partitions,
  config: kind === 'read' ? OF_READ : OF_PUBLISH
})

/** Puts the messages that are read into a topic: with keys, so that they reach each of its partitions. */
async function fill(payload: string, bench: Bench): Promise<void> {
  const { kafka, topic, place, folder, program } = bench
  const input = join(folder, 'kafka-history')
  writeLines(input, place.count, (index) => envelopeOf(payload, { key: `key-${index % KEYS}` }))
  const words = [
    ...[...place.tidings, 'publish', place.topic, '--json', '--quiet'],
    ...['--broker', `kafka://${place.servers}`]
  ]
  const cost = await measureFiles(program, words, { input, output: join(folder, 'output') })
  const written = await kafka.written([topic])
  if (written !== place.count)
    throw new Error(`"${place.topic}" has ${written} messages, not ${place.count}: ${failureOf(cost) ?? ''}`)
}

async function runOnce(work: KafkaWork, words: readonly string[], bench: Bench): Promise<Judged> {
  const { kafka, topic, mqtt, place, folder, program } = bench
  const isPublished = work.kind === 'publish'
  const before = isPublished ? await kafka.written([topic]) : 0
  const output = join(folder, 'output')
  const cost = await measureFiles(program, behindReader(work, words, program), {
    input: isPublished ? place.payloads : '/dev/null',
    output
  })
  const arrived = words.includes(place.mqttUrl)
    ? await mqtt.nextCount()
    : isPublished
      ? (await kafka.written([topic])) - before
      : await countLines(output)
  const fault = arrived === place.count ? undefined : `${arrived} messages of ${place.count} arrived`
  return { cost, fault: failureOf(cost) ?? fault }
}
