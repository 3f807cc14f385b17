import { spawnSync } from 'node:child_process'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Cost, compileProgram, measure } from './fake-broker.js'
import { behindReader, type RowResult, type Side } from './measure-row.js'
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

interface MeasuredSide extends Side {
  readonly words: readonly string[]
  readonly costs: Cost[]
  readonly faults: string[]
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
      results.push(...(await measureWork(work, { queue, place, payloads, folder, program }, rounds)))
    }
  } finally {
    await queue.stop()
  }
  return results
}

const countOf = ({ of, kind }: RabbitmqWork, { count }: RabbitmqOptions): number =>
  kind === 'start' ? 1 : of === 'memory' ? Math.min(count, MESSAGES_OF_MEMORY) : count

async function measureWork(work: RabbitmqWork, bench: Bench, rounds: number): Promise<RowResult[]> {
  const { count } = bench.place
  const sideOf = (words: readonly string[] | undefined): MeasuredSide | undefined =>
    words && isInstalled(words[0] ?? '')
      ? { words, command: words.join(' '), count, costs: [], faults: [] }
      : undefined
  const ours = sideOf(work.ours(bench.place)) as MeasuredSide
  const peers = work.peers.map((peer) => ({ ...peer, side: sideOf(peer.command(bench.place)) }))
  for (let round = 0; round < rounds; round++)
    for (const side of [ours, ...peers.map((peer) => peer.side)]) {
      if (side === undefined) continue
      const { cost, fault } = await runOnce(work, side.words, bench)
      side.costs.push(cost)
      if (fault !== undefined) side.faults.push(fault)
    }
  return peers.map(({ name, goal, side }) => ({
    row: { name: `${work.name}; peer: ${name}`, of: work.of, goal },
    ours,
    peer: side
  }))
}

async function runOnce(work: RabbitmqWork, words: readonly string[], bench: Bench) {
  const { queue, place, program } = bench
  await queue.purge()
  if (work.kind === 'consume') await run([place.loop, 'publish', place.url, EXCHANGE, KEY, '1000'], bench)
  const cost = await run(behindReader(work, words, program), bench)
  if (cost.exitCode !== 0)
    return { cost, fault: `exit code ${cost.exitCode}: ${cost.stderr.trim().split('\n')[0] ?? ''}` }
  const expected = work.kind === 'consume' ? 0 : place.count
  const left = await queue.settled(expected)
  return { cost, fault: left === expected ? undefined : `${left} messages are in the queue, not ${expected}` }
}

/** Not `spawnSync`: this process reads the broker's log meanwhile, or the broker stops. */
async function run(words: readonly string[], { payloads, folder, program }: Bench): Promise<Cost> {
  const stdin = openSync(payloads, 'r')
  const stdout = openSync(join(folder, 'output'), 'w')
  // With this, Node 20 reads certificates at each start, twice the time of all else: every ratio would look better than it is.
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env
  const cost = await measure(program, words, { stdin, stdout, env })
  closeSync(stdin)
  closeSync(stdout)
  return cost
}

const isInstalled = (program: string) =>
  program.startsWith('/') || spawnSync('sh', ['-c', 'command -v "$0"', program]).status === 0

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
