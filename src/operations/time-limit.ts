import type { Clock } from '../core/clock.js'
import { TidingsError } from '../core/errors.js'

/** How long a subscriber may run, including the time to connect. */
export interface TimeLimit {
  /** Aborts if the time runs out before there is a connection. Its reason is the error to end with. */
  readonly signal: AbortSignal
  /** The milliseconds that are left; `undefined` without a limit. */
  left(): number | undefined
  /** To be called once there is a connection: from then on the signal never aborts. */
  connected(): void
}

/** @param timeout milliseconds from now; no limit if `undefined` */
export function startTimeLimit(clock: Clock, timeout: number | undefined): TimeLimit {
  const late = new AbortController()
  const connected = new AbortController()
  const end = timeout === undefined ? undefined : clock.monotonic() + timeout * 1000
  if (end !== undefined) {
    void clock.sleepUntil(end, connected.signal).then(() => {
      if (!connected.signal.aborted) late.abort(tooLate())
    })
  }
  return {
    signal: late.signal,
    left: () => (end === undefined ? undefined : Math.max(0, (end - clock.monotonic()) / 1000)),
    connected: () => connected.abort()
  }
}

const tooLate = () =>
  new TidingsError('connect', 'cannot connect: the time ran out before there was a connection', {
    code: 'connect-timeout',
    suggestion: 'allow more time, or see what is wrong with: tidings broker check',
    details: { received: 0 }
  })
