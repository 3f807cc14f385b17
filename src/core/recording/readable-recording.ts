import type { RecordingHeader } from './recording-header.js'
import type { RecordingItem } from './recording-item.js'

/** A recording that can be read from its beginning. */
export interface ReadableRecording {
  readonly name: string
  open(onHeader: (header: RecordingHeader) => void): AsyncIterable<readonly RecordingItem[]>
}
