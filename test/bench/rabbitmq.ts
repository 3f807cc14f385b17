// npx tsx test/bench/rabbitmq.ts [--count N] [--rounds N] [--node PATH] [--program PATH] [--peers] [NAME...]
// CPU time of a message on Debian's RabbitMQ, beside a C loop on librabbitmq and amqp-publish; --peers leaves tidings out.
// `npm run bench` does not run this file until tidings speaks amqp://.
import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startRabbitmq } from '../support/rabbitmq.js'
import { binary } from '../support/rabbitmq-witness.js'
import { type Cost, compileFakeBroker, compileProgram, measure } from './fake-broker.js'
import type { Side } from './measure-row.js'
import { EXCHANGE, KEY, QUEUE, type RabbitmqPlace, type RabbitmqRow, rabbitmqRows } from './rabbitmq-rows.js'
import { formatTable, median, summarize, summaryCells } from './table.js'

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '300000' },
    rounds: { type: 'string', default: '5' },
    node: { type: 'string', default: process.execPath },
    program: { type: 'string', default: join(import.meta.dirname, '..', '..', 'bin', 'run.js') },
    peers: { type: 'boolean', default: false }
  }
})

const count = Number(options.count)
const folder = mkdtempSync(join(tmpdir(), 'tidings-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const stopwatch = compileFakeBroker(folder)
const loop = compileProgram(folder, 'amqp-loop', ['rabbitmq'])
const payloads = join(folder, 'payloads')
const output = join(folder, 'output')
// 100 bytes, the size of the measurements that the goals come from.
writeFileSync(payloads, `${'{"sensor":"fridge-7","percent":4,"note":"'.padEnd(98, 'x')}"}\n`.repeat(count))

const broker = await startRabbitmq()
const host = await broker.newHost()
const place: RabbitmqPlace = { url: host.url, count, tidings: [options.node, options.program], loop }
const queue = `{resource, ${binary(host.name)}, queue, ${binary(QUEUE)}}`
await host.do(
  `rabbit_amqqueue:declare(${queue}, true, false, [], none, <<"tidings">>),
   rabbit_binding:add({binding, {resource, ${binary(host.name)}, exchange, ${binary(EXCHANGE)}}, ${binary(KEY)}, ${queue}, []}, <<"tidings">>)`
)

const ready = async () => (await host.queue(QUEUE))?.ready ?? 0

/** What is in the queue once that does not change any more: a client that asks for no confirms ends before the broker has stored all. */
async function settled(expected: number): Promise<number> {
  for (let last = -1; ; await new Promise((resolve) => setTimeout(resolve, 500))) {
    const now = await ready()
    if (now === expected || now === last) return now
    last = now
  }
}

const purge = () => host.do(`{ok, Queue} = rabbit_amqqueue:lookup(${queue}), rabbit_amqqueue:purge(Queue)`)

/** Not `spawnSync` alone: this process reads the broker's log meanwhile, or the broker stops. */
async function run(words: readonly string[]): Promise<Cost> {
  const stdin = openSync(payloads, 'r')
  const stdout = openSync(output, 'w')
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env
  const cost = await measure(stopwatch, words, { stdin, stdout, env })
  closeSync(stdin)
  closeSync(stdout)
  return cost
}

async function runOnce({ work }: RabbitmqRow, words: readonly string[]) {
  await purge()
  if (work === 'consume') await run([loop, 'publish', host.url, EXCHANGE, KEY, '1000'])
  const cost = await run(words)
  if (cost.exitCode !== 0)
    return { cost, fault: `exit code ${cost.exitCode}: ${cost.stderr.trim().split('\n')[0] ?? ''}` }
  const expected = work === 'publish' ? count : 0
  const left = await settled(expected)
  return { cost, fault: left === expected ? undefined : `${left} messages are in the queue, not ${expected}` }
}

const isInstalled = (program: string) =>
  program.startsWith('/') || spawnSync('sh', ['-c', 'command -v "$0"', program]).status === 0

async function measureSides(row: RabbitmqRow) {
  const commands = [...(options.peers ? [] : [row.ours(place)]), row.peer(place)].filter(([program = '']) =>
    isInstalled(program)
  )
  const sides = commands.map((words) => ({
    words,
    command: words.join(' '),
    count,
    costs: [] as Cost[],
    faults: [] as string[]
  }))
  for (let round = 0; round < Number(options.rounds); round++)
    for (const side of sides) {
      const { cost, fault } = await runOnce(row, side.words)
      side.costs.push(cost)
      if (fault !== undefined) side.faults.push(fault)
    }
  return sides
}

const perMessage = ({ costs }: Side) =>
  `${(median(costs.map(({ cpuSeconds }) => cpuSeconds / count)) * 1e6).toFixed(2)} us, ` +
  `${Math.round(count / median(costs.map(({ seconds }) => seconds)) / 1000)} k/s, ` +
  `${Math.round(Math.max(...costs.map(({ peakBytes }) => peakBytes)) / 1e6)} MB`

try {
  const version = execFileSync(options.node, ['--version'], { encoding: 'utf8' }).trim()
  const cells: string[][] = []
  for (const row of rabbitmqRows) {
    if (names.length > 0 && !names.some((name) => row.name.includes(name))) continue
    process.stderr.write(`${row.name} ...\n`)
    const sides = await measureSides(row)
    for (const side of sides) {
      console.log(`${side.command.slice(0, 60)} ...: ${perMessage(side)}`)
      for (const fault of new Set(side.faults)) console.log(`  ${fault}`)
    }
    const [ours, peer] = sides
    if (options.peers || ours === undefined) continue
    const asRow = {
      ...row,
      broker: { kind: 'none' },
      of: 'cpu',
      count,
      ours: () => [],
      peer: () => []
    } as const
    cells.push(summaryCells(summarize({ row: asRow, ours, peer }, version)))
  }
  const head = ['work', 'tidings', 'peer', 'ratio', 'spread', 'goal', 'reached']
  if (cells.length > 0) console.log(`\n${formatTable(head, cells)}`)
} finally {
  await broker.stop()
}
