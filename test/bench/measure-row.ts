import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type BenchBroker, type BrokerFiles, startBroker } from './broker-for-row.js'
import { type Cost, measure } from './fake-broker.js'
import type { Place, Row } from './rows.js'

export interface BenchFiles extends BrokerFiles {
  readonly payloads: string
  /** As many payloads as the peer can take in one run. */
  readonly peerPayloads: string
  readonly halfPayloads: string
  readonly envelopes: string
}

/** One side of a row, in all rounds. */
export interface Side {
  readonly command: string
  /** Messages in one run. */
  readonly count: number
  readonly costs: readonly Cost[]
  /** What went wrong, in words; empty when every message arrived and the exit code was the expected one. */
  readonly faults: readonly string[]
}

export interface RowResult {
  /** Without a goal the ratio is told, but no promise. */
  readonly row: Pick<Row, 'name' | 'of'> & { readonly goal: Row['goal'] | undefined }
  readonly ours: Side
  /** Undefined when the peer is not installed. */
  readonly peer: Side | undefined
}

/** Runs both sides of a row by turns, so that whatever else the machine does meets both. */
export async function measureRow(
  row: Row,
  place: Omit<Place, 'port'>,
  rounds: number,
  files: BenchFiles
): Promise<RowResult> {
  const broker = await startBroker(row.broker, place.count, files)
  const here = { ...place, port: broker.port }
  const ours = side(row.ours(here), place.count, row.input && files[row.input], row.exitCode)
  const there = { ...here, count: Math.min(place.count, row.peerCount ?? place.count) }
  const peerInput = row.peerCount === undefined ? files.payloads : files.peerPayloads
  const peer = isInstalled(row.needs ?? row.peer(there)[0] ?? '')
    ? side(row.peer(there), there.count, row.input && peerInput)
    : undefined
  try {
    if (row.of === 'start' && !row.fresh) await runOnce(row, ours, here, broker, files)
    for (let round = 0; round < rounds; round++) {
      for (const each of peer ? [ours, peer] : [ours]) {
        const { cost, fault } = await runOnce(row, each, each === ours ? here : there, broker, files)
        each.costs.push(cost)
        if (fault) each.faults.push(fault)
      }
    }
  } finally {
    broker.stop()
  }
  return { row, ours, peer }
}

function side(words: readonly string[], count: number, input = '/dev/null', exitCode = 0) {
  return {
    words,
    count,
    input,
    exitCode,
    command: words.join(' '),
    costs: [] as Cost[],
    faults: [] as string[]
  }
}

function isInstalled(program: string): boolean {
  return program.startsWith('/') || spawnSync('sh', ['-c', 'command -v "$0"', program]).status === 0
}

async function runOnce(
  row: Row,
  { words, input, exitCode }: ReturnType<typeof side>,
  place: Place,
  broker: BenchBroker,
  files: BenchFiles
) {
  const output = join(files.folder, 'output')
  const stdin = openSync(input, 'r')
  const stdout = openSync(output, 'w')
  const home = row.fresh ? mkdtempSync(join(files.folder, 'home-')) : undefined
  // With this, Node 20 reads certificates at each start, twice the time of all else: every ratio would look better than it is.
  const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env
  const env = home
    ? {
        ...rest,
        HOME: home,
        XDG_CACHE_HOME: home,
        XDG_RUNTIME_DIR: home,
        XDG_STATE_HOME: home,
        XDG_DATA_HOME: home
      }
    : rest
  const published = row.published ? broker.nextSubscription().then(() => publish(place, files)) : undefined
  const cost = await measure(files.program, behindReader(row, words, files.program), { stdin, stdout, env })
  await published
  closeSync(stdin)
  closeSync(stdout)
  if (home) {
    spawnSync(place.tidings[0] ?? '', [...place.tidings.slice(1), 'broker', 'stop'], { env })
    rmSync(home, { recursive: true, force: true })
  }
  const reached = place.count === 0 ? undefined : await broker.nextCount()
  const lines = row.broker.kind === 'feed' || row.published ? await countLines(output) : undefined
  return { cost, fault: faultOf(cost, exitCode, place.count, reached, lines) }
}

/** The peak of a pipeline is that of its largest process, so that the reader does not count. */
export function behindReader(
  { readerPause }: Pick<Row, 'readerPause'>,
  words: readonly string[],
  program: string
): readonly string[] {
  if (readerPause === undefined) return words
  return ['sh', '-c', `"$@" | "$0" read ${readerPause}`, program, ...words]
}

function faultOf(
  cost: Cost,
  wanted: number,
  count: number,
  reached?: number,
  lines?: number
): string | undefined {
  if (cost.exitCode !== wanted)
    return `exit code ${cost.exitCode}: ${cost.stderr.trim().split('\n')[0] ?? ''}`
  // Lines, as a message may take more than one of the view for people.
  if (lines !== undefined) return lines < count ? `${lines} lines of ${count} were written` : undefined
  return count > 0 && reached !== undefined && reached !== count
    ? `${reached} messages of ${count} arrived`
    : undefined
}

/** In halves, each less than `mosquitto_pub` can do in one run. Not `spawnSync`: the broker's log must be read meanwhile, or it stops. */
async function publish({ port }: Place, { halfPayloads }: BenchFiles): Promise<void> {
  const words = ['-h', '127.0.0.1', '-p', String(port), '-t', 'bench/0', '-l', '-q', '1']
  for (let half = 0; half < 2; half++) {
    const stdin = openSync(halfPayloads, 'r')
    await once(spawn('mosquitto_pub', words, { stdio: [stdin, 'ignore', 'inherit'] }), 'exit')
    closeSync(stdin)
  }
}

export async function countLines(path: string): Promise<number> {
  let lines = 0
  for await (const chunk of createReadStream(path)) {
    const bytes = chunk as Buffer
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++
  }
  return lines
}
