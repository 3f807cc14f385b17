// npx tsx test/bench/replay.ts [--seconds N] [--rounds N] [--count N] [--program PATH]
// Lateness of `tidings replay` as a broker's kernel sees it, beside a bare timer loop in the same minute, and the rate at --speed max
// beside mosquitto_pub -l and publish --json. On a machine that is busy with other things: `chrt -f 50 npx tsx ...` (root).
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { preciseClock } from '../../src/cli/precise-clock.js'
import { compileFakeBroker, startFakeBroker } from './fake-broker.js'
import { formatTable } from './table.js'

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    count: { type: 'string', default: '600000' },
    program: { type: 'string' }
  }
})
const seconds = Number(options.seconds)
const rounds = Number(options.rounds)
const count = Number(options.count)
const folder = mkdtempSync(join(tmpdir(), 'tidings-replay-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const tidings = options.program
  ? [options.program]
  : [process.execPath, join(import.meta.dirname, '../../bin/run.js')]

const PAYLOAD =
  '{"sensor":"fridge-7","percent":4,"takenAt":"2026-11-23T19:05:01.123Z","note":"almost empty: milk, eggs, butter ....."}'

/** Entries at an even rate. */
function writeRecording(name: string, messages: number, rate: number, qos: 0 | 1): string {
  const path = join(folder, name)
  const lines: string[] = []
  for (let n = 0; n < messages; n++) {
    const offset = Math.round((n * 1_000_000) / rate)
    lines.push(
      `{"offset":${offset},"channel":"bench/0","payload":${PAYLOAD},"encoding":"json","mqtt":{"qos":${qos},"retain":false}}\n`
    )
  }
  writeFileSync(path, lines.join(''))
  return path
}

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
const ms = (microseconds: number) => (microseconds / 1000).toFixed(2)

/** Seconds of processor time that a process has used. */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

async function finished(child: ChildProcess, what: string): Promise<string> {
  let text = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${what} ended with ${code}: ${text}`)
  return text.trim().split('\n').at(-1) ?? ''
}

async function lateness(program: string, rate: number): Promise<string[]> {
  const path = writeRecording(`${rate}.jsonl`, rate * seconds, rate, 0)
  const notes = join(folder, `${rate}.times`)
  const witness = await startFakeBroker(program, ['watch', notes])
  const command = [...tidings, 'replay', path, '--broker', `mqtt://127.0.0.1:${witness.port}`]
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] })
  const share = processorShare(child)
  const own = /late by (.*) at p99, (.*) at worst/.exec(await finished(child, 'replay'))
  await witness.nextCount()
  witness.stop()
  const arrivals = new Float64Array(Uint8Array.from(readFileSync(notes)).buffer)
  const skews = Array.from(arrivals, (at, n) => at - Math.round((n * 1_000_000) / rate))
  const earliest = skews.reduce((least, skew) => Math.min(least, skew), Number.POSITIVE_INFINITY)
  const late = skews.map((skew) => skew - earliest)
  const half = Math.floor(late.length / 2)
  const sorted = (part: readonly number[]) => [...part].sort((a, b) => a - b)
  const growth = quantile(sorted(late.slice(half)), 0.5) - quantile(sorted(late.slice(0, half)), 0.5)
  const all = sorted(late)
  const at = [0.5, 0.99, 1].map((part) => ms(quantile(all, part)))
  return [
    `replay ${rate}/s`,
    ...at,
    ms(growth),
    `${((await share) * 100).toFixed(0)} %`,
    `${own?.[1]}, ${own?.[2]}`
  ]
}

/** How much of a processor a process uses once it has started, and until it ends. */
async function processorShare({ pid = 0 }: ChildProcess): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const began = { used: processorTime(pid), time: performance.now() }
  for (let share = Number.NaN; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    try {
      share = (processorTime(pid) - began.used) / ((performance.now() - began.time) / 1000)
    } catch {
      return share
    }
  }
}

/** The same waiting without any replay: what this machine, as busy as it is, lets anyone reach. */
async function bareLoop(): Promise<string[]> {
  const late: number[] = []
  const start = preciseClock.monotonic()
  const before = process.cpuUsage()
  for (let n = 1; n <= 1000 * Math.min(seconds, 5); n++) {
    const due = start + n * 1000
    await preciseClock.sleepUntil(due)
    late.push(preciseClock.monotonic() - due)
  }
  const { user, system } = process.cpuUsage(before)
  late.sort((a, b) => a - b)
  const share = (user + system) / (preciseClock.monotonic() - start)
  return [
    'bare loop 1000/s',
    ...[0.5, 0.99, 1].map((part) => ms(quantile(late, part))),
    '',
    `${(share * 100).toFixed(0)} %`,
    ''
  ]
}

async function timed(command: readonly string[], input: string): Promise<number> {
  const stdin = openSync(input, 'r')
  const began = performance.now()
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: [stdin, 'ignore', 'pipe'] })
  await finished(child, command.join(' '))
  closeSync(stdin)
  return (performance.now() - began) / 1000
}

/** mosquitto_pub loses what exceeds 65,535 messages of QoS 1 in its queue, and says nothing. */
const mosquittoLimit = 60_000

async function rates(program: string, qos: 0 | 1): Promise<string[][]> {
  const recording = writeRecording('max.jsonl', count, 1000, qos)
  const payloads = join(folder, 'payloads')
  const peerCount = qos === 0 ? count : Math.min(count, mosquittoLimit)
  writeFileSync(payloads, `${PAYLOAD}\n`.repeat(peerCount))
  const contestants = [
    {
      name: 'mosquitto_pub -l',
      messages: peerCount,
      input: payloads,
      command: (port: number) => [
        ...['mosquitto_pub', '-p', String(port), '-t', 'bench/0', '-q', String(qos), '-l']
      ]
    },
    {
      name: 'publish --json',
      messages: count,
      input: recording,
      command: (port: number) => [...tidings, 'publish', '--json', '--broker', `mqtt://127.0.0.1:${port}`]
    },
    {
      name: 'replay --speed max',
      messages: count,
      input: '/dev/null',
      command: (port: number) => [
        ...[...tidings, 'replay', recording, '--speed', 'max', '--broker', `mqtt://127.0.0.1:${port}`]
      ]
    }
  ].map((each) => ({ ...each, rates: [] as number[] }))
  for (let round = 0; round < rounds; round++) {
    for (const { messages, input, command, rates } of contestants) {
      const broker = await startFakeBroker(program, ['ack', '0'])
      rates.push(messages / (await timed(command(broker.port), input)))
      broker.stop()
    }
  }
  const median = (all: readonly number[]) =>
    quantile(
      [...all].sort((a, b) => a - b),
      0.5
    )
  const base = median(contestants[0]?.rates ?? [])
  const json = median(contestants[1]?.rates ?? [])
  return contestants.map(({ name, messages, rates }) => [
    `${name}, QoS ${qos}`,
    String(messages),
    `${Math.round(median(rates) / 1000)} k/s`,
    (median(rates) / base).toFixed(2),
    (median(rates) / json).toFixed(2)
  ])
}

const program = compileFakeBroker(folder)
const rows: string[][] = []
for (const rate of [1000, 10_000]) {
  rows.push(await bareLoop())
  rows.push(await lateness(program, rate))
}
console.log(
  formatTable(['ms late at the broker', 'p50', 'p99', 'max', 'growth', 'processor', 'own p99, worst'], rows)
)
console.log(
  formatTable(
    ['whole process', 'messages', 'rate', 'x mosquitto_pub -l', 'x publish --json'],
    [...(await rates(program, 0)), ...(await rates(program, 1))]
  )
)
