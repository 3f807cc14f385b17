import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Cost, compileProgram } from './fake-broker.js'
import { behindReader, type RowResult } from './measure-row.js'
import { failureOf, measureFiles, measureWork } from './measure-work.js'
import { type BenchQueue, startBenchQueue } from './rabbitmq-queue.js'
import { EXCHANGE, KEY, type RabbitmqPlace, type RabbitmqWork, rabbitmqWorks } from './rabbitmq-rows.js'

export interface RabbitmqOptions {
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
  readonly queue: BenchQueue
  readonly place: RabbitmqPlace
  readonly payloads: string
  readonly folder: string
  readonly program: string
}

const MESSAGES_OF_MEMORY = 300_000

/** Measures tidings on Debian's RabbitMQ beside its peers, by turns. A peer that is not there is told of in words. */
export async function measureRabbitmq(options: RabbitmqOptions): Promise<RowResult[]> {
  const { folder, names, node, program, rounds, tidings } = options
  const queue = await startBenchQueue()
  const amqplib = fetchAmqplib(node, folder)
  const loop = compileProgram(folder, 'amqp-loop', ['rabbitmq'])
  const results: RowResult[] = []
  try {
    for (const work of rabbitmqWorks) {
      if (names.length > 0 && !names.some((part) => work.name.includes(part))) continue
      process.stderr.write(`${work.name} ...\n`)
      const count = countOf(work, options)
      const payloads = join(folder, 'payloads-of-100')
      // 100 bytes, the size of the measurements that the goals come from.
      writeFileSync(
        payloads,
        `${'{"sensor":"fridge-7","percent":4,"note":"'.padEnd(98, 'x')}"}\n`.repeat(count)
      )
      const place = { ...queue, count, tidings, loop, amqplib }
      const bench = { queue, place, payloads, folder, program }
      results.push(...(await measureWork(work, place, rounds, (words) => runOnce(work, words, bench))))
    }
  } finally {
    await queue.stop()
  }
  return results
}

const countOf = ({ of, kind }: RabbitmqWork, { count }: RabbitmqOptions): number =>
  kind === 'start' ? 1 : of === 'memory' ? Math.min(count, MESSAGES_OF_MEMORY) : count

async function runOnce(work: RabbitmqWork, words: readonly string[], bench: Bench) {
  const { queue, place, program } = bench
  await queue.purge()
  if (work.kind === 'consume') await run([place.loop, 'publish', place.url, EXCHANGE, KEY, '1000'], bench)
  const cost = await run(behindReader(work, words, program), bench)
  if (cost.exitCode !== 0) return { cost, fault: failureOf(cost) }
  const expected = work.kind === 'consume' ? 0 : place.count
  const left = await queue.settled(expected)
  return { cost, fault: left === expected ? undefined : `${left} messages are in the queue, not ${expected}` }
}

const run = (words: readonly string[], { payloads, folder, program }: Bench): Promise<Cost> =>
  measureFiles(program, words, { input: payloads, output: join(folder, 'output') })

/** Puts amqplib into the folder: it is no dependency. Where that cannot be done, its rows have no peer. */
function fetchAmqplib(node: string, folder: string): readonly string[] | undefined {
  const words = [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    'amqplib@2'
  ]
  const { status } = spawnSync('npm', words, { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status === 0) return [node, join(import.meta.dirname, 'amqplib-loop.cjs'), folder]
  process.stderr.write('amqplib cannot be fetched from the registry: it is not measured\n')
  return undefined
}
