import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { ClassicLevel } from 'classic-level'
import type { LocalPlace } from '../../src/transport/embedded/local-place.js'

export interface OlderBroker {
  /** The words that its control socket was asked. */
  readonly asked: readonly string[]
  /** Whether it still has the store. */
  readonly isRunning: boolean
  stop(): Promise<void>
}

/** What 0.1 says of itself: no version. */
const STATUS = {
  clients: 0,
  published: 0,
  retained: 0,
  sessions: 0,
  queued: 0,
  dropped: 0,
  pid: 1,
  listening: [],
  memory: false,
  since: '2026-11-28T07:39:11.407Z'
}

/**
 * Plays the local broker of version 0.1: it has the store open, takes connections, answers `status` without a version, and ends when it
 * is asked to stop.
 */
export async function startOlderBroker(
  place: LocalPlace,
  { mode = 'background', answers = true }: { mode?: 'background' | 'foreground'; answers?: boolean } = {}
): Promise<OlderBroker> {
  mkdirSync(place.store, { recursive: true, mode: 0o700 })
  const level = new ClassicLevel<string, Buffer>(place.store, { valueEncoding: 'buffer' })
  await level.open()
  const asked: string[] = []
  const clients = new Set<Socket>()
  let stopping: Promise<void> | undefined
  const stop = async () => {
    for (const server of servers) server.close()
    for (const client of clients) client.destroy()
    await level.close()
  }
  const control = createServer((socket) => {
    socket.setEncoding('utf8').on('error', () => socket.destroy())
    socket.once('data', (word: string) => {
      const question = word.trim()
      asked.push(question)
      const status = `${JSON.stringify({ ...STATUS, mode, socket: place.socketPath })}\n`
      if (question === 'status') socket.end(status)
      else if (question === 'stop') {
        stopping ??= stop()
        void stopping.then(() => socket.end(status))
      } else socket.destroy()
    })
  })
  const server = createServer((socket) => {
    clients.add(socket.on('error', () => socket.destroy()))
  })
  const servers: Server[] = [server]
  await listenOn(server, place.socketPath)
  if (answers) {
    servers.push(control)
    await listenOn(control, place.controlPath)
  }
  return {
    asked,
    get isRunning() {
      return level.status === 'open'
    },
    stop: () => {
      stopping ??= stop()
      return stopping
    }
  }
}

async function listenOn(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true })
  await once(server.listen(path), 'listening')
}
