import { createReadStream } from 'node:fs'
import { expect } from 'vitest'
import { payloadBytes } from '../../src/core/message.js'
import { isBroken } from '../../src/core/recording/recording-item.js'
import { readRecording } from '../../src/core/recording/recording-reader.js'
import { gunzip } from '../../src/files/recording/gunzip.js'
import { lastingSubscribe } from './lasting-subscribe.js'
import { type Peer, startScriptedBroker } from './scripted-broker.js'

/** The channel of the numbers. */
export const NUMBERED = 'numbered'

/** How many messages are unacknowledged at once. */
const WINDOW = 20

/** Starts a broker that publishes numbered messages as fast as they are acknowledged, and keeps the acknowledged numbers. */
export async function startNumberingBroker(onAcknowledged: (count: number) => void = () => {}) {
  const acknowledged = new Set<number>()
  let next = 0
  let count = 0
  const broker = await startScriptedBroker(async (peer) => {
    // A killed recorder resets its connection, which is no failure of the test.
    peer.closed.catch(() => undefined)
    await peer.next('connect')
    peer.connack()
    const { messageId } = await lastingSubscribe(peer)
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
    peer.send({ cmd: 'publish', topic: NUMBERED, payload, qos: 1, retain: false, dup: false, messageId: id })
  }
  return { broker, acknowledged }
}

/** The numbers in a recording or in envelope lines, compressed if the name says so, and how many lines are broken. */
export async function numbersIn(path: string): Promise<{ numbers: Set<number>; broken: number }> {
  const numbers = new Set<number>()
  let broken = 0
  const bytes = createReadStream(path)
  try {
    for await (const items of readRecording(path.endsWith('.gz') ? gunzip(bytes, path) : bytes, {
      name: path
    })) {
      for (const item of items) {
        if (isBroken(item)) broken++
        else numbers.add(JSON.parse(Buffer.from(payloadBytes(item.message)).toString()).number)
      }
    }
  } catch (error) {
    expect(error).toMatchObject({ code: 'torn-gzip' })
  }
  return { numbers, broken }
}
