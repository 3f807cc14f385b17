import type { IConnectPacket, ISubscribePacket, Packet } from 'mqtt-packet'
import { lastingSubscribe } from './lasting-subscribe.js'
import { accept, type Peer, type Script, startScriptedBroker } from './scripted-broker.js'
import { decodePublish, encodePublish, type WirePublish } from './wire-publish.js'
import { Packets } from './wire-witness.js'

const PUBLISH = 3

export interface PacketBrokerOptions {
  /** The messages for every subscriber. Each group is one write, and follows once the group before is acknowledged. */
  readonly sends?: readonly (readonly WirePublish[])[]
  /** How many messages the broker acknowledges before it falls silent; all messages if absent. */
  readonly acknowledges?: number
}

/** A broker that keeps every received packet as it stood on the wire. */
export interface PacketBroker {
  readonly url: string
  readonly connects: readonly IConnectPacket[]
  readonly subscribes: readonly ISubscribePacket[]
  readonly published: readonly WirePublish[]
  /** Resolves with all published messages once every client has disconnected. */
  publishedInAll(): Promise<readonly WirePublish[]>
  /** Resolves once so many messages were published. Rejects if the broker is closed before. */
  hasPublished(count: number): Promise<readonly WirePublish[]>
  /** Resolves once a subscriber has acknowledged all of its messages. */
  readonly delivered: Promise<void>
  close(): Promise<void>
}

/** Starts a packet broker. It grants every subscription as asked, and speaks the MQTT version of its client. */
export async function startPacketBroker(options: PacketBrokerOptions = {}): Promise<PacketBroker> {
  const { sends = [], acknowledges = Number.POSITIVE_INFINITY } = options
  const connects: IConnectPacket[] = []
  const subscribes: ISubscribePacket[] = []
  const published: WirePublish[] = []
  const waiting = new Set<() => void>()
  let acknowledged = 0
  let isClosed = false
  let tellDelivered: () => void = () => undefined
  const delivered = new Promise<void>((resolve) => {
    tellDelivered = resolve
  })
  const wake = () => {
    for (const look of waiting) look()
  }

  const script: Script = async (peer) => {
    const packets = new Packets((first, body) => {
      if (first >> 4 !== PUBLISH) return
      published.push(decodePublish(first, body, peer.version))
      wake()
    })
    peer.socket.on('data', (chunk: Buffer) => packets.feed(chunk))
    connects.push(await accept(peer))
    await Promise.all([
      answering(peer, 'publish', ({ qos, messageId = 0 }) => {
        if (qos === 0 || acknowledged === acknowledges) return undefined
        acknowledged++
        return { cmd: qos === 1 ? 'puback' : 'pubrec', messageId, reasonCode: 0 }
      }),
      answering(peer, 'pubrel', ({ messageId = 0 }) => ({ cmd: 'pubcomp', messageId, reasonCode: 0 })),
      answering(peer, 'pubrec', ({ messageId = 0 }) => ({ cmd: 'pubrel', messageId, reasonCode: 0 })),
      answering(peer, 'pingreq', () => ({ cmd: 'pingresp' })),
      serveSubscriber(peer, sends, {
        onSubscribe: (packet) => subscribes.push(packet),
        onDelivered: tellDelivered
      })
    ])
  }
  const broker = await startScriptedBroker(script)

  return {
    url: broker.url,
    connects,
    subscribes,
    published,
    delivered,
    publishedInAll: async () => {
      await Promise.all(broker.peers.map(({ closed }) => closed))
      return published
    },
    hasPublished: (count) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (published.length >= count) resolve(published)
          else if (isClosed) reject(new Error(`${published.length} messages were published, not ${count}`))
          else return
          waiting.delete(look)
        }
        waiting.add(look)
        look()
      }),
    close: async () => {
      isClosed = true
      wake()
      await broker.close()
    }
  }
}

async function serveSubscriber(
  peer: Peer,
  groups: readonly (readonly WirePublish[])[],
  tell: { onSubscribe(packet: ISubscribePacket): void; onDelivered(): void }
): Promise<void> {
  for (;;) {
    const packet = await lastingSubscribe(peer)
    const { messageId = 0, subscriptions } = packet
    tell.onSubscribe(packet)
    peer.send({ cmd: 'suback', messageId, granted: subscriptions.map(({ qos }) => qos) })
    for (const group of groups) {
      const packets = group.map((publish, index) => encodePublish(publish, peer.version, index + 1))
      peer.sendBytes(Buffer.concat(packets))
      for (const { qos } of group) if (qos > 0) await peer.next(qos === 1 ? 'puback' : 'pubcomp')
    }
    tell.onDelivered()
  }
}

/** Answers each packet of this kind until the client has disconnected. */
async function answering<C extends Packet['cmd']>(
  peer: Peer,
  cmd: C,
  answer: (packet: Extract<Packet, { cmd: C }>) => Packet | undefined
): Promise<void> {
  for (;;) {
    const reply = answer(await peer.next(cmd))
    if (reply !== undefined) peer.send(reply)
  }
}
