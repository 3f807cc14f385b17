import type { ChannelEntry } from '../../core/catalogue/channel-entry.js'

const SECONDS = 60

/** A copy of the channel as it is now. Its schema stays the live one: inferring a schema for every channel would take too long. */
export function freezeEntry(entry: ChannelEntry, now: number): ChannelEntry {
  const rate = entry.rate(now)
  const averageRate = entry.averageRate(now)
  const samples = entry.live === 0 ? undefined : entry.samples(now, SECONDS)
  return {
    name: entry.name,
    count: entry.count,
    live: entry.live,
    bytes: entry.bytes,
    firstSeen: entry.firstSeen,
    lastSeen: entry.lastSeen,
    retained: entry.retained,
    guaranteesSeen: entry.guaranteesSeen.slice(),
    kinds: entry.kinds.slice(),
    examined: entry.examined,
    latest: entry.latest,
    latestSize: entry.latestSize,
    history: entry.history.slice(),
    rate: () => rate,
    averageRate: () => averageRate,
    samples: (_now, seconds) => samples?.slice(-seconds) ?? new Array<number>(seconds).fill(0),
    schema: () => entry.schema()
  }
}
