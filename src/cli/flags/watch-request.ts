import type { CapabilityWish } from '../../core/capabilities.js'
import type { ChannelGrammar } from '../../core/channel-grammar.js'
import { checkChannelName } from '../../core/channel-name.js'
import { compilePattern, parseChannelPattern } from '../../core/channel-pattern.js'
import type { Contract } from '../../core/contract.js'
import { TidingsError } from '../../core/errors.js'
import type { SchemeCapabilities } from '../../core/protocol.js'
import type { SubscriberWish } from '../../core/subscriber-wish.js'
import { quoteName } from '../../core/visible-text.js'
import type { WatchRules } from '../../core/watching/watch-rules.js'
import { refuseWithRecording } from './recording-or-broker.js'
import { subscriberWishOf, subscriptionFlags, subscriptionWishesOf } from './subscription.js'
import type { WatchFlags } from './watch.js'

/** The flags of subscriptions that are about messages, and so about those of a recording, too. */
const ABOUT_MESSAGES = ['where', 'changed', 'exclude', 'retained']
const ABOUT_SUBSCRIPTIONS = Object.keys(subscriptionFlags).filter((name) => !ABOUT_MESSAGES.includes(name))

/**
 * The patterns of channels that are watched: those that were named; without any, the expected channels, or all channels of a recording.
 * @param given the names of the flags that stand on the command line
 * @throws TidingsError of kind usage where nothing was named, and for flags about a broker where a recording is read
 */
export function watchedPatterns(
  patterns: readonly string[] = [],
  { expect = [], recording }: WatchFlags,
  given: ReadonlySet<string>
): readonly string[] {
  refuseWithRecording(given, ABOUT_SUBSCRIPTIONS)
  if (patterns.length > 0) return patterns
  if (recording !== undefined) return ['#']
  if (expect.length > 0) return expect
  throw usage(
    'cannot watch: no channel was named',
    'no-channel',
    "tidings watch 'device/#' --max-silence 30s"
  )
}

const TIMESTAMP = 'say where messages tell when they happened: --timestamp /time, or --timestamp header:NAME'

/** The capabilities that the flags need; none where a recording is read. */
export function watchWishesOf(flags: WatchFlags): CapabilityWish[] {
  if (flags.recording !== undefined) return []
  const isAged = flags['max-age'] !== undefined && flags.timestamp === undefined
  return [
    ...subscriptionWishesOf({ ...flags, retained: flags.retained ?? 'include' }),
    ...(isAged ? [['--max-age', 'source-time', TIMESTAMP] as const] : [])
  ]
}

/**
 * Which messages are wanted. What a broker has retained tells of the past, so it is left out unless it is asked for; in a recording, the
 * flag also is on messages that were published with it.
 * @param now microseconds since 1970-01-01 UTC
 */
export function watchWishOf(
  patterns: readonly string[],
  flags: WatchFlags,
  grammar: ChannelGrammar,
  rows: readonly SchemeCapabilities[],
  now: number
): SubscriberWish {
  const hasRetained =
    flags.recording === undefined && rows.some(({ capabilities }) => capabilities.retained === true)
  const retained = flags.retained ?? (hasRetained ? 'skip' : 'include')
  return subscriberWishOf(patterns, { ...flags, retained }, grammar, now)
}

const usage = (message: string, code: string, suggestion: string) =>
  new TidingsError('usage', message, { code, suggestion })

/**
 * Turns the flags into rules.
 * @throws TidingsError of kind usage where nothing is watched for, and for an expected channel that is none or that no pattern matches
 */
export function watchRulesOf(
  flags: WatchFlags,
  patterns: readonly string[],
  grammar: ChannelGrammar,
  contract: Pick<Contract, 'channels'> | undefined
): WatchRules {
  const { sequence, by, timestamp, expect = [], 'max-silence': maxSilence, 'max-age': maxAge } = flags
  const rules = {
    maxSilence: maxSilence && maxSilence * 1000,
    sequence: sequence && { number: sequence, by, countsRedelivered: flags['count-redelivered'] === true },
    age:
      maxAge === undefined && timestamp === undefined
        ? undefined
        : { limit: maxAge && maxAge * 1000, timestamp },
    minRate: flags['min-rate'],
    maxRate: flags['max-rate'],
    checked: contract && true
  }
  refuseCrossedRates(flags)
  refuseHistoryByClock(flags)
  const expected = expectedOf(expect, patterns, grammar)
  if (expected.length === 0 && Object.values(rules).every((rule) => rule === undefined))
    throw usage(
      'cannot watch: nothing to watch for was named',
      'nothing-to-watch-for',
      'add --max-silence 30s, or see: tidings watch --help'
    )
  const isWatched = matcherOf(patterns, grammar)
  const known = contract?.channels.filter(isWatched) ?? []
  return { ...rules, expected, known, maxChannels: flags['max-channels'] }
}

/**
 * History is read faster than it came. With its end, it is judged by its own times; who goes on from it into the present has two clocks, and
 * would be told of rates and silences that never were.
 */
function refuseHistoryByClock(flags: WatchFlags): void {
  const { from = 'latest', group } = flags
  if (flags.recording !== undefined || from === 'latest' || group !== undefined) return
  if (flags['until-end'] || flags.session !== undefined) return
  const flag = (['max-silence', 'min-rate', 'max-rate'] as const).find((name) => flags[name] !== undefined)
  if (flag === undefined) return
  throw usage(
    `cannot use "--${flag}" with "--from" alone: history is read faster than it came`,
    'history-by-clock',
    'add --until-end, which judges history by its own times; or leave out --from, to watch what comes'
  )
}

/** Where the lower limit is above the upper one, every rate would be an incident. */
function refuseCrossedRates({ 'min-rate': min, 'max-rate': max }: WatchFlags): void {
  if (min === undefined || max === undefined || min.count / min.window <= max.count / max.window) return
  throw usage('cannot watch: --min-rate is above --max-rate', 'crossed-rates', 'exchange them')
}

function expectedOf(
  expect: readonly string[],
  patterns: readonly string[],
  grammar: ChannelGrammar
): readonly string[] {
  const isWatched = matcherOf(patterns, grammar)
  // What comes from the address of a queue may have been published to any channel.
  const isAny = patterns.some((pattern) => grammar.isLiteral?.(pattern))
  return expect.map((text) => {
    const channel = checkChannelName(text, grammar)
    if (isAny || isWatched(channel)) return channel
    throw usage(
      `cannot expect ${quoteName(channel)}: none of the patterns matches it`,
      'unwatched-channel',
      'name it as a pattern, too'
    )
  })
}

function matcherOf(patterns: readonly string[], grammar: ChannelGrammar): (channel: string) => boolean {
  const matchers = patterns.map((text) => compilePattern(parseChannelPattern(text, grammar).pattern, grammar))
  return (channel) => matchers.some((matches) => matches(channel))
}
