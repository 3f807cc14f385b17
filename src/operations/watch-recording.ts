import type { Clock } from '../core/clock.js'
import { type Concluded, interruptedBy } from '../core/concluded.js'
import { counted } from '../core/counted.js'
import { TidingsError } from '../core/errors.js'
import { MessageSelection } from '../core/message-selection.js'
import type { Protocol } from '../core/protocol.js'
import { isReaderGone } from '../core/reader-gone.js'
import type { ReadableRecording } from '../core/recording/readable-recording.js'
import { isBroken } from '../core/recording/recording-item.js'
import type { SubscriberWish } from '../core/subscriber-wish.js'
import { quoteName } from '../core/visible-text.js'
import type { WatchOutcome } from '../core/watching/watch-outcome.js'
import { weightiestFailure } from './failure-precedence.js'
import { shortRest } from './short-rest.js'
import { leaveOutFilters } from './subscribe-failure.js'
import { incidentFailure } from './watch.js'
import { WatchCourse, type WatchWish } from './watch-course.js'

export interface WatchRecordingOptions extends WatchWish {
  readonly recording: ReadableRecording
  /** Of the broker that was recorded. */
  readonly protocol: Pick<Protocol, 'grammar'>
  /** Which of its messages count. */
  readonly wish: SubscriberWish
  readonly clock: Clock
  readonly stop: AbortSignal
}

/** Microseconds: there is room for limits of 100 years before the last date that can be written. */
const LATEST = 8.6e18
/** A recording may say anything of its times. */
const withinDates = (position: number) => Math.min(Math.max(position, 0), LATEST)

/** Microseconds of work after which others have their turn: keys and signals. */
const LONG_WORK = 100_000

/**
 * Watches a recording, as if its messages came at the times at which they were recorded.
 * @returns what was seen, and the failure: of kind bad-input if it ended at a line that cannot be read, of kind wrong-messages if there was an
 * incident, of kind nothing-received if there was no message, of kind interrupted if `stop` has ended it
 * @throws TidingsError of kind bad-input where not even the first line can be read
 */
export async function watchRecording(options: WatchRecordingOptions): Promise<Concluded<WatchOutcome>> {
  const { recording, protocol, wish, clock, stop } = options
  const patterns = wish.subscriptions.map(({ pattern }) => pattern)
  const selection = new MessageSelection({ ...wish, patterns }, protocol.grammar)
  let course: WatchCourse | undefined
  let failure: unknown
  let last = 0
  let rested = clock.monotonic()
  reading: for await (const items of recording.open(() => undefined)) {
    for (const item of items) {
      if (isBroken(item)) {
        if (course === undefined) throw item.broken
        failure = item.broken
        break reading
      }
      const next = withinDates(item.position)
      course ??= new WatchCourse(options, next)
      try {
        last = options.stopAtFirst ? await advanceUntilFirst(course, next) : next
        if (!course.isOver) {
          const telling = course.observe(selection.select([item.message]).wanted, last)
          if (telling) await telling
        }
      } catch (error) {
        failure = error
      }
      if (course.isOver || stop.aborted || failure !== undefined) break reading
      if (clock.monotonic() > rested + LONG_WORK) {
        await shortRest(clock)
        rested = clock.monotonic()
      }
    }
  }
  course ??= new WatchCourse(options, last)
  // What reads the recording ends without a word when it is stopped.
  const interrupted = course.isOver || failure !== undefined ? undefined : interruptedBy(stop)
  const isWhole = failure === undefined && interrupted === undefined
  const seen = await course.finish(last, selection.unmatched, isWhole, (error) => {
    failure ??= error
  })
  if (isReaderGone(failure)) failure = undefined
  if (failure !== undefined && !(failure instanceof TidingsError)) throw failure
  const ending =
    interrupted === undefined
      ? nothingFailure(seen, recording.name, wish)
      : interruptedFailure(seen, recording.name, interrupted)
  const failures = [failure, incidentFailure(seen), ending]
  return { ...seen, failure: weightiestFailure(failures) }
}

/** So many deadlines are stepped through before a message: after a pause of years there are any number of them. */
const MOST_STEPS = 1000

/** Lets time pass until `next`, or until the first incident that comes of it, and returns the time then. */
async function advanceUntilFirst(course: WatchCourse, next: number): Promise<number> {
  for (let step = 0; step < MOST_STEPS; step++) {
    const { deadline } = course
    if (deadline === undefined || deadline > next) return next
    await course.advance(deadline)
    if (course.isOver) return deadline
  }
  return next
}

const interruptedFailure = ({ messages }: WatchOutcome, name: string, signal: string): TidingsError =>
  new TidingsError(
    'interrupted',
    `interrupted: watched ${counted(messages)}, and not the rest of ${quoteName(name)}`,
    { code: 'interrupted', details: { messages, signal } }
  )

function nothingFailure(
  { messages, unmatched }: WatchOutcome,
  name: string,
  wish: SubscriberWish
): TidingsError | undefined {
  if (messages > 0) return undefined
  return new TidingsError('nothing-received', `saw no message in ${quoteName(name)} to watch`, {
    code: 'nothing-received',
    suggestion: unmatched > 0 ? leaveOutFilters(wish) : `see what it holds: tidings record --verify ${name}`,
    details: { unmatched }
  })
}
