import type { PatternRules } from '../channel-pattern.js'
import type { ReplayChanges } from './replay-message.js'
import type { ReplaySelectionOptions } from './replay-selection.js'

/** What a replay is asked to do. */
export interface ReplayRequest {
  /** 1 as recorded, 2 twice as fast; infinity as fast as the broker takes it. */
  readonly speed: number
  /** How often the recording is played; infinity for ever. */
  readonly rounds: number
  /** Longer silences are cut to this, in microseconds. */
  readonly maxGap: number
  /** After an outage, send at once what became due meanwhile. */
  readonly catchUp: boolean
  /** Go on behind a line that cannot be read. */
  readonly skipInvalid: boolean
  /** How patterns match channels as they were recorded. */
  readonly patternRules: PatternRules
  readonly selection: ReplaySelectionOptions
  readonly changes: ReplayChanges
}
