import { ChannelCatalogue } from '../core/catalogue/channel-catalogue.js'
import type { PatternRules } from '../core/channel-pattern.js'
import type { ChannelsFlags } from './flags/channels.js'

// Bytes of payloads per second that are examined. Of faster traffic only a sample is examined: reading JSON closely takes ten times as long
// as counting it.
const EXAMINED_PER_SECOND = 500_000
// Messages per second that are kept. Of faster traffic only the latest message of each channel is kept: an object for each message costs as
// much again.
const KEPT_PER_SECOND = 2000

/**
 * An empty catalogue within the bounds that the flags set.
 * @param startedAt when observing a broker begins; absent for a recording, of which every payload is examined
 */
export function newCatalogue(
  flags: Pick<ChannelsFlags, 'max-channels' | 'max-memory' | 'history'>,
  { separator, hidden }: PatternRules,
  startedAt: number | undefined
): ChannelCatalogue {
  const live = startedAt !== undefined
  return new ChannelCatalogue({
    separator,
    ...(hidden !== undefined && { hidden }),
    maxChannels: flags['max-channels'],
    maxBytes: flags['max-memory'],
    historyPerChannel: flags.history,
    examinedPerSecond: live ? EXAMINED_PER_SECOND : Number.POSITIVE_INFINITY,
    ...(live && { startedAt, keptPerSecond: KEPT_PER_SECOND })
  })
}
