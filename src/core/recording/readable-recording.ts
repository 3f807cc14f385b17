import type { RecordingHeader } from './recording-header.js'
import type { RecordingItem } from './recording-item.js'
import type { RecordingPosition } from './recording-position.js'

/** A recording that can be read from its beginning. */
export interface ReadableRecording {
  readonly name: string
  /** @param position places the entries; a new one when absent */
  open(
    onHeader: (header: RecordingHeader) => void,
    position?: RecordingPosition
  ): AsyncIterable<readonly RecordingItem[]>
}
