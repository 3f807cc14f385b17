// npx tsx test/bench/replay.ts [--seconds N] [--rounds N] [--count N] [--program PATH]
// Lateness of `tidings replay` as a broker sees it, beside a bare timer loop in the same minute, and the rate at --speed max
// beside mosquitto_pub -l and publish --json. On a machine that is busy with other things: `chrt -f 50 npx tsx ...` (root).
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
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
    count: { type: 'string', default: '60000' },
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

/** Entries at an even rate; the payload of the first bytes is its number, so that the broker knows which one came. */
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

/** A broker that notes when each PUBLISH of QoS 0 has come, in order. */
async function startWitness() {
  const arrivals: number[] = []
  const server = createServer((socket) => watch(socket, arrivals))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { arrivals, url: `mqtt://127.0.0.1:${address.port}`, stop: () => server.close() }
}

function watch(socket: Socket, arrivals: number[]): void {
  let pending: Buffer = Buffer.alloc(0)
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    const now = performance.now() * 1000
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    for (;;) {
      const end = packetEnd(pending)
      if (end === undefined || end > pending.length) return
      const type = (pending[0] ?? 0) >> 4
      if (type === 1) socket.write(Buffer.from([0x20, 3, 0, 0, 0]))
      if (type === 3) arrivals.push(now)
      if (type === 12) socket.write(Buffer.from([0xd0, 0]))
      pending = pending.subarray(end)
    }
  })
}

function packetEnd(bytes: Buffer): number | undefined {
  let length = 0
  for (let at = 1; at < 5 && at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    length += (byte & 0x7f) * 128 ** (at - 1)
    if (byte < 0x80) return at + 1 + length
  }
  return undefined
}

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

async function lateness(rate: number): Promise<string[]> {
  const path = writeRecording(`${rate}.jsonl`, rate * seconds, rate, 0)
  const witness = await startWitness()
  const command = [...tidings, 'replay', path, '--broker', witness.url]
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] })
  const said = finished(child, 'replay')
  while (witness.arrivals.length === 0) await preciseClock.sleepUntil(preciseClock.monotonic() + 10_000)
  const began = { processor: processorTime(child.pid ?? 0), time: performance.now() }
  let used = Number.NaN
  while (witness.arrivals.length < rate * seconds) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    try {
      used = (processorTime(child.pid ?? 0) - began.processor) / ((performance.now() - began.time) / 1000)
    } catch {
      break
    }
  }
  const own = /late by (.*) at p99, (.*) at worst/.exec(await said)
  witness.stop()
  const skews = witness.arrivals.map((at, n) => at - Math.round((n * 1_000_000) / rate))
  const earliest = skews.reduce((least, skew) => Math.min(least, skew), Number.POSITIVE_INFINITY)
  const late = skews.map((skew) => skew - earliest)
  const half = Math.floor(late.length / 2)
  const sorted = (part: readonly number[]) => [...part].sort((a, b) => a - b)
  const growth = quantile(sorted(late.slice(half)), 0.5) - quantile(sorted(late.slice(0, half)), 0.5)
  const all = sorted(late)
  const at = [0.5, 0.99, 1].map((share) => ms(quantile(all, share)))
  return [`replay ${rate}/s`, ...at, ms(growth), `${(used * 100).toFixed(0)} %`, `${own?.[1]}, ${own?.[2]}`]
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

async function timed(command: readonly string[], input: string | undefined): Promise<number> {
  const began = performance.now()
  const child = spawn(command[0] ?? '', command.slice(1), {
    stdio: [input ? 'pipe' : 'ignore', 'ignore', 'pipe']
  })
  if (input && child.stdin) createReadStream(input).pipe(child.stdin)
  await finished(child, command.join(' '))
  return (performance.now() - began) / 1000
}

async function rates(program: string, qos: 0 | 1): Promise<string[][]> {
  const recording = writeRecording('max.jsonl', count, 1000, qos)
  const payloads = join(folder, 'payloads')
  writeFileSync(payloads, `${PAYLOAD}\n`.repeat(count))
  const best = new Map<string, number[]>()
  for (let round = 0; round < rounds; round++) {
    for (const name of ['mosquitto_pub -l', 'publish --json', 'replay --speed max']) {
      const broker = await startFakeBroker(program, ['ack', '0'])
      const url = ['--broker', `mqtt://127.0.0.1:${broker.port}`]
      const took = name.startsWith('mosquitto')
        ? await timed(
            ['mosquitto_pub', '-p', String(broker.port), '-t', 'bench/0', '-q', String(qos), '-l'],
            payloads
          )
        : name.startsWith('publish')
          ? await timed([...tidings, 'publish', '--json', ...url], recording)
          : await timed([...tidings, 'replay', recording, '--speed', 'max', ...url], undefined)
      broker.stop()
      best.set(name, [...(best.get(name) ?? []), took])
    }
  }
  const median = (name: string) =>
    [...(best.get(name) ?? [])].sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN
  return [...best.keys()].map((name) => [
    `${name}, QoS ${qos}`,
    `${Math.round(count / median(name) / 1000)} k/s`,
    (median('mosquitto_pub -l') / median(name)).toFixed(2)
  ])
}

const rows: string[][] = []
for (const rate of [1000, 10_000]) {
  rows.push(await bareLoop())
  rows.push(await lateness(rate))
}
console.log(
  formatTable(['ms late at the broker', 'p50', 'p99', 'max', 'growth', 'processor', 'own p99, worst'], rows)
)
const program = compileFakeBroker(folder)
console.log(
  formatTable(
    ['whole process', 'rate', 'x mosquitto_pub -l'],
    [...(await rates(program, 0)), ...(await rates(program, 1))]
  )
)
