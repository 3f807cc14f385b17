import type { ChannelSummary } from './channel-watch.js'
import type { Incident, IncidentEvent } from './incident.js'
import type { LeftOut } from './line-budget.js'

/** What is told while it is watched. */
export interface Told {
  readonly events: readonly IncidentEvent[]
  /** What of the last second has no line of its own. */
  readonly leftOut: LeftOut | undefined
}

/** What came of watching. Times are in microseconds since 1970-01-01 UTC. */
export interface WatchOutcome {
  readonly began: number
  readonly ended: number
  /** Messages that count. */
  readonly messages: number
  /** How many others did not match the filter. */
  readonly unmatched: number
  readonly incidents: number
  /** How many incidents last. */
  readonly lasting: number
  /** Messages of channels or streams beyond the maximum, of which nothing was watched. */
  readonly unwatched: number
  /** Messages that the broker marked as sent before, and that counted as no repeats. */
  readonly redelivered: number
  /** Messages that are dated later than they came. */
  readonly early: number
  /** The channels, worst first. */
  readonly channels: readonly ChannelSummary[]
  /** The first incidents; not more than a few thousand. */
  readonly first: readonly Incident[]
}

/** The messages of a second on a channel; undefined where no time has passed. */
export const rateOf = ({ messages }: ChannelSummary, { began, ended }: WatchOutcome): number | undefined =>
  ended > began ? (messages * 1_000_000) / (ended - began) : undefined

/** Those with most incidents first; then those with the oldest message; then those with most messages. */
export const worstFirst = (one: ChannelSummary, other: ChannelSummary): number =>
  other.incidents - one.incidents ||
  (other.ages?.max ?? 0) - (one.ages?.max ?? 0) ||
  other.messages - one.messages ||
  (one.channel < other.channel ? -1 : 1)
