import { closeSync, existsSync, openSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { ConnectionNotice } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { isOlder } from '../../core/version.js'
import { accepts } from './accepts.js'
import { checkSocketFolder, type LocalPlace, localPlace, prepareLocalPlace } from './local-place.js'
import { hasOurVersion } from './running-version.js'
import { parseStartAnswer } from './start-answer.js'

/** Milliseconds that the local broker stays after its last client left. */
const IDLE = 60_000

/** Milliseconds that a running broker has to say its version. */
const PATIENCE = 2000

export interface LocalBrokerOptions {
  readonly place?: LocalPlace
  /** Milliseconds without a connection after which a broker that this call starts ends by itself. */
  readonly idle?: number
}

/**
 * Makes sure that the local broker runs: finds it, or starts it in the background and waits until it says that it accepts
 * connections. Any number of processes may do so at once. Rejects with a `TidingsError` of kind connect.
 */
export async function ensureLocalBroker(
  onNotice: (notice: ConnectionNotice) => void,
  signal?: AbortSignal,
  { place = localPlace(), idle = IDLE }: LocalBrokerOptions = {}
): Promise<{ socketPath: string }> {
  checkSocketFolder(place)
  const running = await findRunning(place)
  if (running.isToStart) await startOnce(place, idle, signal)
  for (const line of damaged.get(place.socketPath) ?? [])
    onNotice({ kind: 'warning', text: `the local broker's store is damaged: ${line}` })
  damaged.delete(place.socketPath)
  const more = running.what ?? 'for another one: --broker HOST or TIDINGS_BROKER'
  onNotice({
    kind: 'local-broker',
    isRoutine: !running.isToStart && running.what === undefined,
    text: `Using the local broker${running.isToStart ? ', just started' : ''}; ${more}`
  })
  return { socketPath: place.socketPath }
}

/** What runs at a place. */
interface Running {
  /** A broker is to be started: none runs, or an older one in the background, which the new one stops. */
  readonly isToStart: boolean
  /** What is to be told of it. */
  readonly what?: string
}

async function findRunning(place: LocalPlace): Promise<Running> {
  if (!(await accepts(place.socketPath))) return { isToStart: true }
  if (hasOurVersion(place)) return { isToStart: false }
  const { askBroker, isReplaceable } = await import('./control.js')
  const status = await askBroker(place.controlPath, 'status', PATIENCE)
  if (status === undefined) {
    // It may have ended meanwhile.
    if (!(await accepts(place.socketPath))) return { isToStart: true }
    return {
      isToStart: false,
      what: `it may be older than this program: nothing answers at ${place.controlPath}`
    }
  }
  if (isReplaceable(status)) return { isToStart: true, what: 'an older one has stopped' }
  if (!isOlder(status.version)) return { isToStart: false }
  const what = `it is older than this program: end tidings broker (process ${status.pid}), and start it again`
  return { isToStart: false, what }
}

/**
 * Begins what `ensureLocalBroker` does and waits for nothing: its process starts while this one still reads modules. What goes
 * wrong is told by `ensureLocalBroker`, which joins a start that is under way.
 */
export function wakeLocalBroker({ place = localPlace(), idle = IDLE }: LocalBrokerOptions = {}): void {
  const isThere = existsSync(place.socketPath) ? accepts(place.socketPath) : Promise.resolve(false)
  isThere.then((running) => (running ? undefined : startOnce(place, idle))).catch(() => undefined)
}

const starts = new Map<string, Promise<void>>()
/** What brokers that were started here have told of their stores, and nobody has been told yet. */
const damaged = new Map<string, readonly string[]>()

async function startOnce(place: LocalPlace, idle: number, signal?: AbortSignal): Promise<void> {
  const underWay = starts.get(place.socketPath)
  if (underWay !== undefined) return underWay
  const start = startInBackground(place, idle, signal)
  starts.set(place.socketPath, start)
  try {
    await start
  } finally {
    starts.delete(place.socketPath)
  }
}

/** The broker's own process outlives this one; the line that it writes to an inherited pipe tells that it is ready. */
async function startInBackground(place: LocalPlace, idle: number, signal?: AbortSignal): Promise<void> {
  prepareLocalPlace(place)
  const log = openSync(place.log, 'a', 0o600)
  // Where a broker runs, as mostly, it is not needed; it takes 5 ms to load.
  const { spawn } = process.getBuiltinModule('node:child_process')
  const child = spawn(process.execPath, daemonArguments(), {
    detached: true,
    stdio: ['ignore', log, log, 'pipe'],
    cwd: place.folder,
    windowsHide: true,
    env: { ...withoutOurs(process.env), TIDINGS_HOME: place.folder, TIDINGS_LOCAL_DAEMON: String(idle) }
  })
  closeSync(log)
  const pipe = child.stdio[3] as Readable
  const failed = new Promise<string>((resolve) => child.once('error', (error) => resolve(error.message)))
  try {
    const answer = parseStartAnswer(await Promise.race([firstLine(pipe, signal), failed]))
    if (!answer.isReady) throw notStarted(answer.why, answer.suggestion, place)
    damaged.set(place.socketPath, answer.damage)
  } finally {
    pipe.destroy()
    child.unref()
  }
}

/** Our variables are for the command that was called; a password among them must not stay with a process that outlives it. */
function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TIDINGS_')))
}

/** What the pipe says up to its first newline, or all of it. */
function firstLine(pipe: Readable, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const stop = () => reject(signal?.reason)
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
    pipe.setEncoding('utf8')
    pipe.on('data', (chunk: string) => {
      text += chunk
      if (text.includes('\n')) settle()
    })
    pipe.on('close', settle)
    function settle(): void {
      signal?.removeEventListener('abort', stop)
      resolve(text.slice(0, text.includes('\n') ? text.indexOf('\n') : undefined))
    }
  })
}

/** Beside this file in the sources; where the build puts it otherwise (this file is then part of a chunk). */
function daemonArguments(): string[] {
  for (const entry of ['./local-daemon.js', '../transport/embedded/local-daemon.js']) {
    const file = fileURLToPath(new URL(entry, import.meta.url))
    if (existsSync(file)) return [file]
  }
  const source = new URL('./local-daemon.ts', import.meta.url)
  return ['--import', createRequire(import.meta.url).resolve('tsx'), fileURLToPath(source)]
}

function notStarted(why: string, suggestion: string | undefined, place: LocalPlace): TidingsError {
  return new TidingsError('connect', `cannot start the local broker in "${place.folder}": ${why}`, {
    code: 'local-broker-not-started',
    suggestion: `${suggestion === undefined ? '' : `${suggestion}; `}see ${place.log}, or name another broker: --broker mqtt://HOST:1883 or TIDINGS_BROKER`
  })
}
