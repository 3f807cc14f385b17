import { openRecording } from '../../cli/recording/recording-input.js'
import { describeServer } from '../../core/asyncapi/described-server.js'
import type { DescribedServer } from '../../core/asyncapi/update-document.js'
import { compilePattern } from '../../core/channel-pattern.js'
import type { ConnectionOptions } from '../../core/connection.js'
import { observeChannels, observeRecording } from '../../operations/observe-channels.js'
import { openConnection } from '../../transport/open-connection.js'
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
  /** Milliseconds; 5 s unless given. */
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
  { io, catalogue, patterns, say }: ChannelWork,
  options: ConnectionOptions,
  { timeout, count }: ObserveLimits
): Promise<Observed> {
  const { clock, stop } = io
  const connection = await openConnection(options)
  const { url, protocol } = connection.broker
  await observeChannels({
    connection,
    clock,
    stop,
    patterns,
    catalogue,
    timeout: timeout ?? DEFAULT_TIME,
    count,
    onSubscribed: () => say(subscribedLine(patterns, connection.broker))
  })
  return { until: clock.now(), server: describeServer(url, protocol) }
}

async function observeFile(
  { io, catalogue, patterns }: ChannelWork,
  name: string,
  { count }: ObserveLimits
): Promise<Observed> {
  const matches = patterns.map(compilePattern)
  let broker = ''
  await observeRecording({
    items: openRecording(name, io, {
      signal: io.stop,
      onHeader: (header) => {
        broker ||= header.broker
      }
    }),
    isWanted: (channel) => matches.some((match) => match(channel)),
    catalogue,
    count
  })
  return { until: catalogue.lastSeen ?? 0, server: describeServer(broker) }
}
