import { closeSync, writeSync } from 'node:fs'
import { TidingsError } from '../../core/errors.js'
import { accepts } from './accepts.js'
import { DEFAULT_LIMITS } from './broker-limits.js'
import { askBroker, isReplaceable, stopBroker } from './control.js'
import { type LocalPlace, localPlace } from './local-place.js'
import { type OpenStore, openStore } from './open-store.js'
import { serveLocal } from './serve-local.js'
import { formatStartAnswer, type StartAnswer } from './start-answer.js'
import { FolderInUse } from './store/store-lock.js'
import { survive } from './survive.js'

// The local broker in the background: a process of its own that was started by a command which needed it.

/** Where the command that started us reads that it can connect, or why not. */
const STARTER = 3
const AGAIN = 10
const GIVE_UP = 10_000

export async function runLocalDaemon(place: LocalPlace, idle: number): Promise<void> {
  process.umask(0o077)
  // Both are needed, and neither needs the other: once the store is being opened, the disk works while the modules are read.
  const [store, { startBroker }] = await Promise.all([
    openOrFindServed(place),
    new Promise(setImmediate).then(() => import('./start-broker.js'))
  ])
  if (store === undefined) {
    tell({ isReady: true, damage: [] })
    return
  }
  const opened = await store.read(DEFAULT_LIMITS)
  const broker = startBroker({ opened, onTrouble: log })
  const { damage } = broker.counts()
  for (const line of damage) log(`the store is damaged: ${line}`)
  const since = new Date().toISOString()
  let idleTimer: NodeJS.Timeout | undefined
  let stopping: Promise<void> | undefined

  const stop = () => {
    stopping ??= (async () => {
      clearTimeout(idleTimer)
      const closed = serving.stop()
      const failure = await broker.stop()
      if (failure !== undefined) log(`the store could not be written: ${failure}`)
      await closed
      await store.close()
    })()
    return stopping
  }
  const watchIdle = (connections: number) => {
    clearTimeout(idleTimer)
    if (connections === 0 && stopping === undefined) idleTimer = setTimeout(stop, idle)
  }
  const serving = await serveLocal(place, {
    accept: (stream, onConnected) => broker.accept(stream, { open: true, onConnected }),
    stop,
    onChange: watchIdle,
    status: () => ({
      ...broker.counts(),
      pid: process.pid,
      mode: 'background',
      socket: place.socketPath,
      listening: [],
      memory: false,
      since
    })
  })
  survive((error) => log(error.stack ?? error.message))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop)
  process.on('SIGHUP', () => undefined)
  // Without a listener Node opens its debugger.
  process.on('SIGUSR1', () => undefined)
  watchIdle(0)
  tell({ isReady: true, damage })
}

/**
 * Opens the store, or resolves to nothing once another process serves it. An older broker in the background is stopped. Between the two is
 * a broker that starts or ends: no event tells when it gives the store up, so this asks again.
 */
async function openOrFindServed(place: LocalPlace): Promise<OpenStore | undefined> {
  const deadline = Date.now() + GIVE_UP
  for (;;) {
    try {
      return await openStore(place)
    } catch (error) {
      if (!(error instanceof FolderInUse) || Date.now() > deadline) throw error
    }
    const running = await askBroker(place.controlPath, 'status', GIVE_UP)
    if (running !== undefined && isReplaceable(running))
      await stopBroker(place.controlPath, running, deadline - Date.now())
    else if (running !== undefined || (await accepts(place.socketPath))) return undefined
    else await new Promise((resolve) => setTimeout(resolve, AGAIN))
  }
}

const errorText = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** Stderr is the broker's log. On a full disk a line is lost and no later one: a stream would end with its first error. */
function log(text: string): void {
  try {
    writeSync(2, `${new Date().toISOString()} ${text}\n`)
  } catch {}
}

function tell(answer: StartAnswer): void {
  try {
    writeSync(STARTER, formatStartAnswer(answer))
    closeSync(STARTER)
  } catch {
    // The one who started us does not wait any more.
  }
}

if (process.env.TIDINGS_LOCAL_DAEMON !== undefined) {
  runLocalDaemon(localPlace(), Number(process.env.TIDINGS_LOCAL_DAEMON)).catch((error) => {
    const why = error instanceof FolderInUse ? 'another process has its store open' : errorText(error)
    const suggestion = error instanceof TidingsError ? error.suggestion : undefined
    log(`cannot start: ${why}`)
    tell({ isReady: false, why, suggestion })
    // What was begun would keep the process alive: a broker that nobody can reach, with the store in its hands.
    process.exit(1)
  })
}
