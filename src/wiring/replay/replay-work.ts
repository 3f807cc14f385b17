import type { CommandContext } from '../../cli/command-context.js'
import type { ReplayRequest } from '../../cli/flags/replay.js'
import type { RecordingSource } from '../../cli/recording/recording-source.js'
import type { MessageTarget } from '../../core/message-target.js'

/** What is to be replayed, and how. */
export interface ReplayWork extends CommandContext {
  readonly source: RecordingSource
  readonly request: ReplayRequest
  /** What every message is made to fit. */
  readonly target: MessageTarget
}
