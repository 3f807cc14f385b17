import { join } from 'node:path'
import { type BenchKafka, type BenchTopic, startBenchKafka } from './kafka-broker.js'
import { type Extent, FEW, type Growth, type GrowthWork, growthsOf } from './kafka-growth-works.js'
import { envelopeOf, jsonOf, writeLines } from './kafka-inputs.js'
import { countLines } from './measure-row.js'
import { failureOf, measureFiles } from './measure-work.js'
import { formatTable } from './table.js'

export interface KafkaGrowthOptions {
  readonly program: string
  readonly folder: string
  readonly tidings: readonly string[]
  readonly quick: boolean
  /** Messages where partitions or topics grow; 500,000 by default, with `quick` 100,000. */
  readonly count: number | undefined
  /** What grows: messages, partitions, topics; all if empty. */
  readonly names: readonly string[]
}

export interface KafkaGrowthPoint extends Extent {
  readonly grows: Growth['grows']
  readonly work: string
  /** Without those of a run with a few messages of one topic: that is start-up. */
  readonly cpuSeconds: number
  readonly seconds: number
  readonly peakMegabytes: number
  readonly fault?: string
}

const KEYS = 20_000
const PAYLOAD = jsonOf(100)

/** Shows how processor time and memory change as one thing grows and the others stay. Each thing that grows has a Kafka of its own. */
export async function measureKafkaGrowth(
  options: KafkaGrowthOptions
): Promise<{ table: string; points: KafkaGrowthPoint[] }> {
  const { names, quick, count = quick ? 100_000 : 500_000 } = options
  const points: KafkaGrowthPoint[] = []
  for (const growth of growthsOf(quick, count)) {
    if (names.length > 0 && !names.includes(growth.grows)) continue
    // What was measured before is told also where the broker then fails.
    await measureOne(growth, options, (point) => points.push(point)).catch((error: unknown) => {
      process.exitCode = 1
      process.stderr.write(`${growth.grows}: ${String(error)}\n`)
    })
  }
  return { table: formatPoints(points), points }
}

async function measureOne(
  { grows, extents, works }: Growth,
  options: KafkaGrowthOptions,
  onPoint: (point: KafkaGrowthPoint) => void
): Promise<void> {
  const kafka = await startBenchKafka()
  try {
    const start = new Map<string, number>()
    for (const [index, extent] of [FEW, ...extents].entries()) {
      process.stderr.write(`${grows}: ${describe(extent)} ...\n`)
      const topics = topicsOf(index, extent)
      const place = { ...options, kafka, topics, pattern: patternOf(index, extent) }
      await kafka.create(topics)
      for (const work of works) {
        const point = await measurePoint(grows, work, extent, place)
        const startUp = start.get(work.name)
        if (startUp === undefined) start.set(work.name, point.cpuSeconds)
        else onPoint({ ...point, cpuSeconds: Math.max(0, point.cpuSeconds - startUp) })
      }
    }
  } finally {
    await kafka.stop()
  }
}

const describe = ({ messages, partitions, topics }: Extent) =>
  `${messages} messages, ${topics} topics with ${partitions} partitions each`

/** One topic is named as its pattern, so that the pattern is not wild. */
const patternOf = (index: number, { topics }: Extent) => (topics === 1 ? `grown${index}` : `grown${index}.#`)

const topicsOf = (index: number, extent: Extent): BenchTopic[] =>
  Array.from({ length: extent.topics }, (_, number) => ({
    topic: extent.topics === 1 ? patternOf(index, extent) : `grown${index}.${number}`,
    partitions: extent.partitions,
    config: { 'retention.ms': '-1' }
  }))

interface PointPlace extends KafkaGrowthOptions {
  readonly kafka: BenchKafka
  readonly pattern: string
  readonly topics: readonly BenchTopic[]
}

async function measurePoint(
  grows: Growth['grows'],
  work: GrowthWork,
  extent: Extent,
  place: PointPlace
): Promise<KafkaGrowthPoint> {
  const { folder, kafka, program, tidings, topics } = place
  const [input, output] = [join(folder, 'grown-input'), join(folder, 'grown-output')]
  writeLines(input, work.input === undefined ? 0 : extent.messages, lineOf(work, topics))
  const before = work.kind === 'publish' ? await kafka.written(topics) : 0
  const words = [...work.words(place.pattern), '--quiet', '--broker', `kafka://${kafka.servers}`]
  const cost = await measureFiles(program, [...tidings, ...words], { input, output })
  const arrived = work.kind === 'publish' ? (await kafka.written(topics)) - before : await countLines(output)
  const wanted = work.kind === 'list' ? extent.topics : extent.messages
  const fault = failureOf(cost) ?? (arrived === wanted ? undefined : `${arrived} of ${wanted} arrived`)
  return {
    ...{ grows, work: work.name, ...extent },
    ...{ cpuSeconds: cost.cpuSeconds, seconds: cost.seconds, peakMegabytes: cost.peakBytes / 1e6 },
    ...(fault !== undefined && { fault })
  }
}

function lineOf({ input }: GrowthWork, topics: readonly BenchTopic[]): (index: number) => string {
  if (input === 'keys') return (index) => envelopeOf(PAYLOAD, { key: `key-${index % KEYS}` })
  if (input !== 'channels') return () => PAYLOAD
  const lines = topics.map(({ topic }) => envelopeOf(PAYLOAD, { channel: topic }))
  return (index) => lines[index % lines.length] ?? ''
}

function formatPoints(points: readonly KafkaGrowthPoint[]): string {
  const head = ['work', 'messages', 'partitions', 'topics', 'CPU s', 'µs a message', 'µs a topic', 's']
  const cells = points.map((point) => [
    point.work,
    ...[point.messages, point.partitions, point.topics].map(String),
    point.cpuSeconds.toFixed(2),
    ((point.cpuSeconds / point.messages) * 1e6).toFixed(2),
    point.topics > 1 ? ((point.cpuSeconds / point.topics) * 1e6).toFixed(0) : '-',
    point.seconds.toFixed(2),
    point.peakMegabytes.toFixed(0),
    point.fault ?? ''
  ])
  return formatTable([...head, 'peak MB', 'fault'], cells)
}
