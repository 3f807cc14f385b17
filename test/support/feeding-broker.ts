import { once } from 'node:events'
import { createServer } from 'node:net'
import { generate, parser } from 'mqtt-packet'
import { listenLocally } from './listen-locally.js'

export const FED_PAYLOAD = 1024

/** A broker that sends numbered messages as fast as its socket takes them, and its counts. */
export interface FeedingBroker {
  readonly url: string
  readonly connections: number
  readonly acknowledged: number
  readonly pings: number
  close(): Promise<void>
}

const LARGEST_WINDOW = 65_535
const PER_WRITE = 64

/** Sends `count` messages of 1024 bytes, which begin with their number in ten digits, to every subscriber over MQTT 5. */
export async function startFeedingBroker(count: number, qos: 0 | 1): Promise<FeedingBroker> {
  const seen = { connections: 0, acknowledged: 0, pings: 0 }
  const server = createServer({ noDelay: true }, (socket) => {
    seen.connections++
    let sent = 0
    let waiting = () => {}
    const reader = parser({ protocolVersion: 5 })
    const answer = (packet: Parameters<typeof generate>[0]) =>
      socket.write(generate(packet, { protocolVersion: 5 }))
    reader.on('packet', (packet) => {
      if (packet.cmd === 'connect') answer({ cmd: 'connack', sessionPresent: false, reasonCode: 0 })
      if (packet.cmd === 'pingreq') {
        seen.pings++
        answer({ cmd: 'pingresp' })
      }
      if (packet.cmd === 'puback') {
        seen.acknowledged++
        waiting()
      }
      if (packet.cmd !== 'subscribe') return
      answer({ cmd: 'suback', messageId: packet.messageId ?? 1, granted: [qos] })
      void feed()
    })
    socket.on('data', (chunk: Buffer) => reader.parse(chunk))
    socket.on('error', () => socket.destroy())
    const feed = async () => {
      while (sent < count && !socket.destroyed) {
        if (qos === 1 && sent - seen.acknowledged > LARGEST_WINDOW - PER_WRITE) {
          await new Promise<void>((resolve) => {
            waiting = resolve
          })
          continue
        }
        const packets: Buffer[] = []
        for (let at = 0; at < PER_WRITE && sent < count; at++) packets.push(numbered(sent++, qos))
        if (!socket.write(Buffer.concat(packets))) await once(socket, 'drain').catch(() => undefined)
      }
    }
  })
  const port = await listenLocally(server)
  return {
    url: `mqtt://127.0.0.1:${port}`,
    get connections() {
      return seen.connections
    },
    get acknowledged() {
      return seen.acknowledged
    },
    get pings() {
      return seen.pings
    },
    close: async () => void (await once(server.close(), 'close'))
  }
}

function numbered(number: number, qos: 0 | 1): Buffer {
  const payload = Buffer.alloc(FED_PAYLOAD, 'x')
  payload.write(String(number).padStart(10, '0'))
  const messageId = (number % LARGEST_WINDOW) + 1
  const packet = { cmd: 'publish', topic: 'a', payload, qos, messageId, dup: false, retain: false } as const
  return generate(packet, { protocolVersion: 5 })
}
