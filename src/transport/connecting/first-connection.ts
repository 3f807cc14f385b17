import type { ConnectionOptions } from '../../core/connection.js'
import { formatDuration } from '../../core/duration.js'
import { TidingsError } from '../../core/errors.js'
import { sinceBoot } from '../clock/since-boot.js'
import { BackOff, pause } from './back-off.js'
import { isWorthRetrying } from './connect-failure.js'

/** What the first connection needs of a rotation of brokers. */
export interface Connecting<Network> {
  /** Tries each broker once, as `BrokerRotation.connect`. */
  connect(signal: AbortSignal): Promise<Network>
  /** As `BrokerRotation.lastFailure`. */
  lastFailure(): TidingsError | undefined
}

/** Tries once or, where the options say so, for a while; a refusal and troubles of TLS that do not pass end that too. */
export async function firstConnection<Network>(
  { connect, lastFailure }: Connecting<Network>,
  options: Pick<ConnectionOptions, 'signal' | 'wait' | 'onNotice'>
): Promise<Network> {
  const signal = options.signal ?? new AbortController().signal
  const backOff = new BackOff()
  const deadline = sinceBoot() + options.wait
  let told = ''
  for (;;) {
    try {
      return await connect(signal)
    } catch (error) {
      if (signal.aborted) throw interrupted(signal.reason, lastFailure())
      const left = deadline - sinceBoot()
      if (!(error instanceof TidingsError) || !isWorthRetrying(error) || left <= 0) throw error
      if (error.message !== told) {
        told = error.message
        const text = `${told}; trying again for ${formatDuration(Math.ceil(left / 100) * 100)}`
        options.onNotice({ kind: 'waiting', text })
      }
      await pause(Math.min(backOff.next(), left), signal)
      if (signal.aborted) throw interrupted(signal.reason, lastFailure())
    }
  }
}

/** @param last why it could not connect until then, which is what helps where the time has run out */
function interrupted(reason: unknown, last: TidingsError | undefined): TidingsError {
  if (reason instanceof TidingsError) return last === undefined ? reason : withCause(reason, last)
  return new TidingsError('interrupted', 'cannot connect: it was interrupted', {
    code: 'interrupted',
    cause: reason,
    ...(typeof reason === 'string' && { details: { signal: reason } })
  })
}

function withCause(
  { kind, message, code, details, suggestion }: TidingsError,
  last: TidingsError
): TidingsError {
  const next = last.suggestion ?? suggestion
  return new TidingsError(kind, `${message}: ${last.message}`, {
    code,
    details: { ...last.details, ...details },
    cause: last,
    ...(next !== undefined && { suggestion: next })
  })
}
