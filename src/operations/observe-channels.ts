import type { ChannelCatalogue } from '../core/catalogue/channel-catalogue.js'
import type { ChannelGrammar, ParsedPattern } from '../core/channel-grammar.js'
import { compilePattern } from '../core/channel-pattern.js'
import type { LookLimits, Subscription } from '../core/connection.js'
import { counted } from '../core/counted.js'
import { TidingsError } from '../core/errors.js'
import { type Guarantee, isRetained, type Message } from '../core/message.js'
import type { MessageSelection } from '../core/message-selection.js'
import { isBroken, type RecordedMessage, type RecordingItem } from '../core/recording/recording-item.js'
import { canLook, type Look, takeLook } from './look-at-channels.js'
import { type SubscribeOptions, type SubscribeOutcome, subscribe } from './subscribe.js'
import { leaveOutFilters, type WantedMessages } from './subscribe-failure.js'

/** A look that tells what a broker keeps, and shows none of it. */
const ONLY_LIST: LookLimits = { messages: 0, time: 0 }

export interface ObserveOptions extends Omit<SubscribeOptions, 'write' | 'subscriptions' | 'before'> {
  readonly patterns: readonly ParsedPattern[]
  readonly catalogue: ChannelCatalogue
  /** Where in what the broker keeps to begin, and whether to end with what was there at the start. */
  readonly history?: Pick<Subscription, 'from' | 'untilEnd' | 'skipUnreadable'> | undefined
  /** How much of what the broker keeps is looked at before, where the broker can show it. */
  readonly look?: LookLimits | undefined
  /** Told why nothing could be looked at of a channel that was named, or of any. What comes later is observed all the same. */
  readonly onNotLookedAt?: ((failure: TidingsError) => void) | undefined
  /** Gets every batch, too. Messages are acknowledged once the promise that it returns has settled. */
  readonly also?: (batch: readonly Message[]) => void | Promise<void>
}

/**
 * Takes messages on matching channels into the catalogue until the time is up, enough messages came, or `stop` aborts. If the broker
 * can list channels, the listed channels come first, unless messages are filtered; then what it keeps, as far as it is looked at. Where
 * history was asked for, its messages count as stored: as of their source times, and not as live. These are all messages where its end was
 * asked for, too, and otherwise those that were published before. The subscription asks for the highest guarantee, so that every message arrives with the one that it was published with, unless the broker
 * may drop retained messages over that: to see every channel matters more. Queues of others keep their messages.
 * @throws TidingsError as `subscribe` does
 */
export async function observeChannels(options: ObserveOptions): Promise<SubscribeOutcome> {
  const { connection, catalogue, also, history, look: limits, onNotLookedAt } = options
  const guarantee = connection.broker.mayDropRetained ? 0 : 2
  const subscriptions = observingSubscriptions(options, guarantee)
  const looks = limits !== undefined && canLook(options)
  const began = options.clock.now()
  let looked: Look = { unmatched: 0, failure: undefined }
  const outcome = await subscribe({
    ...options,
    before: async () => {
      if (!looks) return listChannels(options)
      looked = await takeLook({ ...options, limits }, also)
      if (looked.failure !== undefined) onNotLookedAt?.(looked.failure)
    },
    subscriptions: looks ? subscriptions.map((each) => ({ ...each, sinceLook: true })) : subscriptions,
    write: (batch) => {
      const messages = batch.map(withoutOwnGuarantee)
      const isOld = ({ sourceTime }: Message) => sourceTime !== undefined && sourceTime < began
      if (history?.untilEnd) catalogue.observeStored(messages)
      else if (history?.from !== undefined) {
        catalogue.observeStored(messages.filter(isOld))
        catalogue.observe(messages.filter((each) => !isOld(each)))
      } else catalogue.observe(messages)
      return also?.(batch)
    }
  })
  const unmatched = (outcome.unmatched ?? 0) + looked.unmatched
  return unmatched === 0 ? outcome : { ...outcome, unmatched }
}

/** The subscriptions by which channels are observed. */
export const observingSubscriptions = (
  { patterns, history }: Pick<ObserveOptions, 'patterns' | 'history'>,
  guarantee: Guarantee = 2
): Subscription[] =>
  patterns.map(({ pattern, group }) => ({ pattern, group, guarantee, browse: true, ...history }))

