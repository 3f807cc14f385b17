import type { SavedHistory, SaveHistory } from '../core/browsing-actions.js'
import { ByteWriter } from '../core/byte-writer.js'
import type { RememberedMessage } from '../core/catalogue/channel-entry.js'
import { payloadSize } from '../core/message.js'
import { encodeEntry } from '../core/recording/recording-entry.js'
import type { RecordingFiles, RecordingWriter } from '../core/recording/recording-files.js'
import { formatRecordingHeader } from '../core/recording/recording-header.js'

/** So many bytes are written at once. Between two writes other work goes on. */
const AT_ONCE = 256 * 1024

export interface SaveHistoryOptions {
  readonly files: RecordingFiles
  /** The version of tidings. */
  readonly tidings: string
  /** The URL of the broker that the messages came from, without credentials. */
  readonly broker: string
}

/**
 * Makes the action that saves messages of histories as a recording: in the order of time, whole payloads only. Without a whole message
 * there is no file.
 */
export const historySaver =
  (options: SaveHistoryOptions): SaveHistory =>
  async (messages, patterns, file) => {
    const whole = messages.filter((message) => payloadSize(message) === message.size)
    const leftOut = messages.length - whole.length
    const [first] = whole.sort((a, b) => a.time - b.time)
    if (first) {
      const writer = await options.files.create(file, false)
      try {
        const { broker, tidings } = options
        const header = formatRecordingHeader({ started: first.time, broker, patterns, tidings })
        await write(writer, header, whole, first.time)
      } finally {
        await writer.close().finally(() => options.files.discard(file))
      }
    }
    return saved(whole, leftOut)
  }

async function write(
  writer: RecordingWriter,
  header: string,
  messages: readonly RememberedMessage[],
  started: number
): Promise<void> {
  const lines = new ByteWriter(AT_ONCE)
  lines.writeText(header)
  for (const message of messages) {
    encodeEntry(message, Math.round(message.time - started), lines)
    if (lines.length >= AT_ONCE) await writer.append(lines.take())
  }
  if (lines.length > 0) await writer.append(lines.take())
}

function saved(messages: readonly RememberedMessage[], leftOut: number): SavedHistory {
  const channels = new Set(messages.map(({ channel }) => channel)).size
  return { messages: messages.length, channels, leftOut }
}
