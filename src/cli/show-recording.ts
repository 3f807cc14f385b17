import type { RecordProgress } from '../core/recording/record-progress.js'
import { formatRecordProgress, formatRecordSummary } from '../ui/record-report.js'
import type { CommandContext } from './command-context.js'
import { startProgress } from './progress.js'

/** Shows the progress of a recording. */
export interface RecordingDisplay {
  /** The file was opened. */
  begin(recording: RecordProgress): void
  /** Reports what was recorded; nothing if the file was never opened. */
  end(): void
}

/** Shows on a terminal the progress of a recording, and reports at its end what it holds. */
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
