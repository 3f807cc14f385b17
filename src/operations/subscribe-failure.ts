import { counted } from '../core/counted.js'
import { TidingsError } from '../core/errors.js'
import { formatGrouped } from '../core/grouped-number.js'
import { contractFailure } from './contract-failure.js'
import { weightiestFailure } from './failure-precedence.js'
import type { SubscribeOptions, SubscribeOutcome } from './subscribe.js'

const NOTHING_WRONG = 'leave out --invalid only to see what comes'
const NO_MORE = 'no more was there'
const TIME_OVER = 'the time ran out'
const NOTHING_KEPT = 'leave out --retained only to wait for what is published'

/** What was wanted, as far as failures depend on it. */
export type WantedMessages = Pick<SubscribeOptions, 'retained' | 'changed' | 'condition' | 'check'> &
  Partial<Pick<SubscribeOptions, 'subscriptions'>>

/**
 * The failure of a subscription: messages break the contract that they were checked against, or it ended before enough messages came, because
 * the time ran out, the user stopped it, or no more was there. Where the end of what is there was asked for, and neither a number nor a filter, nothing at all is no failure.
 * @param wanted which messages were wanted; all if absent
 * @param hints what to think of where nothing came, as parts of a suggestion
 * @returns a failure of kind wrong-messages, nothing-received, too-few-received, unfinished or interrupted; `undefined` if all is well
 */
export function subscribeFailure(
  outcome: Omit<SubscribeOutcome, 'elapsed'>,
  count: number | undefined,
  interruptedBy: string | undefined,
  wanted: WantedMessages = {},
  hints: readonly string[] = []
): TidingsError | undefined {
  const missing = missingFailure(outcome, count, interruptedBy, wanted, hints)
  const broken = contractFailure(wanted.check)
  const isShort = missing !== undefined && broken !== undefined && count !== undefined
  const both = isShort ? alsoTooFew(broken, outcome, count, wanted) : broken
  return weightiestFailure([both, missing])
}

const SHOWN = { mark: '', stop: '', only: ' that break it', skip: ' that keep it' } as const

/** Wrong messages are the failure, and who asked for a number is told besides how many came. */
function alsoTooFew(
  broken: TidingsError,
  { received, ended }: Omit<SubscribeOutcome, 'elapsed'>,
  count: number,
  { check }: WantedMessages
): TidingsError {
  const { kind, code, message, suggestion, details } = broken
  const came = `${formatGrouped(received)} of ${counted(count)}${SHOWN[check?.invalid ?? 'mark']}`
  const why = ended === 'stop' ? 'it was stopped' : ended === 'end' ? NO_MORE : TIME_OVER
  return new TidingsError(kind, `${message}; received ${came}: ${why}`, {
    code,
    ...(suggestion !== undefined && { suggestion }),
    details: { ...details, received, count }
  })
}

/** What to do where messages came and none passed these filters. */
export function leaveOutFilters({ condition, changed }: WantedMessages): string {
  const flags = [...(condition === undefined ? [] : ['--where']), ...(changed ? ['--changed'] : [])]
  return `leave out ${flags.join(' and ')} to see what comes`
}

/** The failure where not enough messages came. */
function missingFailure(
  outcome: Omit<SubscribeOutcome, 'elapsed'>,
  count: number | undefined,
  interruptedBy: string | undefined,
  wanted: WantedMessages,
  hints: readonly string[]
): TidingsError | undefined {
  const { received, ended, unmatched = 0 } = outcome
  const { retained, changed, condition, check } = wanted
  // Enough messages may have come when the time runs out, while the broker's answer to the subscription is still behind them.
  const isEnough = count !== undefined && count > 0 && received >= count
  if (ended === 'count' || ended === 'invalid' || isEnough) return undefined
  if (ended === 'end' && !count && condition === undefined && !changed) return undefined
  if (ended === 'stop') {
    const isEndAwaited = wanted.subscriptions?.some(({ untilEnd }) => untilEnd) === true
    if (interruptedBy === undefined || (count === undefined && !isEndAwaited)) return undefined
    const came =
      count === undefined
        ? `${counted(received)}, before the end of what is there`
        : `${formatGrouped(received)} of ${counted(count)}`
    return new TidingsError('interrupted', `interrupted: received ${came}`, {
      code: 'interrupted',
      details: { received, signal: interruptedBy }
    })
  }
  if (outcome.outage !== undefined) {
    const so = count === undefined ? counted(received) : `${formatGrouped(received)} of ${counted(count)}`
    return new TidingsError(
      'unfinished',
      `received ${so}: the time ran out while the connection was down: ${outcome.outage}`,
      {
        code: 'connection-lost',
        suggestion: 'allow more time, or see what is wrong with: tidings broker check',
        details: { received }
      }
    )
  }
  const over = ended === 'end' ? NO_MORE : TIME_OVER
  const kept = check?.invalid === 'only' ? check.tally.checked - check.tally.wrong : 0
  if (received === 0 && kept > 0) {
    // Who asks only for what is wrong, and for no number of it, is glad that nothing is.
    if (!count) return undefined
    const why = `${over}, and ${counted(kept)} ${kept === 1 ? 'keeps' : 'keep'} it`
    return new TidingsError('nothing-received', `received nothing that breaks the contract: ${why}`, {
      code: 'nothing-received',
      suggestion: NOTHING_WRONG,
      details: { received, kept }
    })
  }
  if (received === 0 && unmatched > 0) {
    const why = `${over}, and ${counted(unmatched)} did not match`
    return new TidingsError('nothing-received', `received nothing that matches: ${why}`, {
      code: 'nothing-received',
      suggestion: leaveOutFilters(wanted),
      details: { received, unmatched }
    })
  }
  if (received === 0) {
    const isKept = retained === 'only'
    const thoughts = isKept ? [NOTHING_KEPT, ...hints] : hints
    const why = isKept ? 'no message is retained there' : over
    return new TidingsError('nothing-received', `received nothing: ${why}`, {
      code: 'nothing-received',
      ...(thoughts.length > 0 && { suggestion: thoughts.join('; ') }),
      details: { received }
    })
  }
  if (!count) return undefined
  return new TidingsError(
    'too-few-received',
    `received ${formatGrouped(received)} of ${counted(count)}: ${over}`,
    {
      code: 'too-few-received',
      suggestion: `${ended === 'end' ? 'begin earlier' : 'allow more time'}, or expect fewer messages`,
      details: { received, count }
    }
  )
}
