import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from './broker-for-row.js'
import { formatTable, median } from './table.js'

/**
 * One way of using a broker: the guarantee, and whether the subscriber's session is on the disk. Over MQTT 5 mosquitto takes only 20 messages
 * at once.
 */
const USES = [
  { name: 'QoS 0', qos: '0', isStored: false, protocol: '5', goal: 0.7 },
  { name: 'QoS 1, in memory', qos: '1', isStored: false, protocol: '5', goal: 0.6 },
  { name: 'QoS 1, on disk', qos: '1', isStored: true, protocol: '5', goal: 1 },
  { name: 'QoS 1, in memory, MQTT 3.1.1', qos: '1', isStored: false, protocol: '3.1.1', goal: 0.6 },
  { name: 'QoS 1, on disk, MQTT 3.1.1', qos: '1', isStored: true, protocol: '3.1.1', goal: 1 }
] as const
type Use = (typeof USES)[number]

export interface BrokersOptions {
  /** How tidings is started. */
  readonly tidings: readonly string[]
  readonly folder: string
  /** A file of payloads, one per line, and how many it holds. */
  readonly payloads: string
  readonly count: number
  readonly rounds: number
}

/** What one use took: seconds in each round, with either broker. */
export interface BrokersResult {
  readonly use: string
  readonly ours: readonly number[]
  readonly mosquitto: readonly number[]
  /** The machine's load, over a minute, before each round. */
  readonly loads: readonly number[]
}

interface Program {
  readonly process: ChildProcess
  readonly port: string
}

/**
 * Measures the embedded broker beside mosquitto, by turns: the time from the start of `publish --lines` to the end of
 * `subscribe --raw`, which has all messages then. The clients are ours on both sides.
 */
export async function measureBrokers(options: BrokersOptions): Promise<BrokersResult[]> {
  const results: BrokersResult[] = []
  for (const use of USES) {
    const ours: number[] = []
    const mosquitto: number[] = []
    const loads: number[] = []
    for (let round = 0; round < options.rounds; round++) {
      loads.push(loadavg()[0] ?? 0)
      ours.push(await measureOnce(use, startOurs, options))
      mosquitto.push(await measureOnce(use, startMosquitto, options))
    }
    results.push({ use: use.name, ours, mosquitto, loads })
  }
  return results
}

/** A table of medians. */
export function formatBrokers(results: readonly BrokersResult[]): string {
  const head = ['work', 'tidings', 'mosquitto', 'ratio', 'goal', 'load']
  const rows = results.map(({ use, ours, mosquitto, loads }) => [
    use,
    `${median(ours).toFixed(2)} s`,
    `${median(mosquitto).toFixed(2)} s`,
    (median(ours) / median(mosquitto)).toFixed(2),
    String(USES.find(({ name }) => name === use)?.goal),
    median(loads).toFixed(1)
  ])
  return formatTable(head, rows)
}

type Start = (use: Use, home: string, options: BrokersOptions) => Promise<Program>

async function measureOnce(use: Use, startBroker: Start, options: BrokersOptions): Promise<number> {
  const home = mkdtempSync(join(options.folder, 'broker-'))
  const broker = await startBroker(use, home, options)
  const url = `mqtt://127.0.0.1:${broker.port}`
  const common = ['--qos', use.qos, '--protocol', use.protocol, '--broker', url]
  const subscribe = ['subscribe', 'bench', '--raw', '--count', String(options.count), ...common]
  const session = use.isStored ? ['--session', 'bench'] : []
  try {
    const subscriber = run([...options.tidings, ...subscribe, ...session], 'ignore', 'pipe')
    await seen(subscriber, 'Subscribed')
    const input = openSync(options.payloads, 'r')
    const began = performance.now()
    const publisher = run([...options.tidings, 'publish', 'bench', '--lines', '--quiet', ...common], input)
    const ended = await Promise.all([once(subscriber, 'close'), once(publisher, 'close')])
    closeSync(input)
    if (ended.some(([code]) => code !== 0))
      throw new Error(`${use.name}: a client ended with ${ended.join(', ')}`)
    return (performance.now() - began) / 1000
  } finally {
    broker.process.kill('SIGTERM')
    await once(broker.process, 'close')
    rmSync(home, { recursive: true, force: true })
  }
}

async function startOurs(use: Use, home: string, { tidings }: BrokersOptions): Promise<Program> {
  const memory = use.isStored ? [] : ['--memory']
  const env = { ...process.env, TIDINGS_HOME: home }
  const child = run([...tidings, 'broker', '--listen', '127.0.0.1:0', ...memory], 'ignore', 'pipe', env)
  const line = await seen(child, 'mqtt://127.0.0.1:')
  return { process: child, port: /127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? '' }
}

/** Its default is to write what it has to the disk every half an hour, and at its end. */
async function startMosquitto(use: Use, home: string): Promise<Program> {
  const port = String(await freePort())
  const config = join(home, 'mosquitto.conf')
  const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'max_queued_messages 0', 'user root']
  if (use.isStored) lines.push('persistence true', `persistence_location ${home}/`)
  writeFileSync(config, `${lines.join('\n')}\n`)
  const child = run(['mosquitto', '-c', config], 'ignore', 'pipe')
  await seen(child, 'running')
  return { process: child, port }
}

function run(
  [command = '', ...rest]: readonly string[],
  stdin: 'ignore' | number,
  stderr: 'ignore' | 'pipe' = 'ignore',
  env = process.env
): ChildProcess {
  return spawn(command, rest, { stdio: [stdin, 'ignore', stderr], env })
}

/** The line of the program's stderr that holds this text. */
function seen(child: ChildProcess, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stderr === null) throw new Error('nobody reads what it says')
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.includes(text)) resolve(line)
    })
    child.once('exit', (code) => reject(new Error(`"${child.spawnfile}" ended with ${code}`)))
  })
}
