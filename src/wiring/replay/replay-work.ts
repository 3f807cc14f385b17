import type { CommandContext } from '../../cli/command-context.js'
import type { ReplayRequest } from '../../cli/flags/replay.js'
import type { MessageTarget } from '../../core/message-target.js'
import type { RecordingSource } from '../../files/recording/recording-source.js'

/** What is to be replayed, and how. */
export interface ReplayWork extends CommandContext {
  readonly source: RecordingSource
  readonly request: ReplayRequest
  /** What every message is made to fit. */
  readonly target: MessageTarget
}
