import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { listenLocally } from './listen-locally.js'

/** The folders of programs. Debian puts servers into folders that only root's PATH has. */
const FOLDERS = [
  ...(process.env.PATH ?? '').split(delimiter),
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/lib/rabbitmq/bin'
]

const findProgram = (name: string): string | undefined =>
  FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path))

/** The installed programs of a broker. */
export interface BrokerPrograms {
  /** Whether tests with this broker are skipped. Then a line on stderr says so. */
  readonly areLeftOut: boolean
  /** The paths of the programs, in the order of the names. Throws if one is not installed. */
  paths(): string[]
}

/**
 * Searches the programs of a broker, which are in a Debian package. Tests with a broker that is not installed are skipped. With
 * TIDINGS_REQUIRE_BROKERS=1, as in CI, they are not skipped but fail.
 */
export function findBroker(debianPackage: string, ...names: string[]): BrokerPrograms {
  const found = names.map(findProgram)
  const missing = names.filter((_, index) => found[index] === undefined)
  const why = `"${missing.join('", "')}" is not installed: apt-get install ${debianPackage}`
  const areLeftOut = missing.length > 0 && process.env.TIDINGS_REQUIRE_BROKERS !== '1'
  if (areLeftOut) process.stderr.write(`Skipped: tests on ${debianPackage}: ${why}\n`)
  return {
    areLeftOut,
    paths() {
      if (missing.length > 0) throw new Error(why)
      return found.filter((path) => path !== undefined)
    }
  }
}

/** A broker as a process of its own. */
export interface BrokerProcess {
  readonly pid: number
  /** Resolves once the broker's log contains the text, or at once if it does already. Rejects with the log if the broker ends before. */
  logged(text: string): Promise<void>
  /** Asks the process to end, and kills it if it does not end in time. */
  stop(): Promise<void>
  /** Kills the process, which has the effect of a power cut. */
  kill(): Promise<void>
}

export interface BrokerCommand {
  readonly program: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** How long a broker may take to say that it is ready, and to end, in milliseconds. */
const START_LIMIT = 50_000
const STOP_LIMIT = 10_000

/** Starts a broker and waits until its log (stdout or stderr) contains `ready`. The broker does not outlive this process. */
export async function startBrokerProcess(command: BrokerCommand, ready: string): Promise<BrokerProcess> {
  const { program, args = [], env = {} } = command
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const killNow = () => child.kill('SIGKILL')
  process.once('exit', killNow)
  const exited = once(child, 'close').finally(() => process.off('exit', killNow))
  let log = ''
  let hasEnded = false
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const look of waiting) look()
  }
  const onText = (chunk: Buffer) => {
    log += chunk
    wake()
  }
  child.stdout.on('data', onText)
  child.stderr.on('data', onText)
  const onEnd = () => {
    hasEnded = true
    wake()
  }
  exited.then(onEnd, onEnd)

  const logged = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (log.includes(text)) resolve()
        else if (hasEnded) reject(new Error(`${program} ended and did not say "${text}": ${log}`))
        else return
        waiting.delete(look)
      }
      waiting.add(look)
      look()
    })

  const end = async (signal: NodeJS.Signals) => {
    if (hasEnded) return
    child.kill(signal)
    const deadline = setTimeout(killNow, STOP_LIMIT)
    await exited
    clearTimeout(deadline)
  }

  const deadline = setTimeout(killNow, START_LIMIT)
  await logged(ready).finally(() => clearTimeout(deadline))
  const { pid } = child
  if (pid === undefined) throw new Error(`${program} did not start`)
  return { pid, logged, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}

/** Asks the system for several free ports at once, so that all are different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(servers.map(listenLocally))
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}
