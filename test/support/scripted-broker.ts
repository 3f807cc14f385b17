import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { generate, type IConnackPacket, type IConnectPacket, type Packet, parser } from 'mqtt-packet'
import { listenLocally } from './listen-locally.js'

/** One network connection as the scripted broker sees it. */
export interface Peer {
  readonly socket: Socket
  /** The number of the connection, counted from 0. */
  readonly index: number
  /** The packets that have arrived so far, in order. */
  readonly received: readonly Packet[]
  /** The protocol version in the peer's CONNECT: 4 or 5. */
  readonly version: number
  /** Resolves with the next packet of this kind, which may have arrived already. Each packet is handed out once. */
  next<C extends Packet['cmd']>(cmd: C): Promise<Extract<Packet, { cmd: C }>>
  send(packet: Packet): void
  sendBytes(bytes: Uint8Array | string): void
  /** Accepts or refuses the peer's CONNECT. */
  connack(fields?: Partial<IConnackPacket>): void
  cut(): void
  readonly closed: Promise<void>
}

export interface ScriptedBroker {
  readonly url: string
  readonly port: number
  readonly peers: readonly Peer[]
  /** How many connections there were so far. */
  readonly count: number
  close(): Promise<void>
}

/** Plays one connection. If the script throws, `close` rejects with that error. */
export type Script = (peer: Peer) => void | Promise<void>

/**
 * A broker that does exactly what a test says, right or wrong. It has a socket and a packet codec, and does not use mqtt.js.
 * `script` plays every connection.
 */
export async function startScriptedBroker(script: Script): Promise<ScriptedBroker> {
  const peers: Peer[] = []
  const failures: unknown[] = []
  const server = createServer((socket) => {
    const peer = startPeer(socket, peers.length)
    peers.push(peer)
    Promise.resolve(script(peer)).catch((error: unknown) => {
      if (!(error instanceof PeerGone)) failures.push(error)
    })
  })
  const port = await listenLocally(server)
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    peers,
    get count() {
      return peers.length
    },
    close: async () => {
      for (const peer of peers) peer.cut()
      server.close()
      await once(server, 'close')
      if (failures.length > 0) throw failures[0]
    }
  }
}

/** Ends a script: the peer has disconnected while the script waited for a packet. */
class PeerGone extends Error {}

function startPeer(socket: Socket, index: number): Peer {
  const received: Packet[] = []
  const taken = new Set<Packet>()
  const waiting: { cmd: string; resolve: (packet: Packet) => void; reject: (error: Error) => void }[] = []
  let version = 4
  let isGone = false
  // The parser takes over the version of the CONNECT that it reads.
  const reader = parser({ protocolVersion: 5 })
  reader.on('packet', (packet) => {
    if (packet.cmd === 'connect') version = (packet as IConnectPacket).protocolVersion ?? 4
    received.push(packet)
    const position = waiting.findIndex(({ cmd }) => cmd === packet.cmd)
    if (position < 0) return
    taken.add(packet)
    waiting.splice(position, 1)[0]?.resolve(packet)
  })
  socket.on('data', (chunk) => reader.parse(chunk))
  socket.on('error', () => {})
  // Not `once` of node:events, which rejects where the program resets the connection.
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve())).then(() => {
    isGone = true
    for (const { reject } of waiting) reject(new PeerGone())
  })
  const next = (cmd: string) =>
    new Promise<Packet>((resolve, reject) => {
      const packet = received.find((candidate) => candidate.cmd === cmd && !taken.has(candidate))
      if (packet !== undefined) {
        taken.add(packet)
        resolve(packet)
      } else if (isGone) reject(new PeerGone())
      else waiting.push({ cmd, resolve, reject })
    })
  const send = (packet: Packet) => socket.write(generate(packet, { protocolVersion: version }))
  return {
    socket,
    index,
    received,
    get version() {
      return version
    },
    next: next as Peer['next'],
    send,
    sendBytes: (bytes) => socket.write(bytes),
    connack: (fields) =>
      send({ cmd: 'connack', sessionPresent: false, returnCode: 0, reasonCode: 0, ...fields } as Packet),
    cut: () => socket.destroy(),
    closed
  }
}

/** The beginning of most scripts: waits for CONNECT and accepts it. */
export async function accept(peer: Peer, fields?: Partial<IConnackPacket>): Promise<IConnectPacket> {
  const connect = await peer.next('connect')
  peer.connack(fields)
  return connect
}
