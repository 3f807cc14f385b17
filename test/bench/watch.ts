import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { type BrokerFiles, startBroker } from './broker-for-row.js'
import { compileProgram } from './fake-broker.js'
import { formatTable } from './table.js'

const MESSAGES_PER_SECOND = 50_000
const CHANNELS = [1000, 100_000]
const SILENCE_SECONDS = 10
/** Milliseconds after which it is not waited any more for channels to be found silent. */
const PATIENCE = 60_000
/** Megabytes; and how many seconds after its limit a silence may be found: a tenth of the limit. */
const GOALS = { megabytes: 300, late: SILENCE_SECONDS / 10 }

export interface WatchBenchOptions {
  readonly tidings: readonly string[]
  readonly files: BrokerFiles
  readonly quick: boolean
}

/** What a watch took, and what it found. */
export interface WatchResult {
  readonly channels: number
  /** Messages per second, as the watch has counted them while the publisher ran. */
  readonly rate: number
  readonly cpuShare: number
  readonly megabytes: number
  /** Numbers that never came. */
  readonly missing: number
  /** Channels that were found to be silent once the publisher was gone, and how late the last of them was told, in seconds. */
  readonly silent: number
  readonly late: number
  readonly load: number
}

/**
 * Measures a watch of everything at once, with mosquitto and the publisher on the same processors. Then the publisher goes, and all channels
 * fall silent.
 */
export async function measureWatch(options: WatchBenchOptions): Promise<WatchResult[]> {
  const publisher = compileProgram(options.files.folder, 'paced-publisher')
  const results: WatchResult[] = []
  for (const channels of CHANNELS) {
    process.stderr.write(`watch, ${channels} channels ...\n`)
    results.push(await measureOnce(channels, publisher, options))
  }
  return results
}

async function measureOnce(
  channels: number,
  publisher: string,
  { tidings, files, quick }: WatchBenchOptions
): Promise<WatchResult> {
  const broker = await startBroker({ kind: 'mosquitto' }, 0, files)
  const [program = '', ...words] = tidings
  const rules = [
    ...['--max-silence', `${SILENCE_SECONDS}s`, '--sequence', '/count', '--by', '/sensor'],
    ...['--timestamp', '/takenAt', '--min-rate', '1/10s', '--max-rate', '1000/s', '--qos', '0']
  ]
  const place = ['--broker', `mqtt://127.0.0.1:${broker.port}`]
  const watch = spawn(program, [...words, 'watch', 'plant/#', '--json', ...rules, ...place], {
    env: { ...process.env, HOME: files.folder },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const found = readEvents(watch)
  await subscribed(watch)
  const args = [broker.port, channels, MESSAGES_PER_SECOND].map(String)
  const began = Date.now()
  const publishing = spawn(publisher, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    // Each channel has come by then, and what runs often is compiled.
    await sleep((channels * 1000) / MESSAGES_PER_SECOND + 2000)
    const before = cpuSeconds(watch)
    const seconds = quick ? 5 : 20
    await sleep(seconds * 1000)
    const cpuShare = (cpuSeconds(watch) - before) / seconds
    publishing.kill('SIGKILL')
    // A broker without a processor sends for a while what it had received before.
    for (let waited = 0; found(began).silent < channels && waited < PATIENCE; waited += 100) await sleep(100)
    const megabytes = peakMegabytes(watch)
    watch.kill('SIGINT')
    await once(watch, 'close')
    const { rate, missing, silent, late } = found(began)
    return { channels, rate, cpuShare, megabytes, missing, silent, late, load: loadavg()[0] ?? 0 }
  } finally {
    watch.kill('SIGKILL')
    publishing.kill('SIGKILL')
    broker.stop()
  }
}

async function subscribed(watch: ChildProcess): Promise<void> {
  if (watch.stderr === null) throw new Error('the watch has no stderr')
  for await (const line of createInterface({ input: watch.stderr })) if (line.startsWith('Subscribed')) return
  throw new Error('the watch ended before it had subscribed')
}

/** Counts what the watch tells, as it comes. The rate is that of the time from `began` to the last message. */
function readEvents(
  watch: ChildProcess
): (began: number) => Pick<WatchResult, 'rate' | 'missing' | 'silent' | 'late'> {
  let missing = 0
  let silent = 0
  let late = 0
  let last = 0
  let messages = 0
  if (watch.stdout === null) throw new Error('the watch has no stdout')
  createInterface({ input: watch.stdout }).on('line', (line) => {
    const event = JSON.parse(line)
    if (event.event === 'began' && event.kind === 'gap') missing += event.missing
    if (event.event === 'began' && event.kind === 'silence') {
      silent++
      last = Math.max(last, Date.parse(event.last))
      late = Math.max(late, (Date.now() - Date.parse(event.time)) / 1000)
    }
    if (event.event === 'summary') messages = event.messages
  })
  return (began) => ({ missing, silent, late, rate: (messages * 1000) / (last - began) })
}

function cpuSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

const peakMegabytes = ({ pid }: ChildProcess): number =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1000

/** A table of the figures beside the goals. */
export function formatWatch(results: readonly WatchResult[]): string {
  const rows = results.flatMap(({ channels, rate, cpuShare, megabytes, missing, silent, late, load }) => {
    const line = (what: string, figure: string, goal: string, isMet: boolean) => [
      ...[`${channels} channels, ${what}`, figure, goal],
      isMet ? 'yes' : 'no',
      load.toFixed(1)
    ]
    const enough = MESSAGES_PER_SECOND * 0.95
    return [
      line('messages a second', rate.toFixed(0), `>= ${enough}`, rate >= enough && missing === 0),
      line('of one processor', `${(cpuShare * 100).toFixed(0)} %`, '<= 100 %', cpuShare <= 1),
      line('peak', `${megabytes.toFixed(0)} MB`, `<= ${GOALS.megabytes} MB`, megabytes <= GOALS.megabytes),
      line(
        `${silent} silent, the last one found after`,
        `${(late * 1000).toFixed(0)} ms`,
        `<= ${GOALS.late * 1000} ms`,
        silent === channels && late <= GOALS.late
      )
    ]
  })
  return formatTable(['watch', 'figure', 'goal', 'reached', 'load'], rows)
}
