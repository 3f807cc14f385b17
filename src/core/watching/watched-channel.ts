import type { Incident, IncidentKind } from './incident.js'
import type { Sequence } from './sequence.js'
import type { Heard } from './silence-list.js'

/** What is known of one channel that is watched. */
export interface WatchedChannel extends Heard<WatchedChannel> {
  readonly name: string
  /** Counts the channels from 0. */
  readonly index: number
  /** The user has said that messages come on it. */
  readonly isExpected: boolean
  /** How long messages had been held back when it was heard of. */
  heldBefore: number
  messages: number
  /** How many incidents it has had. */
  incidents: number
  /** Those that last, but for gaps; one of each kind at most. Absent where there are none, because most channels have none. */
  open: Map<IncidentKind, Incident> | undefined
  /** Its numbers, where they are counted by channel. */
  sequence: Sequence<Incident> | undefined
}

/** @param now microseconds: it counts as heard of now */
export const newChannel = (
  name: string,
  index: number,
  isExpected: boolean,
  now: number
): WatchedChannel => ({
  name,
  index,
  isExpected,
  heard: now,
  earlier: undefined,
  later: undefined,
  isListed: false,
  heldBefore: 0,
  messages: 0,
  incidents: 0,
  open: undefined,
  sequence: undefined
})
