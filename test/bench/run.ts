// npm run bench -- [--quick] [--rounds N] [--json FILE] [--node PATH] [--program PATH] [--growth] [--brokers] [--browser] [--watch] [--rabbitmq [--count N]] [--kafka [--count N] [--growth]] [NAME...]
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatBrokers, measureBrokers } from './brokers.js'
import { formatBrowser, measureBrowser } from './browser.js'
import { compileFakeBroker } from './fake-broker.js'
import { measureGrowth } from './growth.js'
import { measureKafka } from './kafka.js'
import { measureKafkaGrowth } from './kafka-growth.js'
import { measureRow } from './measure-row.js'
import { measureRabbitmq } from './rabbitmq.js'
import { rows } from './rows.js'
import { formatTable, type Summary, summarize, summaryCells } from './table.js'
import { formatWatch, measureWatch } from './watch.js'

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    json: { type: 'string' },
    node: { type: 'string', default: process.execPath },
    program: { type: 'string' },
    growth: { type: 'boolean', default: false },
    brokers: { type: 'boolean', default: false },
    browser: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
    rabbitmq: { type: 'boolean', default: false },
    kafka: { type: 'boolean', default: false },
    count: { type: 'string' }
  }
})

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'tidings-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const { node } = options
const nodeVersion = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
const tidings = options.program ? [options.program] : [node, join(root, 'bin', 'run.js')]
const program = compileFakeBroker(folder)
const wanted = rows.filter(({ name }) => names.length === 0 || names.some((part) => name.includes(part)))
const machine = describeMachine()
console.log(
  Object.entries(machine)
    .map(([what, is]) => `${what}: ${is}`)
    .join('\n')
)

if (options.kafka && options.growth) {
  const count = options.count === undefined ? undefined : Number(options.count)
  const growth = await measureKafkaGrowth({ program, folder, tidings, quick: options.quick, count, names })
  console.log(`\n${growth.table}`)
  keep({ machine, growth: growth.points })
} else if (options.growth) {
  const growth = await measureGrowth({ program, folder, tidings, quick: options.quick, names })
  console.log(`\n${growth.table}`)
  keep({ machine, growth: growth.points })
} else if (options.brokers) {
  const count = options.quick ? 50_000 : 200_000
  const { payloads } = writeInputs(count, count)
  const rounds = Number(options.rounds ?? (options.quick ? 3 : 7))
  const brokers = await measureBrokers({ tidings, folder, payloads, count, rounds })
  console.log(`\n${formatBrokers(brokers)}`)
  keep({ machine, brokers })
} else if (options.browser) {
  const files = { program, folder, payload: '' }
  const browser = await measureBrowser({ tidings, files, quick: options.quick })
  console.log(`\n${formatBrowser(browser)}`)
  keep({ machine, browser })
} else if (options.watch) {
  const files = { program, folder, payload: '' }
  const watch = await measureWatch({ tidings, files, quick: options.quick })
  console.log(`\n${formatWatch(watch)}`)
  keep({ machine, watch })
} else if (options.rabbitmq) {
  const count = Number(options.count ?? (options.quick ? 200_000 : 1_000_000))
  const rounds = Number(options.rounds ?? 3)
  const results = await measureRabbitmq({ node, tidings, folder, program, count, rounds, names })
  report(results.map((result) => summarize(result, nodeVersion)))
} else if (options.kafka) {
  const count = Number(options.count ?? (options.quick ? 200_000 : 1_000_000))
  const rounds = Number(options.rounds ?? 3)
  const results = await measureKafka({ node, tidings, folder, program, count, rounds, names })
  report(results.map((result) => summarize(result, nodeVersion)))
} else {
  const summaries: Summary[] = []
  for (const row of wanted) {
    const count = options.quick ? Math.min(row.count, 200_000) : row.count
    const rounds = Number(options.rounds ?? (options.quick ? 3 : row.of === 'start' ? 21 : 5))
    process.stderr.write(`${row.name} ...\n`)
    summaries.push(
      summarize(
        await measureRow(row, { count, node, tidings }, rounds, {
          program,
          folder,
          ...writeInputs(count, Math.min(count, row.peerCount ?? count))
        }),
        nodeVersion
      )
    )
  }
  report(summaries)
  const missing = summaries.filter(({ ratio }) => ratio === undefined)
  if (missing.length > 0)
    console.log(`${missing.length} rows have no ratio: install mosquitto and mosquitto-clients to get them.`)
}

function report(summaries: readonly Summary[]): void {
  const head = ['work', 'tidings', 'peer', 'ratio', 'spread', 'goal', 'reached']
  console.log(`\n${formatTable(head, summaries.map(summaryCells))}`)
  for (const { name, faults } of summaries) for (const fault of faults) console.log(`${name}: ${fault}`)
  keep({ machine, rows: summaries })
}

function writeInputs(count: number, peerCount: number) {
  const payload = join(folder, 'payload')
  const payloads = join(folder, 'payloads')
  const peerPayloads = join(folder, 'peer-payloads')
  const halfPayloads = join(folder, 'half-payloads')
  const envelopes = join(folder, 'envelopes')
  // 118 bytes, the size of the measurements that the goals come from.
  const line =
    '{"sensor":"fridge-7","percent":4,"takenAt":"2026-11-23T19:05:01.123Z","note":"almost empty: milk, eggs, butter ....."}'
  writeFileSync(payload, line)
  writeFileSync(payloads, `${line}\n`.repeat(count))
  writeFileSync(peerPayloads, `${line}\n`.repeat(peerCount))
  writeFileSync(halfPayloads, `${line}\n`.repeat(count / 2))
  writeFileSync(
    envelopes,
    `{"channel":"bench/0","payload":${line},"encoding":"json","mqtt":{"qos":1,"retain":false}}\n`.repeat(
      count
    )
  )
  return { payload, payloads, peerPayloads, halfPayloads, envelopes }
}

function describeMachine(): Record<string, string> {
  const processors = cpus()
  const mosquitto = spawnSync('mosquitto_pub', ['--version'], { encoding: 'utf8' })
  return {
    machine: `${processors.length} x ${processors[0]?.model ?? 'unknown processor'}`,
    system: execFileSync('uname', ['-sr'], { encoding: 'utf8' }).trim(),
    node: nodeVersion,
    tidings: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
    'mosquitto clients': mosquitto.stdout?.match(/version (\S+)/)?.[1] ?? 'not installed'
  }
}

function keep(results: object): void {
  if (options.json) writeFileSync(options.json, `${JSON.stringify(results, undefined, 2)}\n`)
}
