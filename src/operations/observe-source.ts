import type { ChannelCatalogue } from '../core/catalogue/channel-catalogue.js'
import type { ParsedPattern } from '../core/channel-grammar.js'
import type { Clock } from '../core/clock.js'
import type { BrokerTraits, ConnectionOptions } from '../core/connection.js'
import type { DescribedServer } from '../core/described-server.js'
import type { TidingsError } from '../core/errors.js'
import { type MessageFilter, MessageSelection } from '../core/message-selection.js'
import type { Protocol } from '../core/protocol.js'
import type { ReadableRecording } from '../core/recording/readable-recording.js'
import { checkSubscriptions } from './check-subscriptions.js'
import { canLook, lookAtChannels } from './look-at-channels.js'
import {
  type ObserveOptions,
  observeChannels,
  observeRecording,
  observingSubscriptions
} from './observe-channels.js'
import { shortRest } from './short-rest.js'

/** Where the messages come from: a broker, or a recording. */
export type ChannelSource = { readonly broker: ConnectionOptions } | { readonly recording: ReadableRecording }

/** The source that is observed, and what observing needs. */
export interface SourceOptions extends MessageFilter {
  readonly source: ChannelSource
  /** The protocol of the broker; for a recording, of the broker that was recorded. */
  readonly protocol: Pick<Protocol, 'open' | 'grammar' | 'describeServer' | 'whyNotSubscribed'>
  readonly patterns: readonly ParsedPattern[]
  /** Where in a broker's history to begin and end. */
  readonly history?: ObserveOptions['history']
  /** How much of what the broker keeps is looked at first, where the broker can show it. */
  readonly look?: ObserveOptions['look']
  readonly catalogue: ChannelCatalogue
  readonly clock: Clock
  readonly stop: AbortSignal
}

export interface ObserveSourceOptions extends SourceOptions {
  /** What comes after the look is not waited for. */
  readonly endsWithLook?: boolean | undefined
  /** Milliseconds after which observing a broker ends; no limit if absent. */
  readonly timeout?: number | undefined
  /** The number of messages after which observing ends; no limit if absent. */
  readonly count?: number | undefined
  /** Called once the broker has granted every pattern. */
  readonly onSubscribed: (broker: BrokerTraits) => void
}

/** The result of observing: when it ended (microseconds since 1970 UTC), and the server. */
export interface Observed {
  readonly until: number
  /** How many messages did not match the filter; absent if there are none. */
  readonly unmatched?: number | undefined
  readonly server: DescribedServer | undefined
  /** What the broker keeps could not be looked at: as `Look.failure`. */
  readonly failure?: TidingsError | undefined
}

/**
 * Fills the catalogue from a broker, for a time, or from a recording.
 * @throws TidingsError as `checkSubscriptions`; what opening a connection, `subscribe` or reading the recording rejects with
 */
export function observeSource(options: ObserveSourceOptions): Promise<Observed> {
  const { source } = options
  return 'broker' in source
    ? observeBroker(source.broker, options)
    : observeRecorded(source.recording, options)
}

async function observeBroker(broker: ConnectionOptions, options: ObserveSourceOptions): Promise<Observed> {
  const { protocol, clock, onSubscribed, endsWithLook, look: limits } = options
  checkSubscriptions(protocol, observingSubscriptions(options))
  const connection = await protocol.open(broker)
  if (endsWithLook && limits !== undefined && canLook({ ...options, connection })) {
    const { unmatched, failure } = await lookAtChannels({
      ...options,
      connection,
      limits,
      patternRules: protocol.grammar
    })
    return { until: clock.now(), unmatched, server: connection.broker.server, failure }
  }
  let failure: TidingsError | undefined
  const { unmatched } = await observeChannels({
    ...options,
    connection,
    patternRules: protocol.grammar,
    onSubscribed: () => onSubscribed(connection.broker),
    onNotLookedAt: (why) => {
      failure = why
    }
  })
  return { until: clock.now(), unmatched, server: connection.broker.server, failure }
}

/** Takes a recording into the catalogue. Also returns the URL of the broker that was recorded, empty if the recording names none. Rejects with what reading the recording rejects with. */
export async function observeRecorded(
  { open }: ReadableRecording,
  options: Pick<
    ObserveSourceOptions,
    'protocol' | 'patterns' | 'count' | 'catalogue' | 'clock' | 'changed' | 'condition' | 'check'
  >
): Promise<Observed & { readonly broker: string }> {
  const { protocol, count, catalogue, clock, changed, condition, check } = options
  const patterns = options.patterns.map(({ pattern }) => pattern)
  const selection = new MessageSelection({ patterns, count, changed, condition, check }, protocol.grammar)
  let broker = ''
  await observeRecording({
    items: open((header) => {
      broker ||= header.broker
    }),
    selection,
    catalogue,
    rest: () => shortRest(clock)
  })
  const { unmatched } = selection
  return { until: catalogue.lastSeen ?? 0, unmatched, server: protocol.describeServer(broker), broker }
}
