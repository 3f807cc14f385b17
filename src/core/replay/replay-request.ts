import type { PatternRules } from '../channel-pattern.js'
import type { ReplayChanges } from './replay-message.js'
import type { ReplaySelectionOptions } from './replay-selection.js'

/** What the user asks of a replay. */
export interface ReplayRequest {
  /** 1: as fast as recorded. 2: twice as fast. Infinity: as fast as the broker takes the messages. */
  readonly speed: number
  /** How often the recording is played. Infinity: for ever. */
  readonly rounds: number
  /** The longest gap between two messages, in microseconds. Longer gaps are cut to it. */
  readonly maxGap: number
  /** Whether messages that became due during an outage are sent at once after it. */
  readonly catchUp: boolean
  /** Whether a line that cannot be read is skipped. */
  readonly skipInvalid: boolean
  /** How patterns match the recorded channels. */
  readonly patternRules: PatternRules
  readonly selection: ReplaySelectionOptions
  readonly changes: ReplayChanges
}
