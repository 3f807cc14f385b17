import { type Clock, STOOD_STILL } from '../core/clock.js'
import type { Concluded } from '../core/concluded.js'
import { counted } from '../core/counted.js'
import { TidingsError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import { isReaderGone } from '../core/reader-gone.js'
import type { WatchOutcome } from '../core/watching/watch-outcome.js'
import { weightiestFailure } from './failure-precedence.js'
import { openSubscriber, type SubscriberOptions } from './open-subscriber.js'
import { shortRest } from './short-rest.js'
import { type SubscribeOutcome, subscribe } from './subscribe.js'
import { subscribeFailure } from './subscribe-failure.js'
import { WatchCourse, type WatchWish } from './watch-course.js'

export interface WatchOptions extends SubscriberOptions, WatchWish {
  /** Nobody reads any more what is told, which ends it. */
  readonly readerGone: AbortSignal
  /** What to think of where nothing came, as parts of a suggestion. */
  readonly hints?: readonly string[] | undefined
}

/** Microseconds. A reader that is slower than this held messages back. */
const SLOW = 100_000
/** Microseconds that are slept where there is no deadline. */
const LONG = 3_600_000_000

/**
 * Connects, and watches what is received until the time is up, `stop` aborts, the connection is lost for good, or, if that is wanted, the first
 * incident comes.
 * @returns what was seen, also where the connection was lost, and the failure: of kind wrong-messages if there was an incident
 * @throws TidingsError what opening a connection, `subscribe` and `tell` reject with before the subscription was granted
 */
export async function watchChannels(options: WatchOptions): Promise<Concluded<WatchOutcome>> {
  const { clock, stop, readerGone, wish } = options
  let watching: LiveWatch | undefined
  const subscriber = await openSubscriber({
    ...options,
    options: {
      ...options.options,
      onNotice: (notice) => {
        options.options.onNotice(notice)
        if (notice.kind === 'reconnecting') watching?.lost(notice.reason ?? notice.text)
        if (notice.kind === 'reconnected') watching?.restored()
      }
    }
  })
  const live = new LiveWatch(options, clock)
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

/** Gives a watch its times: one timer for the next deadline, and the time of each batch. */
class LiveWatch {
  readonly #course: WatchCourse
  readonly #ended = new AbortController()
  readonly #over = new AbortController()
  /** From the clock that never jumps to wall-clock time. */
  readonly #offset: number
  /** Wakes the timer where a deadline has come that is earlier than the one it waits for. */
  #wake = new AbortController()
  #awaited = Number.POSITIVE_INFINITY
  /** What is being told. */
  #telling: Promise<void> | undefined
  /** Why what happens could not be told. */
  failure: unknown

  constructor(
    wish: WatchWish,
    private readonly clock: Clock
  ) {
    this.#offset = clock.now() - clock.monotonic()
    this.#course = new WatchCourse(wish, this.#now())
  }

  /** Aborts once nothing more is to be watched. */
  get over(): AbortSignal {
    return this.#over.signal
  }

  #now(): number {
    return this.#offset + this.clock.monotonic()
  }

  /** Observes a batch, and waits until what happened is written. A reader that is slow holds back the messages that follow. */
  take(batch: readonly Message[]): void | Promise<void> {
    const from = this.#now()
    return this.#told(() => this.#course.observe(batch, from))?.then(() => {
      if (this.#now() - from > SLOW) this.#course.held(from, this.#now())
    })
  }

  lost(reason: string): void {
    void this.#told(() => this.#course.lost(this.#now(), reason))
  }

  restored(): void {
    void this.#told(() => this.#course.restored(this.#now()))
  }

  async keepDeadlines(): Promise<void> {
    const { clock } = this
    while (!this.#ended.signal.aborted) {
      const from = this.#now()
      const due = Math.max(from, this.#course.deadline ?? from + LONG)
      this.#awaited = due
      this.#wake = new AbortController()
      const signal = AbortSignal.any([this.#ended.signal, this.#wake.signal])
      await clock.sleepUntil(due - this.#offset, signal)
      if (signal.aborted) continue
      if (this.#now() - due > STOOD_STILL) this.#course.held(due, this.#now())
      // What has arrived meanwhile is read first.
      await shortRest(clock, this.#ended.signal)
      await this.#telling
      if (!this.#ended.signal.aborted) await this.#told(() => this.#course.advance(this.#now()))
    }
  }

  end(): void {
    this.#ended.abort()
  }

  async finish(unmatched: number, isWhole: boolean): Promise<WatchOutcome> {
    await this.#telling
    return this.#course.finish(this.#now(), unmatched, isWhole, (error) => this.#fail(error))
  }

  /** Does a step, and waits until what it tells is written. */
  #told(step: () => void | Promise<void>): void | Promise<void> {
    try {
      const telling = step()
      if (this.#course.isOver) this.#over.abort()
      if ((this.#course.deadline ?? Number.POSITIVE_INFINITY) < this.#awaited) this.#wake.abort()
      if (telling === undefined) return this.#telling
      const all = Promise.all([this.#telling, telling])
        .catch((error: unknown) => this.#fail(error))
        .then(() => {
          if (this.#telling === all) this.#telling = undefined
        })
      this.#telling = all
      return all
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.failure ??= error
    this.#over.abort()
  }
}
