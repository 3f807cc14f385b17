import { spawn } from 'node:child_process'
import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatCount } from '../../src/ui/channel-browser/figures.js'
import { type BrokerFiles, startBroker } from './broker-for-row.js'
import { BrowserTerminal } from './browser-terminal.js'
import { compileProgram } from './fake-broker.js'
import { formatTable, median } from './table.js'

const MESSAGES_PER_SECOND = 20_000
const CHANNELS = [1000, 100_000]
/** What a user should meet: milliseconds, megabytes, the share of one processor. */
const GOALS = { keyMilliseconds: 50, megabytes: 400, cpuShare: 0.6 }
const KEYS = 60
const SECONDS = 10

export interface BrowserOptions {
  readonly tidings: readonly string[]
  readonly files: BrokerFiles
  readonly quick: boolean
}

/** What the browser did with so many channels while messages came. */
export interface BrowserResult {
  readonly channels: number
  /** How many channels the browser says it has, at the end. */
  readonly shown: string
  /** Milliseconds from a key to the screen that shows it, with few lines open, and with every line open. */
  readonly keys: readonly number[]
  readonly keysAllOpen: readonly number[]
  readonly megabytes: { readonly now: number; readonly peak: number }
  readonly cpuShare: number
  /** The machine's load over a minute, at the end. */
  readonly load: number
}

/**
 * Measures the channel browser in a pseudo-terminal, with mosquitto and the publisher on the same processors: what it takes while
 * nobody types, and how long each of many keys takes.
 */
export async function measureBrowser(options: BrowserOptions): Promise<BrowserResult[]> {
  const publisher = compileProgram(options.files.folder, 'paced-publisher')
  const results: BrowserResult[] = []
  for (const channels of CHANNELS) {
    process.stderr.write(`browser, ${channels} channels ...\n`)
    results.push(await measureOnce(channels, publisher, options))
  }
  return results
}

async function measureOnce(
  channels: number,
  publisher: string,
  { tidings, files, quick }: BrowserOptions
): Promise<BrowserResult> {
  const broker = await startBroker({ kind: 'mosquitto' }, 0, files)
  const env = { ...process.env, HOME: files.folder, TIDINGS_HOME: files.folder }
  const words = [...tidings, 'channels', 'plant/#', '--broker', `mqtt://127.0.0.1:${broker.port}`]
  const browser = new BrowserTerminal(words, env)
  await browser.until(() => browser.lines[0]?.includes('live') === true, 20)
  const args = [broker.port, channels, MESSAGES_PER_SECOND].map(String)
  const publishing = spawn(publisher, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    await browser.until(() => browser.selectedRow > 0, 20)
    // Each channel has come twice by then, and what runs often is compiled.
    await sleep((2 * channels * 1000) / MESSAGES_PER_SECOND + 5000)
    const before = browser.cpuSeconds
    const seconds = quick ? SECONDS / 2 : SECONDS
    await sleep(seconds * 1000)
    const cpuShare = (browser.cpuSeconds - before) / seconds
    const count = quick ? KEYS / 4 : KEYS
    browser.press('\x1b[C')
    await sleep(1000)
    const keys = await timeKeys(browser, count)
    browser.press('\x1b[H*')
    await sleep(2000)
    const keysAllOpen = await timeKeys(browser, count)
    const shown = /(\S+) channels/.exec(browser.lines[0] ?? '')?.[1] ?? 'no'
    return {
      channels,
      shown,
      keys,
      keysAllOpen,
      megabytes: browser.megabytes,
      cpuShare,
      load: loadavg()[0] ?? 0
    }
  } finally {
    browser.end()
    publishing.kill('SIGKILL')
    broker.stop()
  }
}

/** Moves the selection down and up again, with pauses as of a user, and never two keys at once. */
async function timeKeys(browser: BrowserTerminal, count: number): Promise<number[]> {
  const times: number[] = []
  for (let key = 0; key < count; key++) {
    // Pauses of different lengths meet every part of a frame.
    await sleep(40 + ((key * 37) % 100))
    const before = browser.selectedRow
    const began = performance.now()
    browser.press(key % 2 === 0 ? '\x1b[B' : '\x1b[A')
    await browser.until(() => browser.selectedRow !== before, 20)
    times.push(performance.now() - began)
  }
  return times
}

/** A table of the figures beside the goals. */
export function formatBrowser(results: readonly BrowserResult[]): string {
  const rows = results.flatMap(({ channels, shown, keys, keysAllOpen, megabytes, cpuShare, load }) => {
    const of = `${channels} channels`
    const line = (what: string, figure: string, goal: string, isMet: boolean) => [
      ...[`${of}, ${what}`, figure, goal],
      isMet ? 'yes' : 'no',
      load.toFixed(1)
    ]
    const key = (what: string, times: readonly number[]) =>
      line(
        what,
        `${median(times).toFixed(0)} ms, p95 ${percentile(times, 0.95).toFixed(0)} ms`,
        `<= ${GOALS.keyMilliseconds} ms`,
        median(times) <= GOALS.keyMilliseconds
      )
    const hasAll = shown === formatCount(channels)
    return [
      key('a key', keys),
      key('a key, all lines open', keysAllOpen),
      line(
        'CPU',
        `${(cpuShare * 100).toFixed(0)} % of one processor`,
        `<= ${GOALS.cpuShare * 100} %`,
        cpuShare <= GOALS.cpuShare
      ),
      line(
        'memory',
        `${megabytes.now.toFixed(0)} MB, peak ${megabytes.peak.toFixed(0)} MB, ${shown} channels shown`,
        `<= ${GOALS.megabytes} MB`,
        megabytes.peak <= GOALS.megabytes && hasAll
      )
    ]
  })
  const head = [`browser, ${MESSAGES_PER_SECOND} messages/s`, 'tidings', 'goal', 'reached', 'load']
  return formatTable(head, rows)
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}
