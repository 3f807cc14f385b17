// npx tsx test/bench/latency.ts [--rounds N] [--node PATH] [--program PATH] [--against PATH]
// How late `subscribe --raw` writes messages that come one at a time, and what each costs it; --against another bin/run.js, by turns.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { compileProgram, measure } from './fake-broker.js'
import { formatTable, median } from './table.js'

/** Microseconds between messages. 70 is faster than a subscriber handles them one at a time. */
const GAPS = [1000, 300, 200, 100, 70]
const SECONDS = 2

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    node: { type: 'string', default: process.execPath },
    program: { type: 'string', default: join(import.meta.dirname, '..', '..', 'bin', 'run.js') },
    against: { type: 'string' }
  }
})

const folder = mkdtempSync(join(tmpdir(), 'tidings-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const paced = compileProgram(folder, 'paced-broker')
const runner = compileProgram(folder, 'fake-broker')

/** p50, p90 and p99 of the lateness, and the processor time of a message with the little of who reads it, all in microseconds. */
async function measureOnce(program: string, gap: number): Promise<number[]> {
  const count = Math.round((SECONDS * 1e6) / gap)
  const broker = spawn(paced, ['send', String(gap), String(count)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = await once(createInterface({ input: broker.stdout }), 'line')
  const subscribe = ['subscribe', 'bench/0', '--raw', '--qos', '0', '--count', String(count), '--quiet']
  const words = [options.node, program, ...subscribe, '--protocol', '3.1.1', '--broker', `127.0.0.1:${port}`]
  const output = join(folder, 'lateness')
  const stdout = openSync(output, 'w')
  const cost = await measure(runner, ['sh', '-c', `"$@" | "$0" late ${count}`, paced, ...words], { stdout })
  closeSync(stdout)
  broker.kill('SIGKILL')
  if (cost.exitCode !== 0) throw new Error(`${words.join(' ')}: ${cost.stderr}`)
  return [...readFileSync(output, 'utf8').split(' ').map(Number), (cost.cpuSeconds / count) * 1e6]
}

const programs = [options.program, ...(options.against ? [options.against] : [])]
const rows: string[][] = []
for (const gap of GAPS) {
  const runs = programs.map((): number[][] => [])
  for (let round = 0; round < Number(options.rounds); round++)
    for (const [index, program] of programs.entries()) runs[index]?.push(await measureOnce(program, gap))
  for (const [index, of] of runs.entries()) {
    const figures = [0, 1, 2, 3].map((column) => median(of.map((run) => run[column] ?? Number.NaN)))
    rows.push([String(gap), programs[index] ?? '', ...figures.map((figure) => figure.toFixed(0))])
  }
}
console.log(formatTable(['a message each µs', 'program', 'p50', 'p90', 'p99', 'CPU of a message'], rows))
