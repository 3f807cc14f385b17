import { coversPattern, type PatternRules } from '../core/channel-pattern.js'
import type { Clock } from '../core/clock.js'
import type { BrokerConnection, Grant, Receipt, Subscription } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import { MessageSelection, type SelectionOptions } from '../core/message-selection.js'
import { shortRest } from './short-rest.js'
import { watchForUnnamed } from './unnamed-channel.js'

export interface SubscribeOptions
  extends Pick<SelectionOptions, 'count' | 'exclude' | 'retained' | 'changed' | 'condition' | 'check'> {
  readonly connection: BrokerConnection
  /** How the protocol's patterns match channels. */
  readonly patternRules: PatternRules
  readonly clock: Clock
  readonly subscriptions: readonly Subscription[]
  /** Writes messages. They are acknowledged once the promise that it returns has resolved. */
  readonly write: (batch: readonly Message[]) => void | Promise<void>
  /** Ends the subscription from outside. */
  readonly stop: AbortSignal
  /** Runs before the subscription, over the same connection. The time limit, a stop and the end of the connection do not wait for it. */
  readonly before?: () => Promise<void>
  /** Called with the broker's answers once it has granted every subscription. */
  readonly onSubscribed: (grants: readonly Grant[]) => void
  /** Called once, with the channel of the first message that none of the subscriptions asks for. */
  readonly onUnnamed?: ((channel: string) => void) | undefined
  /** Ends the subscription after this many milliseconds. */
  readonly timeout?: number | undefined
  /** Ends the subscription so many milliseconds after the broker has granted it, or after they have passed without a grant. */
  readonly duration?: number | undefined
  /** Ends the subscription when no message came for this many milliseconds. */
  readonly idle?: number | undefined
  /** Why the connection is down now; `undefined` while it is up. */
  readonly outage?: () => string | undefined
}

/**
 * How long the first messages wait for the broker's answer to the subscription, in microseconds, so that the user is told the answer
 * before them. The answer comes before the first messages or right after them. If a session had queued many messages, the answer is
 * behind them, and cannot be read before they were taken.
 */
const GRANT_TIME = 20_000

/** How long the end waits for a running write, in milliseconds: a message that was written and not acknowledged would come again. */
const SETTLING = 1000

export interface SubscribeOutcome {
  /** How many messages came that were wanted. */
  readonly received: number
  /** How many others came and did not match the filter; absent if there are none. */
  readonly unmatched?: number
  /** `end`: everything that was there at the start has been written. `invalid`: a message broke the contract, and was to be the last one. */
  readonly ended: 'count' | 'invalid' | 'end' | 'timeout' | 'idle' | 'stop'
  /** Microseconds from asking for the messages to the end; 0 if they were never asked for. */
  readonly elapsed: number
  /** Why the connection was down when the time ran out or it was stopped, if it was. */
  readonly outage?: string | undefined
}

function checkGrants(grants: readonly Grant[]): void {
  const denied = grants.filter(({ guarantee }) => guarantee === undefined)
  if (denied.length === 0) return
  const what = denied.map(({ pattern, reason }) => `"${pattern}": ${reason ?? 'no reason given'}`).join(', ')
  const suggestion = denied.find((grant) => grant.suggestion !== undefined)?.suggestion
  throw new TidingsError('refused', `cannot subscribe to ${what}`, {
    code: 'subscribe-refused',
    suggestion: suggestion ?? 'ask for the right to subscribe there, or leave it out'
  })
}

/** Leaves out subscriptions that another one covers: a broker may send a message once for each subscription that matches. */
function withoutCovered(
  subscriptions: readonly Subscription[],
  rules: PatternRules
): readonly Subscription[] {
  const covers = (one: Subscription, other: Subscription) =>
    one.group === other.group &&
    one.guarantee >= other.guarantee &&
    coversPattern(one.pattern, other.pattern, rules)
  return subscriptions.filter(
    (each, at) =>
      !subscriptions.some(
        (other, place) => place !== at && covers(other, each) && (!covers(each, other) || place < at)
      )
  )
}

/**
 * Subscribes, and writes messages until enough messages came, what was there at the start has been written (where a subscription asks for
 * that end), the time is up, or `stop` aborts. The connection is closed in every case.
 * @throws TidingsError of kind refused if the broker denied any subscription; the error that ended the connection, if it ended by itself;
 * the error of `write`
 */
