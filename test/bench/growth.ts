import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { startBroker } from './broker-for-row.js'
import { measure } from './fake-broker.js'
import { formatTable } from './table.js'

interface GrowthPlace {
  readonly program: string
  readonly folder: string
  readonly tidings: readonly string[]
  readonly quick: boolean
  /** Only the curves whose name contains one of these; all when empty. */
  readonly names: readonly string[]
}

interface Curve {
  readonly name: string
  readonly publish: boolean
  readonly qos: 0 | 1
  /** What grows, and the value of each point. */
  readonly points: readonly { readonly count: number; readonly bytes: number; readonly channels: number }[]
}

export interface GrowthPoint {
  readonly curve: string
  readonly count: number
  readonly bytes: number
  readonly channels: number
  /** Without start-up. */
  readonly seconds: number
  readonly messagesPerSecond: number
  readonly megabytesPerSecond: number
  readonly peakMegabytes: number
  readonly fault?: string
}

const counts = [10_000, 100_000, 1_000_000, 10_000_000].map((count) => ({ count, bytes: 118, channels: 1 }))
// As many messages as make 512 MB, within reason.
const sizes = [100, 1_000, 10_000, 100_000, 1_048_576].map((bytes) => ({
  count: Math.min(1_000_000, Math.ceil(512e6 / bytes)),
  bytes,
  channels: 1
}))
const channels = [1, 100, 10_000, 100_000].map((many) => ({ count: 500_000, bytes: 118, channels: many }))

const curves: readonly Curve[] = [
  ...([0, 1] as const).flatMap((qos): Curve[] => [
    { name: `publish --lines, QoS ${qos}, messages`, publish: true, qos, points: counts },
    { name: `publish --lines, QoS ${qos}, bytes`, publish: true, qos, points: sizes },
    { name: `subscribe --json, QoS ${qos}, messages`, publish: false, qos, points: counts },
    { name: `subscribe --json, QoS ${qos}, bytes`, publish: false, qos, points: sizes }
  ]),
  { name: 'subscribe --json, QoS 0, channels', publish: false, qos: 0, points: channels }
]

/** A point that would take longer, judged by the one before without its start-up, is left out and said. */
const longest = { quick: 5, full: 60 }

/**
 * Shows how rate and memory change as one thing grows and the others stay. What a run of ten messages takes is start-up: it is taken off
 * every time, or 10,000 messages would show nothing else.
 */
export async function measureGrowth(place: GrowthPlace): Promise<{ table: string; points: GrowthPoint[] }> {
  const points: GrowthPoint[] = []
  const wanted = curves.filter(
    ({ name }) => place.names.length === 0 || place.names.some((part) => name.includes(part))
  )
  for (const curve of wanted) {
    const few = { count: 10, bytes: 118, channels: 1 }
    const start = (await measurePoint(curve, few, place, 0)).seconds
    let bytesPerSecond = Number.POSITIVE_INFINITY
    for (const point of curve.points) {
      const seconds = (point.count * point.bytes) / bytesPerSecond
      if (seconds > longest[place.quick ? 'quick' : 'full']) {
        process.stderr.write(
          `${curve.name}: left out ${describe(point)}, it would take about ${Math.round(seconds)} s\n`
        )
        continue
      }
      process.stderr.write(`${curve.name}: ${describe(point)} ...\n`)
      const measured = await measurePoint(curve, point, place, start)
      points.push(measured)
      bytesPerSecond = measured.megabytesPerSecond * 1e6
    }
  }
  const head = ['work', 'messages', 'bytes', 'channels', 'k/s', 'MB/s', 'peak MB', 'fault']
  const cells = points.map((point) => [
    ...[point.curve, point.count, point.bytes, point.channels].map(String),
    (point.messagesPerSecond / 1000).toFixed(point.messagesPerSecond < 10_000 ? 1 : 0),
    point.megabytesPerSecond.toFixed(0),
    point.peakMegabytes.toFixed(0),
    point.fault ?? ''
  ])
  return { table: formatTable(head, cells), points }
}

function describe({ count, bytes, channels }: Curve['points'][number]): string {
  return `${count} messages of ${bytes} bytes on ${channels} channels`
}

async function measurePoint(
  { name, publish, qos }: Curve,
  point: Curve['points'][number],
  place: GrowthPlace,
  start: number
): Promise<GrowthPoint> {
  const payload = join(place.folder, 'growth-payload')
  writeFileSync(payload, jsonOf(point.bytes))
  const kind = publish
    ? ({ kind: 'ack' } as const)
    : ({ kind: 'feed', qos, channels: point.channels } as const)
  const broker = await startBroker(kind, point.count, { ...place, payload })
  const url = `mqtt://127.0.0.1:${broker.port}`
  const command = publish
    ? ['publish', 'bench/0', '--lines', '--qos', String(qos), '--quiet', '--broker', url]
    : [
        'subscribe',
        'bench/#',
        '--json',
        '--qos',
        String(qos),
        '--count',
        String(point.count),
        '--quiet',
        '--broker',
        url
      ]
  const stdin = openSync(publish ? writeLines(place.folder, point.count, point.bytes) : '/dev/null', 'r')
  // What is read is thrown away: 10 million envelope lines would need 2 GB of disk.
  const cost = await measure(place.program, [...place.tidings, ...command], { stdin })
  const reached = await broker.nextCount()
  closeSync(stdin)
  broker.stop()
  const fault =
    cost.exitCode !== 0
      ? cost.stderr.trim()
      : publish && reached !== point.count
        ? `${reached} messages arrived`
        : undefined
  // A few messages may even be faster than ten: the clock of the machine's other work.
  const seconds = Math.max(cost.seconds - start, 0.005)
  return {
    curve: name,
    ...point,
    seconds,
    messagesPerSecond: point.count / seconds,
    megabytesPerSecond: (point.count * point.bytes) / seconds / 1e6,
    peakMegabytes: cost.peakBytes / 1e6,
    ...(fault && { fault })
  }
}

function jsonOf(bytes: number): string {
  const frame = '{"sensor":"fridge-7","note":""}'
  return frame.replace('""}', `"${'.'.repeat(Math.max(0, bytes - frame.length))}"}`)
}

function writeLines(folder: string, count: number, bytes: number): string {
  const path = join(folder, 'growth-lines')
  const line = `${jsonOf(bytes)}\n`
  const perBlock = Math.min(count, Math.max(1, Math.floor(4e6 / line.length)))
  const block = line.repeat(perBlock)
  const descriptor = openSync(path, 'w')
  for (let left = count; left > 0; left -= perBlock)
    writeSync(descriptor, left < perBlock ? line.repeat(left) : block)
  closeSync(descriptor)
  return path
}
