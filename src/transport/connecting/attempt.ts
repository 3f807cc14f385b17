import { AttemptError } from './connect-failure.js'

/** How long an attempt to connect may take, and what ends it. */
export interface AttemptLimits {
  /** Milliseconds for the whole attempt; 0 for any time. */
  readonly timeout: number
  /** Ends the attempt. */
  readonly signal: AbortSignal
}

/**
 * Runs an attempt to connect. Its own signal aborts with an `AttemptError` once the time is up, and with the reason of the outer signal
 * once that aborts. The attempt must then end, and reject.
 */
export async function runAttempt<T>(
  { timeout, signal }: AttemptLimits,
  attempt: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const own = new AbortController()
  const isLate = () => own.abort(new AttemptError('timeout', `no answer within ${timeout} ms`))
  const timer = timeout === 0 ? undefined : setTimeout(isLate, timeout)
  const onAbort = () => own.abort(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    signal.throwIfAborted()
    return await attempt(own.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

/**
 * Resolves or rejects as `work`, or rejects when the signal aborts. A name look-up and the start of the local broker cannot be stopped:
 * they continue, and their results are ignored.
 */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
