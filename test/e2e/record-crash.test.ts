import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gunzip } from '../../src/cli/recording/gunzip.js'
import { isBroken } from '../../src/core/recording/recording-item.js'
import { readRecording } from '../../src/core/recording/recording-reader.js'
import { makeHome, RunningProgram } from '../support/program.js'
import { type Peer, startScriptedBroker } from '../support/scripted-broker.js'

const KILLS = 50
/** Unacknowledged at once. */
const WINDOW = 20

let home: ReturnType<typeof makeHome>
let folder = ''
beforeAll(() => {
  home = makeHome()
  folder = mkdtempSync(join(tmpdir(), 'tidings-crash-'))
})
afterAll(() => {
  home.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** A broker that publishes numbered messages as fast as they are acknowledged, and keeps the numbers that were. */
async function startFeedingBroker(onAcknowledged: (count: number) => void) {
  const acknowledged = new Set<number>()
  let next = 0
  let count = 0
  const broker = await startScriptedBroker(async (peer) => {
    // A killed recorder resets its connection; that is no fault.
    peer.closed.catch(() => undefined)
    await peer.next('connect')
    peer.connack()
    const { messageId } = await peer.next('subscribe')
    peer.send({ cmd: 'suback', messageId, granted: [1] } as Parameters<Peer['send']>[0])
    const open = new Map<number, number>()
    for (let id = 1; id <= WINDOW; id++) feed(peer, id, open)
    for (;;) {
      const { messageId: id = 0 } = await peer.next('puback')
      acknowledged.add(open.get(id) ?? -1)
      onAcknowledged(++count)
      feed(peer, id, open)
    }
  })
  const feed = (peer: Peer, id: number, open: Map<number, number>) => {
    const number = next++
    open.set(id, number)
    const payload = JSON.stringify({ number, filling: 'x'.repeat((number * 37) % 500) })
    peer.send({ cmd: 'publish', topic: 'crash', payload, qos: 1, retain: false, dup: false, messageId: id })
  }
  return { broker, acknowledged }
}

async function numbersIn(path: string, isPacked: boolean): Promise<{ numbers: Set<number>; broken: number }> {
  const numbers = new Set<number>()
  let broken = 0
  const bytes = createReadStream(path)
  try {
    for await (const items of readRecording(isPacked ? gunzip(bytes, path) : bytes, { name: path })) {
      for (const item of items) {
        if (isBroken(item)) broken++
        else numbers.add(JSON.parse(Buffer.from(item.message.payload).toString()).number)
      }
    }
  } catch (error) {
    expect(error).toMatchObject({ code: 'torn-gzip' })
  }
  return { numbers, broken }
}

test.each([
  ['recording.jsonl', KILLS],
  ['recording.jsonl.gz', 5]
])(
  '%s, killed at %d random moments and continued each time, never lacks an acknowledged message',
  async (name, kills) => {
    const path = join(folder, name)
    let killAt = Number.POSITIVE_INFINITY
    let kill: () => void = () => undefined
    const { broker, acknowledged } = await startFeedingBroker((count) => {
      if (count >= killAt) kill()
    })
    let total = 0
    for (let round = 0; round < kills; round++) {
      // Some die with the first message, some with the hundredth.
      killAt = total + 1 + Math.floor(Math.random() ** 2 * 300)
      const recorder = new RunningProgram(
        ['record', 'crash', '--output', path, '--append', '--broker', broker.url],
        home.env
      )
      kill = () => {
        killAt = Number.POSITIVE_INFINITY
        recorder.child.kill('SIGKILL')
      }
      const { exitCode, stderr } = await recorder.exited
      expect({ exitCode, stderr }).toMatchObject({ exitCode: null })
      const { numbers, broken } = await numbersIn(path, name.endsWith('.gz'))
      const missing = [...acknowledged].filter((number) => !numbers.has(number))
      expect(missing).toEqual([])
      // At most the one line that the kill has torn.
      expect(broken).toBeLessThanOrEqual(1)
      total = acknowledged.size
    }
    await broker.close()
    expect(total).toBeGreaterThanOrEqual(kills)
  },
  120_000
)
