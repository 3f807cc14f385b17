import type { CommandContext } from '../../cli/command-context.js'
import type { ReplayRequest } from '../../cli/flags/replay.js'
import type { RecordingSource } from '../../cli/recording/recording-source.js'

/** What is to be replayed, and how. */
export interface ReplayWork extends CommandContext {
  readonly source: RecordingSource
  readonly request: ReplayRequest
}
