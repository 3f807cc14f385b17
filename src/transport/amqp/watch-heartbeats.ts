import { watchLiveness } from '../connecting/liveness-watch.js'
import { FRAME_END, HEARTBEAT } from './wire/frame-types.js'

const HEARTBEAT_FRAME = Buffer.from([HEARTBEAT, 0, 0, 0, 0, 0, 0, FRAME_END])

/** A peer that has sent nothing for so many intervals is gone: AMQP 0-9-1, section 4.2.7. */
const MISSED_HEARTBEATS = 2

export interface HeartbeatOptions {
  /** Seconds. */
  readonly interval: number
  /** Bytes that came over the socket so far. */
  readonly bytesRead: () => number
  /** Sends a frame at once. */
  readonly send: (frame: Buffer) => void
  /** The broker has sent nothing for too long. */
  readonly onDead: () => void
}

/** Sends heartbeats and waits for those of the broker. Returns how to end that. */
export function watchHeartbeats({ interval, bytesRead, send, onDead }: HeartbeatOptions): () => void {
  return watchLiveness({
    interval: interval * 1000,
    patience: MISSED_HEARTBEATS,
    bytesRead,
    holding: () => false,
    ping: () => send(HEARTBEAT_FRAME),
    onDead
  })
}
