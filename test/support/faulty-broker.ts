import type { Packet } from 'mqtt-packet'
import { type Peer, startScriptedBroker } from './scripted-broker.js'

/** A broker that fails at random points, and remembers what it acknowledged. */
export interface FaultyBroker {
  readonly url: string
  /** The payloads that the broker acknowledged, and those that it refused. */
  readonly acknowledged: ReadonlySet<string>
  readonly refused: ReadonlySet<string>
  /** What went wrong, in order. */
  readonly troubles: readonly string[]
  close(): Promise<void>
}

const TROUBLES = [
  'none',
  'cut',
  'cut after its answer',
  'close',
  'silence',
  'delay',
  'refusal',
  'stop'
] as const
/** Only so many first connections have troubles after CONNECT. Later connections may still be refused. */
const TROUBLED_CONNECTIONS = 3

/**
 * @param random returns numbers from 0 to below 1, as Math.random does
 * @param messages the number of expected messages; troubles come after fewer messages
 */
export async function startFaultyBroker(random: () => number, messages: number): Promise<FaultyBroker> {
  const acknowledged = new Set<string>()
  const refused = new Set<string>()
  const troubles: string[] = []
  /** How many further connections are cut, because the broker is stopped. */
  let turnedAway = 0

  async function play(peer: Peer): Promise<void> {
    if (turnedAway > 0) {
      turnedAway--
      peer.cut()
      return
    }
    await peer.next('connect')
    if (peer.index > 0 && random() < 0.1) {
      const reasonCode = random() < 0.5 ? 0x87 : 0x89
      troubles.push(`refused connection ${reasonCode}`)
      peer.connack({ reasonCode })
      peer.socket.end()
      return
    }
    peer.connack({ sessionPresent: peer.index > 0 })
    const isTroubled = peer.index < TROUBLED_CONNECTIONS
    const trouble = isTroubled ? (TROUBLES[Math.floor(random() * TROUBLES.length)] ?? 'none') : 'none'
    const at = Math.floor(random() * messages)
    troubles.push(`${trouble} at ${at}`)
    for (let count = 0; ; count++) {
      const { messageId = 0, payload } = await peer.next('publish')
      const text = payload.toString()
      const answer = (reasonCode: number) => {
        if (reasonCode < 0x80) acknowledged.add(text)
        else refused.add(text)
        peer.send({ cmd: 'puback', messageId, reasonCode } as Packet)
      }
      if (count !== at || trouble === 'none') answer(0)
      else if (trouble === 'refusal') answer(0x87)
      else if (trouble === 'delay') {
        await new Promise((resolve) => setTimeout(resolve, 200 * random()))
        answer(0)
      } else if (trouble === 'silence') {
        for (;;) await peer.next('publish')
      } else {
        if (trouble === 'stop') turnedAway = Math.floor(random() * 4)
        if (trouble === 'cut after its answer') answer(0)
        if (trouble === 'close') peer.socket.end()
        else peer.cut()
        return
      }
    }
  }

  const broker = await startScriptedBroker(play)
  return { url: broker.url, acknowledged, refused, troubles, close: () => broker.close() }
}