/** What was retained comes with the guarantee that was asked for, which says nothing of the one that it was published with. */
const withoutOwnGuarantee = (message: Message): Message =>
  isRetained(message) && message.guarantee === 0 ? { ...message, guarantee: undefined } : message

/** Takes the channels that the broker lists, and that a pattern matches, into the catalogue. */
async function listChannels(options: ObserveOptions): Promise<void> {
  const { connection, patterns, patternRules, catalogue, clock, changed, condition, history } = options
  // A filter wants messages, and a list says nothing of them.
  if (changed || condition !== undefined) return
  // How many messages there are is told beside what is read of them: what comes later is not read.
  if (history?.untilEnd && canLook(options)) return void (await takeLook({ ...options, limits: ONLY_LIST }))
  if (connection.channels === undefined) return
  const matchers = patterns.map(({ pattern }) => compilePattern(pattern, patternRules))
  const listed = await connection.channels()
  catalogue.list(
    listed.filter(({ name }) => matchers.some((matches) => matches(name))),
    clock.now()
  )
}

export interface ObserveRecordingOptions {
  readonly items: AsyncIterable<readonly RecordingItem[]>
  /** Decides which messages are taken in, and when they are enough. */
  readonly selection: MessageSelection
  readonly catalogue: ChannelCatalogue
  /** Lets others have their turn. */
  readonly rest: () => Promise<void>
}

/**
 * Takes a recording into the catalogue. Each message gets its position in the recording as its time.
 * @throws TidingsError of kind bad-input for the first line that cannot be read
 */
export async function observeRecording(options: ObserveRecordingOptions): Promise<void> {
  const { items, selection, catalogue, rest } = options
  for await (const batch of items) {
    for (const item of batch) {
      if (isBroken(item)) throw item.broken
      if (selection.judge(item.message) === 'keep') catalogue.observe([placed(item)])
      if (selection.isComplete) return
      if (selection.takeRest()) await rest()
    }
  }
}

/** The position is a better time: it never decreases, and exists even if a foreign recording has no times. */
function placed({ message, position }: RecordedMessage): RecordedMessage['message'] {
  return { ...message, time: position }
}

/**
 * The failure of a command that has observed no message and no channel: of kind nothing-received. `undefined` if something was observed.
 * @param file the name of the recording, if one was read
 * @param unmatched how many messages the filters left out
 * @param wanted these filters
 * @param hints what to think of where nothing came, as parts of a suggestion
 */
export function observeFailure(
  catalogue: ChannelCatalogue,
  patterns: readonly string[],
  { hidden, unlisted, examples }: ChannelGrammar,
  file?: string,
  unmatched = 0,
  wanted: WantedMessages = {},
  hints: readonly string[] = []
): TidingsError | undefined {
  if (catalogue.messages > 0 || catalogue.channels.length > 0) return undefined
  const what = patterns.map((pattern) => `"${pattern}"`).join(', ')
  if (unmatched > 0) {
    return new TidingsError(
      'nothing-received',
      `saw no message on ${what} that matches: ${counted(unmatched)} did not`,
      {
        code: 'nothing-received',
        suggestion: leaveOutFilters(wanted),
        details: { unmatched }
      }
    )
  }
  if (file !== undefined) {
    return new TidingsError('nothing-received', `saw no message on ${what} in "${file}"`, {
      code: 'nothing-received',
      suggestion: `see what it holds: tidings record --verify ${file}`
    })
  }
  const hasAskedForHidden = hidden !== undefined && patterns.some((pattern) => pattern.startsWith(hidden))
  const more =
    examples.hidden === undefined || hasAskedForHidden
      ? []
      : [`the broker's own channels must be asked for: tidings channels '${examples.hidden}'`]
  return new TidingsError('nothing-received', `saw no message on ${what}`, {
    code: 'nothing-received',
    suggestion: (unlisted === undefined
      ? ['observe for longer: --for 1m', ...more, ...hints]
      : [unlisted, ...more]
    ).join('; ')
  })
}
