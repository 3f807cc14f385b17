import type { BrokerTraits } from '../core/connection.js'
import { DEFAULT_GUARANTEE } from '../core/message.js'
import { type BrowseSourceOptions, browseSource } from './browse-source.js'
import { type FollowOptions, followChannels } from './follow-channels.js'

/** Where messages are written. */
export interface FollowOutput extends Pick<FollowOptions, 'write' | 'readerGone'> {
  readonly close: () => void
}

/** Patterns whose messages the user wants to see next, if any. */
export type BrowsedPatterns = readonly string[] | undefined

export interface BrowseAndFollowOptions extends BrowseSourceOptions<BrowsedPatterns> {
  /** Called when there is something to follow: until then the view has the output. */
  readonly openOutput: () => FollowOutput
  /** The broker has granted the patterns. */
  readonly onSubscribed: (patterns: readonly string[], broker: BrokerTraits) => void
}

/**
 * Shows channels until the user leaves, and then writes the messages of those that the user has chosen, over a connection of its own,
 * until it is stopped. A recording has no more messages to come.
 * @throws TidingsError as `browseSource` and `followChannels` do
 */
export async function browseAndFollow(options: BrowseAndFollowOptions): Promise<void> {
  const { source, protocol, clock, stop, openOutput, onSubscribed } = options
  const patterns = await browseSource(options)
  if (patterns === undefined || 'recording' in source) return
  const output = openOutput()
  const subscriptions = patterns.map((pattern) => ({ pattern, guarantee: DEFAULT_GUARANTEE }))
  await followChannels({
    protocol,
    options: source.broker,
    wish: { patterns, subscriptions },
    clock,
    stop,
    readerGone: output.readerGone,
    write: output.write,
    onSubscribed: (_, broker) => onSubscribed(patterns, broker)
  }).finally(output.close)
}
