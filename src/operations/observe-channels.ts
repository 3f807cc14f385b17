import type { ChannelCatalogue } from '../core/catalogue/channel-catalogue.js'
import type { ChannelGrammar, ParsedPattern } from '../core/channel-grammar.js'
import { compilePattern } from '../core/channel-pattern.js'
import { TidingsError } from '../core/errors.js'
import { isRetained, type Message } from '../core/message.js'
import type { MessageSelection } from '../core/message-selection.js'
import { isBroken, type RecordedMessage, type RecordingItem } from '../core/recording/recording-item.js'
import { type SubscribeOptions, type SubscribeOutcome, subscribe } from './subscribe.js'

export interface ObserveOptions extends Omit<SubscribeOptions, 'write' | 'subscriptions' | 'before'> {
  readonly patterns: readonly ParsedPattern[]
  readonly catalogue: ChannelCatalogue
  /** Is handed every batch as well; messages are acknowledged once what it returns has settled. */
  readonly also?: (batch: readonly Message[]) => void | Promise<void>
}

/**
 * Takes what is published on matching channels into the catalogue until the time is up, enough came, or it is stopped; before
 * that, what the broker lists of them, where it can. Asks for the highest guarantee, so that every message arrives with the one that
 * it was published with, unless the broker may drop retained messages over that: to see every channel matters more.
 * @throws TidingsError as `subscribe` does
 */
export async function observeChannels(options: ObserveOptions): Promise<SubscribeOutcome> {
  const { connection, patterns, catalogue, also } = options
  const guarantee = connection.broker.mayDropRetained ? 0 : 2
  return subscribe({
    ...options,
    before: () => listChannels(options),
    subscriptions: patterns.map(({ pattern, group }) => ({ pattern, group, guarantee })),
    write: (batch) => {
      catalogue.observe(batch.map(withoutOwnGuarantee))
      return also?.(batch)
    }
  })
}

/** What was retained comes with the guarantee that was asked for, which says nothing of the one that it was published with. */
const withoutOwnGuarantee = (message: Message): Message =>
  isRetained(message) && message.guarantee === 0 ? { ...message, guarantee: undefined } : message

/** Takes in the channels that the broker lists and a pattern matches. */
async function listChannels(options: ObserveOptions): Promise<void> {
  const { connection, patterns, patternRules, catalogue, clock } = options
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
  /** Decides which messages are taken in, and when enough have been. */
  readonly selection: MessageSelection
  readonly catalogue: ChannelCatalogue
}

/**
 * Takes a recording into the catalogue, each message at the time at which it was received.
 * @throws TidingsError of kind bad-input for the first line that cannot be read
 */
export async function observeRecording(options: ObserveRecordingOptions): Promise<void> {
  const { items, selection, catalogue } = options
  for await (const batch of items) {
    for (const item of batch) {
      if (isBroken(item)) throw item.broken
      if (selection.judge(item.message) === 'keep') catalogue.observe([placed(item)])
      if (selection.isComplete) return
    }
  }
}

/** The position never goes back, and is there also where a foreign recording says no time. */
function placed({ message, position }: RecordedMessage): RecordedMessage['message'] {
  return { ...message, time: position }
}

/**
 * What a script is to be told when nothing was seen: a failure of kind nothing-received, or undefined if all is well.
 * @param file the recording that the messages are from, if they are
 */
export function observeFailure(
  catalogue: ChannelCatalogue,
  patterns: readonly string[],
  { hidden, examples }: ChannelGrammar,
  file?: string
): TidingsError | undefined {
  if (catalogue.messages > 0 || catalogue.channels.length > 0) return undefined
  const what = patterns.map((pattern) => `"${pattern}"`).join(', ')
  if (file !== undefined) {
    return new TidingsError('nothing-received', `saw no message on ${what} in "${file}"`, {
      code: 'nothing-received',
      suggestion: `see what it holds: tidings record --verify ${file}`
    })
  }
  const hasAskedForHidden = hidden !== undefined && patterns.some((pattern) => pattern.startsWith(hidden))
  const more =
    examples.hidden === undefined || hasAskedForHidden
      ? ''
      : `; the broker's own channels must be asked for: tidings channels '${examples.hidden}'`
  return new TidingsError('nothing-received', `saw no message on ${what}`, {
    code: 'nothing-received',
    suggestion: `observe for longer: --for 1m${more}`
  })
}
