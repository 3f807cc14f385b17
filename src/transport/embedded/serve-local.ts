import { chmodSync, lstatSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import type { Duplex } from 'node:stream'
import type { BrokerStatus } from '../../core/broker-status.js'
import { TidingsError } from '../../core/errors.js'
import { systemReason } from '../../core/system-reason.js'
import { DEFAULT_LIMITS } from './broker-limits.js'
import { ConnectionLane } from './connection-lane.js'
import { createControl } from './control.js'
import type { LocalPlace } from './local-place.js'
import { noteVersion } from './running-version.js'

export interface LocalServing {
  /** How many sockets are open, MQTT clients or not yet. */
  readonly connections: number
  /** Takes no more connections; the sockets' files are gone at once. */
  stop(): Promise<void>
}

export interface LocalServingOptions {
  accept(stream: Duplex, onConnected: () => void): void
  status(): Omit<BrokerStatus, 'version'>
  /** Ends the broker; asked for by `tidings broker stop`. */
  stop(): Promise<void>
  /** Called when the number of connections has changed. */
  onChange?(connections: number): void
}

/**
 * Serves `local`. The caller holds the store, so whatever socket files are there were left by a broker that died. Rejects with a
 * `TidingsError` of kind connect if something else is in their place.
 */
export async function serveLocal(place: LocalPlace, options: LocalServingOptions): Promise<LocalServing> {
  let connections = 0
  const change = (by: 1 | -1) => {
    connections += by
    options.onChange?.(connections)
  }
  const lane = new ConnectionLane(DEFAULT_LIMITS.connections)
  const clients = createServer((socket) => {
    change(1)
    socket.once('close', () => change(-1))
    socket.on('error', () => socket.destroy())
    if (lane.admit(socket, socket)) options.accept(socket, () => lane.connected(socket))
  })
  const control = createControl(options.status, options.stop)
  // Both at once: whoever finds one of them finds the other.
  try {
    await Promise.all([listenOn(control, place.controlPath), listenOn(clients, place.socketPath)])
  } catch (error) {
    for (const server of [control, clients]) server.close()
    throw error
  }
  noteVersion(place)
  return {
    get connections() {
      return connections
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => clients.close(() => resolve()))
      control.close()
      await closed
    }
  }
}

async function listenOn(server: Server, path: string): Promise<void> {
  const isFile = !path.startsWith('\\\\')
  try {
    if (isFile) rmSync(path, { force: true })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
    if (isFile) chmodSync(path, 0o600)
  } catch (cause) {
    throw notServed(path, cause)
  }
}

function notServed(path: string, cause: unknown): TidingsError {
  const isFolder = lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  const why = isFolder ? 'it is a directory' : systemReason(cause)
  return new TidingsError('connect', `cannot serve the local broker at "${path}": ${why}`, {
    code: 'local-broker-not-served',
    suggestion: isFolder
      ? `move it away: mv '${path}' '${path}.old'`
      : 'another folder: TIDINGS_HOME=/path/to/folder',
    cause
  })
}
