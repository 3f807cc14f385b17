// npx tsx test/bench/catalogue.ts [--rounds N] [--count N] [--program PATH]
// Whether `channels` keeps up with 100,000 messages a second over 10,000 channels, beside `subscribe --json` of the same stream.
// The broker sends as fast as it is read. Who takes more than that in every round, start-up included, leaves no backlog.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compileFakeBroker } from './fake-broker.js'
import { measureRow } from './measure-row.js'
import type { Place, Row } from './rows.js'
import { formatTable, summarize, summaryCells } from './table.js'

const CHANNELS = 10_000
const PROMISED_PER_SECOND = 100_000

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    count: { type: 'string', default: '1000000' },
    program: { type: 'string' }
  }
})

const words = (command: string, { tidings, count, port }: Place) => [
  ...tidings,
  ...[command, '#', '--quiet', '--count', String(count), '--protocol', '3.1.1'],
  ...['--broker', `mqtt://127.0.0.1:${port}`]
]

const row: Row = {
  name: `channels beside subscribe --json, ${CHANNELS} channels`,
  broker: { kind: 'feed', qos: 0, channels: CHANNELS },
  count: Number(options.count),
  of: 'rate',
  // The ratio is told, but no promise.
  goal: 0,
  ours: (place) => [...words('channels', place), '--for', '10m'],
  peer: (place) => [...words('subscribe', place), '--json']
}

const folder = mkdtempSync(join(tmpdir(), 'tidings-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const payload = join(folder, 'payload')
writeFileSync(
  payload,
  '{"device":"dev-0001","seq":1234567,"temperature":21.5,"humidity":40,"status":"ok","at":"2026-11-23T19:00:00Z"}'
)

const root = join(import.meta.dirname, '..', '..')
const node = process.execPath
const tidings = options.program ? [options.program] : [node, join(root, 'bin', 'run.js')]
const inputs = { payloads: payload, peerPayloads: payload, halfPayloads: payload, envelopes: payload }
const files = { program: compileFakeBroker(folder), folder, payload, ...inputs }
const result = await measureRow(row, { count: row.count, node, tidings }, Number(options.rounds), files)
// The catalogue is two lines, and not one for each message, which the harness would take for a loss.
const faults = result.ours.faults.filter((fault) => !fault.includes('lines of'))
const summary = summarize({ ...result, ours: { ...result.ours, faults } }, process.version)
const [name = '', ours = '', peer = '', ratio = '', spread = ''] = summaryCells(summary)
const slowest = Math.min(...result.ours.costs.map(({ seconds }) => row.count / seconds))
const keptUp = faults.length === 0 && slowest >= PROMISED_PER_SECOND
console.log(
  formatTable(
    ['work', 'channels', 'subscribe', 'ratio', 'spread', 'slowest round', 'kept up'],
    [[name, ours, peer, ratio, spread, `${Math.round(slowest)} messages/s`, keptUp ? 'yes' : 'no']]
  )
)
for (const fault of summary.faults) console.log(fault)
if (!keptUp) process.exitCode = 1
