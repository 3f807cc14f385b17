import type { ConnectionNotice } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { type BackOff, pause } from './back-off.js'
import { mayComeBack, reasonAlone } from './connect-failure.js'

/** How to connect again after a loss. */
export interface ReconnectOptions<Network> {
  /** Tries each broker once, as `BrokerRotation.connect`. */
  readonly connect: (signal: AbortSignal) => Promise<Network>
  /** The pauses before the attempts. Whoever hands it in resets it where the lost connection had worked. */
  readonly backOff: Pick<BackOff, 'next'>
  readonly onNotice: (notice: ConnectionNotice) => void
  /** Called before each attempt. */
  readonly onRetry?: (() => void) | undefined
  /** The message of the failure that was told last; it is not told twice. */
  readonly told?: string
  /** No pause comes before the first attempt. */
  readonly atOnce?: boolean
}

/**
 * Connects again, however long it takes; resolves to undefined if the signal has aborted instead.
 * @throws TidingsError for a failure that another attempt cannot change; of kind unfinished, or refused
 */
export async function connectAgain<Network>(
  { connect, backOff, onNotice, onRetry, atOnce = false, ...options }: ReconnectOptions<Network>,
  signal: AbortSignal
): Promise<Network | undefined> {
  let { told } = options
  for (let isFirst = true; ; isFirst = false) {
    if (!(isFirst && atOnce)) await pause(backOff.next(), signal)
    if (signal.aborted) return undefined
    onRetry?.()
    try {
      return await connect(signal)
    } catch (error) {
      if (signal.aborted) return undefined
      if (!(error instanceof TidingsError)) throw error
      if (!mayComeBack(error)) throw lostForGood(error)
      if (error.message !== told) {
        onNotice({ kind: 'reconnecting', text: error.message, reason: reasonAlone(error) })
      }
      told = error.message
    }
  }
}

/** Turns a failure to connect into a lost connection, because there was a connection before. A refusal stays a refusal. */
function lostForGood(failure: TidingsError): TidingsError {
  if (failure.kind !== 'connect') return failure
  const { message, code, details, suggestion } = failure
  const facts = { code, details, cause: failure, ...(suggestion !== undefined && { suggestion }) }
  return new TidingsError('unfinished', message, facts)
}
