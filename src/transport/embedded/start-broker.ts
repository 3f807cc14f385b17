import type { Duplex } from 'node:stream'
import { Aedes } from 'aedes'

/** A broker inside this process: it is handed streams and speaks MQTT 3.1.1 and 5 on them. */
export interface EmbeddedBroker {
  /** Serves one client on this stream. */
  accept(stream: Duplex): void
  /** Says goodbye to every client and ends; what was acknowledged is stored by then. */
  stop(): Promise<void>
}

export async function startBroker(): Promise<EmbeddedBroker> {
  const aedes = await Aedes.createBroker()
  return {
    accept: (stream) => void aedes.handle(stream),
    stop: () => new Promise((resolve) => aedes.close(() => resolve()))
  }
}
