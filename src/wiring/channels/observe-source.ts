import { limitOf } from '../../cli/flags/values.js'
import type { ConnectionOptions } from '../../core/connection.js'
import type { DescribedServer } from '../../core/described-server.js'
import { MessageSelection } from '../../core/message-selection.js'
import { openRecording } from '../../files/recording/recording-input.js'
import { observeChannels, observeRecording } from '../../operations/observe-channels.js'
import { subscribedLine } from '../../ui/subscribe-report.js'
import type { ChannelSource, ChannelWork } from './channel-work.js'

const DEFAULT_TIME = 5000

/** What was observed, and until when (microseconds since 1970 UTC). */
export interface Observed {
  readonly until: number
  readonly server: DescribedServer | undefined
}

/** When observing ends by itself; a recording ends anyway. */
export interface ObserveLimits {
  /** Milliseconds, 0 for no limit; 5 s unless given. */
  readonly timeout?: number | undefined
  /** Messages. */
  readonly count?: number | undefined
}

/** Fills the catalogue from a broker for a while, or from a recording. */
export function observeSource(
  work: ChannelWork,
  source: ChannelSource,
  limits: ObserveLimits
): Promise<Observed> {
  return typeof source === 'string' ? observeFile(work, source, limits) : observeBroker(work, source, limits)
}

async function observeBroker(
  { io, catalogue, protocol, patterns, say }: ChannelWork,
  options: ConnectionOptions,
  { timeout, count }: ObserveLimits
): Promise<Observed> {
  const { clock, stop } = io
  const connection = await protocol.open(options)
  await observeChannels({
    connection,
    clock,
    stop,
    patterns,
    patternRules: protocol.grammar,
    catalogue,
    timeout: timeout === undefined ? DEFAULT_TIME : limitOf(timeout),
    count,
    onSubscribed: () =>
      say(
        subscribedLine(
          patterns.map(({ pattern }) => pattern),
          connection.broker
        )
      )
  })
  return { until: clock.now(), server: connection.broker.server }
}

async function observeFile(
  { io, catalogue, protocol, patterns }: ChannelWork,
  name: string,
  { count }: ObserveLimits
): Promise<Observed> {
  let broker = ''
  await observeRecording({
    items: openRecording(name, io, {
      signal: io.stop,
      onHeader: (header) => {
        broker ||= header.broker
      }
    }),
    selection: new MessageSelection(
      { patterns: patterns.map(({ pattern }) => pattern), count },
      protocol.grammar
    ),
    catalogue
  })
  return { until: catalogue.lastSeen ?? 0, server: protocol.describeServer(broker) }
}