export async function subscribe(options: SubscribeOptions): Promise<SubscribeOutcome> {
  const { connection, clock, write, count, exclude, retained, changed, condition, check } = options
  const filters = { count, exclude, retained, changed, condition, check }
  const selection = new MessageSelection(filters, options.patternRules)
  const subscriptions = withoutCovered(options.subscriptions, options.patternRules)
  const { onUnnamed } = options
  let look = onUnnamed && watchForUnnamed(subscriptions, options.patternRules, onUnnamed)
  let received = 0
  let lastMessage = clock.monotonic()
  let asked: number | undefined
  let elapsed = 0
  let writing = 0
  let writeFailure: { readonly error: unknown } | undefined
  let isGranted = false
  let ended: SubscribeOutcome['ended'] | undefined
  let outage: string | undefined
  let end: () => void = () => undefined
  const over = new Promise<void>((resolve) => {
    end = resolve
  })
  const endBecause = (reason: SubscribeOutcome['ended']) => {
    if (ended === undefined && ['timeout', 'idle', 'stop'].includes(reason)) outage = options.outage?.()
    if (ended === undefined && asked !== undefined) elapsed = clock.monotonic() - asked
    ended ??= reason
    end()
  }

  const timers = new AbortController()
  const granted = new AbortController()
  let isOpen = false
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = () => {
      isOpen = true
      resolve()
    }
  })

  /** Writes at most as many messages as are still wanted, and returns how many of the batch were taken. */
  const take = (batch: readonly Message[], from = 0): Receipt | Promise<Receipt> => {
    if (ended) return { done: from, next: 'stop' }
    if (from === 0) look?.(batch)
    const { wanted, done } = selection.select(batch, from)
    const settle = (): Receipt | Promise<Receipt> => {
      if (selection.isComplete) {
        // Before the grant, the broker may still refuse the subscription, which counts more.
        if (isGranted) endBecause(selection.isStopped ? 'invalid' : 'count')
        return { done, next: 'stop' }
      }
      if (done < batch.length) return shortRest(clock, timers.signal).then(() => take(batch, done))
    }
    if (wanted.length === 0) return settle()
    const written = writeOut(wanted)
    return written ? written.then(settle) : settle()
  }

  const writeOut = (wanted: readonly Message[]): void | Promise<void> => {
    const count = () => {
      received += wanted.length
      lastMessage = clock.monotonic()
    }
    try {
      const written = write(wanted)
      if (written === undefined) return count()
      writing++
      return written.then(count, fail).finally(() => writing--)
    } catch (error) {
      fail(error)
    }
  }

  const fail = (error: unknown): never => {
    writeFailure = { error }
    throw error
  }

  const receive = (batch: readonly Message[]): Receipt | Promise<Receipt> => {
    if (isOpen) return take(batch)
    void clock.sleepUntil(clock.monotonic() + GRANT_TIME, timers.signal).then(open)
    return opened.then(() => take(batch))
  }

  const endAfter = (milliseconds: number | undefined, signal: AbortSignal) => {
    if (milliseconds === undefined) return
    const due = clock.monotonic() + milliseconds * 1000
    void clock.sleepUntil(due, signal).then(() => !signal.aborted && endBecause('timeout'))
  }
  const onStop = () => endBecause('stop')
  options.stop.addEventListener('abort', onStop, { once: true })
  if (options.stop.aborted) onStop()
  try {
    endAfter(options.timeout, timers.signal)
    endAfter(options.duration, AbortSignal.any([timers.signal, granted.signal]))
    // A broker may never answer. Ctrl-C, the time limit and the end of the connection do not wait for the answer.
    const nothing = Promise.race([over, connection.closed]).then(() => undefined)
    const ask = async () => {
      await options.before?.()
      if (ended !== undefined) return
      asked = clock.monotonic()
      return connection.subscribe(subscriptions, receive)
    }
    const grants = await Promise.race([ask(), nothing])
    if (grants !== undefined) {
      checkGrants(grants)
      isGranted = true
      granted.abort('granted')
      endAfter(options.duration, timers.signal)
      // What others have put into a queue is no surprise.
      if (grants.some(({ isQueue }) => isQueue)) look = undefined
      options.onSubscribed(grants)
      if (selection.isComplete) endBecause(selection.isStopped ? 'invalid' : 'count')
      open()
      void endOf(grants)?.then(() => endBecause('end'))
      const began = clock.monotonic()
      if (options.idle !== undefined)
        void watchIdle(
          options.idle * 1000,
          clock,
          // A slow reader holds messages back. This time does not count as idle.
          () => (writing > 0 ? clock.monotonic() : Math.max(lastMessage, began)),
          timers.signal,
          endBecause
        )
    }
    const failure = await Promise.race([over, connection.closed])
    if (failure && ended === undefined) throw failure
  } finally {
    // From now on nothing is written, not even messages that wait for the grant.
    endBecause('stop')
    timers.abort()
    options.stop.removeEventListener('abort', onStop)
    await connection.close(SETTLING)
  }
  if (writeFailure !== undefined) throw writeFailure.error
  const { unmatched } = selection
  return { received, ...(unmatched > 0 && { unmatched }), ended: ended ?? 'stop', elapsed, outage }
}

/** Resolves once all grants have come to their end; `undefined` where nobody asked for that. */
function endOf(grants: readonly Grant[]): Promise<unknown> | undefined {
  const ends = grants.map(({ end }) => end)
  return ends.length > 0 && ends.every((end) => end !== undefined) ? Promise.all(ends) : undefined
}

async function watchIdle(
  idle: number,
  clock: Clock,
  last: () => number,
  signal: AbortSignal,
  endBecause: (reason: 'idle') => void
): Promise<void> {
  while (!signal.aborted) {
    if (clock.monotonic() >= last() + idle) return endBecause('idle')
    await clock.sleepUntil(last() + idle, signal)
  }
}
