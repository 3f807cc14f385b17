import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { type Cost, measure } from './fake-broker.js'
import type { RowResult, Side } from './measure-row.js'
import type { Row } from './rows.js'

/** A peer, which does the same work as a command of ours. */
export interface Peer<Place> {
  readonly name: string
  /** The ratio to reach, or the megabytes of ours alone; undefined where the ratio is told, but no promise. */
  readonly goal?: Row['goal']
  /** Undefined where the peer cannot be had. */
  readonly command: (place: Place) => readonly string[] | undefined
}

/** A command of ours beside its peers, all on a real broker. */
export interface Work<Place> extends Pick<Row, 'name' | 'of' | 'readerPause'> {
  readonly ours: (place: Place) => readonly string[]
  readonly peers: readonly Peer<Place>[]
}

interface MeasuredSide extends Side {
  readonly words: readonly string[]
  readonly costs: Cost[]
  readonly faults: string[]
}

/** One run of a command, judged: what it cost, and what went wrong in words. */
export interface Judged {
  readonly cost: Cost
  readonly fault: string | undefined
}

/** Runs ours and its peers by turns, so that whatever else the machine does meets all. Each peer makes a row. */
export async function measureWork<Place extends { readonly count: number }>(
  work: Work<Place>,
  place: Place,
  rounds: number,
  runOnce: (words: readonly string[]) => Promise<Judged>
): Promise<RowResult[]> {
  const ours = sideOf(work.ours(place), place)
  const peers = work.peers.map((peer) => {
    const words = peer.command(place)
    return { ...peer, side: words && isInstalled(words[0] ?? '') ? sideOf(words, place) : undefined }
  })
  for (let round = 0; round < rounds; round++)
    for (const side of [ours, ...peers.map((peer) => peer.side)]) {
      if (side === undefined) continue
      const { cost, fault } = await runOnce(side.words)
      side.costs.push(cost)
      if (fault !== undefined) side.faults.push(fault)
    }
  return peers.map(({ name, goal, side }) => ({
    row: { name: `${work.name}; peer: ${name}`, of: work.of, goal },
    ours,
    peer: side
  }))
}

const sideOf = (words: readonly string[], { count }: { readonly count: number }): MeasuredSide => ({
  words,
  command: words.join(' '),
  count,
  costs: [],
  faults: []
})

const isInstalled = (program: string) =>
  program.startsWith('/') || spawnSync('sh', ['-c', 'command -v "$0"', program]).status === 0

/** Runs a command on files. Not `spawnSync`: this process reads the broker's log meanwhile, or the broker stops. */
export async function measureFiles(
  program: string,
  words: readonly string[],
  files: { readonly input: string; readonly output: string }
): Promise<Cost> {
  const stdin = openSync(files.input, 'r')
  const stdout = openSync(files.output, 'w')
  // With this, Node 20 reads certificates at each start, twice the time of all else: every ratio would look better than it is.
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env
  try {
    return await measure(program, words, { stdin, stdout, env })
  } finally {
    closeSync(stdin)
    closeSync(stdout)
  }
}

/** Why a run does not count, in words; undefined if its exit code is 0. */
export const failureOf = ({ exitCode, stderr }: Cost): string | undefined =>
  exitCode === 0 ? undefined : `exit code ${exitCode}: ${stderr.trim().split('\n')[0] ?? ''}`
