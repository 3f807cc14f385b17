import { sinceBoot } from '../clock/since-boot.js'
/** What the watch over a connection needs to see and do. */
export interface LivenessWatch {
  /** The keep-alive interval, in milliseconds; more than 0. */
  readonly interval: number
  /** After how many intervals without a byte the peer counts as gone; 1.5 if absent. */
  readonly patience?: number
  /** How many bytes have come in so far. */
  readonly bytesRead: () => number
  /** Whether nothing can come in because our side deliberately does not read. */
  readonly holding: () => boolean
  readonly ping: () => void
  /** Nothing came in for so many intervals. Called once. */
  readonly onDead: () => void
}

/**
 * Keeps a connection alive and notices when it is half open: at most `patience` intervals and a second after the last byte.
 *
 * Who waits for the answer to the ping alone drops connections that work: the answer sits behind the messages that a slow receiver holds
 * back, and behind a large message that is still coming in. Here every byte is a sign of life.
 * Returns what stops it.
 */
export function watchLiveness(watch: LivenessWatch): () => void {
  const { interval, patience = 1.5 } = watch
  const period = Math.min(1000, Math.max(20, interval / 8))
  let lastSign = sinceBoot()
  let lastPing = lastSign
  let lastCheck = lastSign
  let bytes = watch.bytesRead()
  const timer = setInterval(() => {
    const now = sinceBoot()
    if (now - lastCheck > interval / 2) {
      // This process or this machine was suspended, so what came in meanwhile is not read yet.
      lastSign = Math.max(lastSign, now - interval * 0.75)
      lastPing = Number.NEGATIVE_INFINITY
    }
    lastCheck = now
    if (watch.holding() || watch.bytesRead() !== bytes) {
      bytes = watch.bytesRead()
      lastSign = now
    }
    if (now - lastSign >= interval * patience) {
      clearInterval(timer)
      watch.onDead()
    } else if (now - lastPing >= interval * 0.75) {
      lastPing = now
      watch.ping()
    }
  }, period)
  return () => clearInterval(timer)
}
