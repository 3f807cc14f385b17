import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { startFakeBroker } from './fake-broker.js'
import type { BrokerKind } from './rows.js'

export interface BenchBroker {
  readonly port: number
  /** How many messages the last client had sent or acknowledged; undefined where nobody counts. */
  nextCount(): Promise<number | undefined>
  /** Resolves at the next subscription that a real broker reports. */
  nextSubscription(): Promise<unknown>
  stop(): void
}

export interface BrokerFiles {
  readonly program: string
  readonly folder: string
  readonly payload: string
}

/** Starts what a row's commands talk to. */
export async function startBroker(kind: BrokerKind, count: number, files: BrokerFiles): Promise<BenchBroker> {
  if (kind.kind === 'none') return { port: 0, nextCount: async () => undefined, nextSubscription, stop() {} }
  if (kind.kind === 'mosquitto') return startMosquitto(files.folder)
  const args =
    kind.kind === 'ack'
      ? ['ack', String(kind.pauseMicroseconds ?? 0)]
      : ['feed', String(kind.qos), String(count), String(kind.channels ?? 1), kind.payload ?? files.payload]
  return { ...(await startFakeBroker(files.program, args)), nextSubscription }
}

async function nextSubscription(): Promise<never> {
  throw new Error('the fake broker does not report subscriptions')
}

async function startMosquitto(folder: string): Promise<BenchBroker> {
  const port = await freePort()
  const config = join(folder, 'mosquitto.conf')
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'max_queued_messages 0',
    'log_dest stderr',
    'log_type notice',
    'log_type information',
    'log_type subscribe'
  ]
  writeFileSync(config, `${lines.join('\n')}\n`)
  const child = spawn('mosquitto', ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  await once(child, 'spawn')
  const log = createInterface({ input: child.stderr })
  const seen = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const ended = () => reject(new Error('mosquitto ended'))
      const look = (line: string): void => {
        if (!line.includes(text)) return
        log.off('line', look)
        child.off('exit', ended)
        resolve()
      }
      log.on('line', look)
      child.once('exit', ended)
    })
  await seen('running')
  return {
    port,
    nextCount: async () => undefined,
    nextSubscription: () => seen('bench/0'),
    stop: () => child.kill('SIGKILL')
  }
}

/** Free when it was asked for; mosquitto cannot choose one by itself. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
