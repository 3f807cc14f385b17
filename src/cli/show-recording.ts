import type { RecordProgress } from '../core/recording/record-progress.js'
import { formatRecordProgress, formatRecordSummary } from '../ui/record-report.js'
import type { CommandContext } from './command-context.js'
import { startProgress } from './progress.js'

/** What shows a recording. */
export interface RecordingDisplay {
  /** The file is open. */
  begin(recording: RecordProgress): void
  /** Says what was recorded; nothing where the file was never open. */
  end(): void
}

/** Shows on a terminal how far a recording has come, and says at its end what it holds. */
export function showRecording(context: CommandContext): RecordingDisplay {
  const { say, warn } = context
  let end = () => {}
  return {
    begin(recording) {
      if (recording.dropped > 0) warn(`dropped a torn last line of ${recording.dropped} bytes`)
      const progress = startProgress(context, (elapsedMs) => formatRecordProgress(recording, elapsedMs))
      end = () => {
        for (const line of formatRecordSummary(recording, progress.stop())) say(line)
      }
    },
    end: () => end()
  }
}
