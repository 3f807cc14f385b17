import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { KafkaReader } from '../../src/transport/kafka/wire/kafka-reader.js'
import { KafkaWriter } from '../../src/transport/kafka/wire/kafka-writer.js'
import { listenLocally } from './listen-locally.js'

/** The numbers of the requests that a test answers. */
export const KEY = {
  produce: 0,
  metadata: 3,
  apiVersions: 18,
  saslHandshake: 17,
  saslAuthenticate: 36,
  initProducerId: 22
} as const

/** Writes the answer to a request; what it throws away is not answered. */
type Answer = (to: KafkaWriter, from: KafkaReader) => void

/** A broker of Kafka that answers what a test says, and nothing else. */
export interface ScriptedKafka {
  readonly port: number
  readonly url: string
  /** How many connections it has accepted. */
  readonly connections: number
  answer(key: number, answer: Answer): void
  /** Closes the connections on which such requests come, this many times. */
  hangUpAt(key: number, times?: number): void
  close(): Promise<void>
}

/** What it says that it has, by the key of each request: the lowest and the highest version. */
type Spoken = Readonly<Record<number, readonly [number, number]>>

/** @param spoken further requests that it has; it always has ApiVersions, and each of `KEY` unless this says otherwise */
export async function startScriptedKafka(spoken: Spoken = {}): Promise<ScriptedKafka> {
  const answers = new Map<number, Answer>()
  const hangUps = new Map<number, number>()
  const sockets = new Set<Socket>()
  let connections = 0
  const all: Spoken = {
    ...Object.fromEntries(Object.values(KEY).map((key) => [key, [0, 7]])),
    ...spoken
  }
  answers.set(KEY.apiVersions, (to) => {
    to.twoBytes(0)
    to.array(Object.entries(all), ([key, [min, max]]) => {
      to.twoBytes(Number(key))
      to.twoBytes(min)
      to.twoBytes(max)
    })
  })
  const server = createServer((socket) => {
    connections++
    sockets.add(socket)
    let rest = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk])
      for (
        ;
        rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE();
        rest = rest.subarray(4 + rest.readUInt32BE())
      )
        reply(socket, rest.subarray(4, 4 + rest.readUInt32BE()))
    })
  })
  const reply = (socket: Socket, request: Buffer) => {
    const from = new KafkaReader(request, 0, request.length)
    const key = from.int16()
    const left = hangUps.get(key) ?? 0
    hangUps.set(key, left - 1)
    if (left > 0) return void socket.end()
    const answer = answers.get(key)
    from.int16()
    if (answer === undefined) return
    const to = new KafkaWriter(256)
    to.fourBytes(0)
    to.fourBytes(from.int32())
    from.nullableString()
    answer(to, from)
    to.setFourBytes(to.size - 4, 0)
    socket.write(Buffer.from(to.written))
  }
  const port = await listenLocally(server)
  return {
    port,
    url: `kafka://127.0.0.1:${port}`,
    get connections() {
      return connections
    },
    answer: (key, answer) => void answers.set(key, answer),
    hangUpAt: (key, times = Number.POSITIVE_INFINITY) => void hangUps.set(key, times),
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    }
  }
}

/** An answer to Metadata, version 7: these brokers, and a topic of one partition whose leader is the last one. */
export const clusterOf =
  (topic: string, ...ports: readonly number[]): Answer =>
  (to) => {
    to.fourBytes(0)
    to.array([...ports.entries()], ([id, port]) => {
      to.fourBytes(id)
      to.string('127.0.0.1')
      to.fourBytes(port)
      to.string(null)
    })
    to.string('scripted')
    to.fourBytes(0)
    to.array([topic], (name) => {
      to.twoBytes(0)
      to.string(name)
      to.boolean(false)
      to.array([ports.length - 1], (leader) => {
        to.twoBytes(0)
        to.fourBytes(0)
        to.fourBytes(leader)
        to.fourBytes(0)
        for (const _ of ['replicas', 'in sync']) to.array([leader], (id) => to.fourBytes(id))
        to.array([], () => {})
      })
    })
  }
