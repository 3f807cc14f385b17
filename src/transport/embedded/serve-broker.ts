import type { Socket } from 'node:net'
import type { BrokerRequest } from '../../core/broker-request.js'
import { TidingsError } from '../../core/errors.js'
import type { Authenticate } from './broker/admission.js'
import { DEFAULT_LIMITS } from './broker-limits.js'
import { ConnectionLane } from './connection-lane.js'
import { askBroker, stopBroker } from './control.js'
import { isLoopback, type Listener, listen } from './listen.js'
import { type LocalPlace, localPlace, prepareLocalPlace } from './local-place.js'
import { type OpenStore, openStore } from './open-store.js'
import { serveLocal } from './serve-local.js'
import { startBroker } from './start-broker.js'
import { FolderInUse } from './store/store-lock.js'

export interface ServeOptions extends Omit<BrokerRequest, 'passwords'> {
  readonly authenticate?: Authenticate
  readonly place?: LocalPlace
  /** Ends the wait for another broker to give the place up: `serveBroker` then rejects with its reason. */
  readonly stop?: AbortSignal
  onNotice(text: string): void
  /** What is wrong with the store. */
  onWarning(text: string): void
}

export interface Serving {
  readonly urls: readonly string[]
  readonly socketPath: string
  /** Resolves when it has stopped, for whatever reason: to a failure of kind output if the store could not be written. */
  readonly stopped: Promise<TidingsError | undefined>
  stop(): Promise<void>
}

const GIVE_UP = 10_000
const AGAIN = 10

/**
 * Runs the embedded broker in this process, on the addresses and for `local`. A local broker in the background gives way; its clients
 * come back by themselves. Rejects with a `TidingsError`: usage where strangers could connect, bad-input for certificates that cannot
 * be used, connect where it cannot listen or another `tidings broker` runs.
 */
export async function serveBroker(options: ServeOptions): Promise<Serving> {
  refuseStrangers(options)
  // A broker in the background gives way only to one that can serve.
  if (options.tls !== undefined) (await import('./server-tls.js')).serverTlsOptions(options.tls)
  const place = options.place ?? localPlace()
  prepareLocalPlace(place)
  const lock = await takeStore(place, options)
  const release: (() => Promise<void> | void)[] = [() => lock.close()]
  const close = async () => {
    for (const step of release.splice(0).reverse()) await step()
  }
  try {
    const { authenticate } = options
    const opened = options.memory ? undefined : await lock.read(DEFAULT_LIMITS)
    const broker = startBroker({
      ...(opened && { opened }),
      onTrouble: options.onWarning,
      ...(authenticate === undefined ? undefined : { authenticate })
    })
    for (const line of broker.counts().damage) options.onWarning(`the store is damaged: ${line}`)
    let unwritten: string | undefined
    release.push(async () => {
      unwritten = await broker.stop()
    })
    const lane = new ConnectionLane(DEFAULT_LIMITS.connections)
    const listeners: Listener[] = []
    for (const address of options.addresses) {
      const listener = await listen(address, {
        ...options,
        packetSize: DEFAULT_LIMITS.packetSize,
        unfinishedBytes: DEFAULT_LIMITS.unfinishedBytes,
        admit: (socket) => void lane.admit(keyOf(socket), socket),
        accept: (stream, socket) =>
          broker.accept(stream, { onConnected: () => lane.connected(keyOf(socket)) })
      })
      listeners.push(listener)
      release.push(() => listener.close())
    }
    const urls = listeners.map(({ url }) => url)
    let tellStopped: (failure: TidingsError | undefined) => void = () => undefined
    const stopped = new Promise<TidingsError | undefined>((resolve) => {
      tellStopped = resolve
    })
    let stopping: Promise<void> | undefined
    const stop = () => {
      stopping ??= close().then(() =>
        tellStopped(unwritten === undefined ? undefined : notWritten(place, unwritten))
      )
      return stopping
    }
    const since = new Date().toISOString()
    const local = await serveLocal(place, {
      accept: (stream, onConnected) => broker.accept(stream, { open: true, onConnected }),
      stop,
      status: () => ({
        ...broker.counts(),
        pid: process.pid,
        mode: 'foreground',
        socket: place.socketPath,
        listening: urls,
        memory: options.memory,
        since
      })
    })
    // Nobody new first; its promise ends with the last client, whom the broker's own stop lets go.
    release.push(() => void local.stop())
    return { urls, socketPath: place.socketPath, stopped, stop }
  } catch (error) {
    await close()
    throw error
  }
}

function notWritten({ messages }: LocalPlace, why: string): TidingsError {
  return new TidingsError('output', `cannot write to the store "${messages}": ${why}`, {
    code: 'store-not-written',
    suggestion:
      'free some space; what was acknowledged to publishers is stored, and some of it may be delivered again'
  })
}

/** The same for a socket and for what TLS or HTTP makes of it. */
const keyOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`

function refuseStrangers({ addresses, allowAnonymous, authenticate, tls }: ServeOptions): void {
  if (allowAnonymous || authenticate !== undefined || tls?.ca !== undefined) return
  const open = addresses.find(({ host }) => !isLoopback(host))
  if (open === undefined) return
  throw new TidingsError(
    'usage',
    `cannot listen on "${open.host}": other computers could connect without credentials`,
    {
      code: 'anonymous-not-allowed',
      suggestion: 'add --password-file FILE (from mosquitto_passwd), or --allow-anonymous if that is meant'
    }
  )
}

/** Opens the store, which makes this process the local broker, also where nothing is kept in it. */
async function takeStore(
  place: LocalPlace,
  { onNotice, stop }: Pick<ServeOptions, 'onNotice' | 'stop'>
): Promise<OpenStore> {
  const deadline = Date.now() + GIVE_UP
  for (;;) {
    if (stop?.aborted) throw stop.reason
    try {
      return await openStore(place)
    } catch (error) {
      if (!(error instanceof FolderInUse)) throw error
    }
    const running = await askBroker(place.controlPath, 'status')
    if (running?.mode === 'foreground' || Date.now() > deadline) throw alreadyRuns(place, running?.pid)
    if (running === undefined) {
      // It starts or ends: no event tells when.
      await new Promise((resolve) => setTimeout(resolve, AGAIN))
    } else {
      onNotice(`Taking over from the local broker in the background (process ${running.pid})`)
      await stopBroker(place.controlPath, running)
    }
  }
}

function alreadyRuns(place: LocalPlace, pid: number | undefined): TidingsError {
  const who = pid === undefined ? '' : ` (process ${pid})`
  return new TidingsError(
    'connect',
    `cannot serve the local broker in "${place.folder}": a broker already runs there${who}`,
    {
      code: 'broker-already-runs',
      suggestion: 'tidings broker stop, or another folder: TIDINGS_HOME=/path/to/folder tidings broker'
    }
  )
}
