import type { Concluded } from '../core/concluded.js'
import { counted } from '../core/counted.js'
import { TidingsError } from '../core/errors.js'
import { isReaderGone } from '../core/reader-gone.js'
import type { WatchOutcome } from '../core/watching/watch-outcome.js'
import { weightiestFailure } from './failure-precedence.js'
import { HistoryWatch, isHistoryWanted } from './history-watch.js'
import { LiveWatch } from './live-watch.js'
import { openSubscriber, type SubscriberOptions } from './open-subscriber.js'
import { type SubscribeOutcome, subscribe } from './subscribe.js'
import { subscribeFailure } from './subscribe-failure.js'
import type { WatchWish } from './watch-course.js'

export interface WatchOptions extends SubscriberOptions, WatchWish {
  /** Nobody reads any more what is told, which ends it. */
  readonly readerGone: AbortSignal
  /** What to think of where nothing came, as parts of a suggestion. */
  readonly hints?: readonly string[] | undefined
}

/**
 * Connects, and watches what is received until the time is up, `stop` aborts, the connection is lost for good, or, if that is wanted, the first
 * incident comes.
 * @returns what was seen, also where the connection was lost, and the failure: of kind wrong-messages if there was an incident
 * @throws TidingsError what opening a connection, `subscribe` and `tell` reject with before the subscription was granted
 */
export async function watchChannels(options: WatchOptions): Promise<Concluded<WatchOutcome>> {
  const { clock, stop, readerGone, wish } = options
  // A session keeps nothing of a subscription that asks for no guarantee.
  const isAssured = wish.subscriptions.every(({ guarantee }) => guarantee > 0)
  let watching: LiveWatch | HistoryWatch | undefined
  const subscriber = await openSubscriber({
    ...options,
    options: {
      ...options.options,
      onNotice: (notice) => {
        options.options.onNotice(notice)
        if (notice.kind === 'reconnecting') watching?.lost(notice.reason ?? notice.text)
        if (notice.kind === 'reconnected') watching?.restored(isAssured && notice.isKept === true)
      }
    }
  })
  const live = isHistoryWanted(wish) ? new HistoryWatch(options, clock) : new LiveWatch(options, clock)
  watching = live
  let isGranted = false
  let outcome: SubscribeOutcome | undefined
  let failure: unknown
  const ticking = live.keepDeadlines()
  try {
    outcome = await subscribe({
      ...subscriber,
      onSubscribed: (grants) => {
        isGranted = true
        subscriber.onSubscribed(grants)
      },
      write: (batch) => live.take(batch),
      stop: AbortSignal.any([stop, readerGone, live.over])
    })
  } catch (error) {
    failure = error
  } finally {
    watching = undefined
    live.end()
    await ticking
  }
  if (failure !== undefined && !isGranted) throw failure
  const seen = await live.finish(outcome?.unmatched ?? 0, failure === undefined)
  failure ??= live.failure
  // Who has read enough ends the watch, and what it found stays what it found.
  if (isReaderGone(failure)) failure = undefined
  if (failure !== undefined && !(failure instanceof TidingsError)) throw failure
  const isOver = options.stopAtFirst && seen.incidents > 0
  const ending =
    outcome &&
    ((isOver ? undefined : stoppedBlind(outcome)) ??
      subscribeFailure(outcome, undefined, undefined, wish, options.hints))
  return { ...seen, failure: weightiestFailure([failure, incidentFailure(seen), ending]) }
}

/** The failure of a watch that was stopped while it saw nothing; undefined if it saw what came. */
function stoppedBlind({ ended, outage, received }: SubscribeOutcome): TidingsError | undefined {
  if (ended !== 'stop' || outage === undefined) return undefined
  const what = `received ${counted(received)}: the watch was ended while the connection was down: ${outage}`
  return new TidingsError('unfinished', what, {
    code: 'connection-lost',
    suggestion: 'see what is wrong with: tidings broker check',
    details: { received }
  })
}

/** The failure of a watch that found something; undefined if it found nothing. */
export function incidentFailure({
  incidents,
  lasting,
  messages
}: Pick<WatchOutcome, 'incidents' | 'lasting' | 'messages'>): TidingsError | undefined {
  if (incidents === 0) return undefined
  const open = lasting === 0 ? '' : `, ${lasting === incidents ? 'not' : `${lasting} not`} over yet`
  return new TidingsError('wrong-messages', `found ${counted(incidents, 'incident')}${open}`, {
    code: 'incidents',
    details: { incidents, lasting, messages }
  })
}
