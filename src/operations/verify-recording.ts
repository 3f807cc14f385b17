import type { TidingsError } from '../core/errors.js'
import type { RecordingHeader } from '../core/recording/recording-header.js'
import { isBroken, type RecordingItem } from '../core/recording/recording-item.js'
import type { RecordingReport } from '../core/recording/recording-report.js'

const MOST_CHANNELS = 10_000
const isTorn = ({ code }: TidingsError) => code === 'torn-recording' || code === 'torn-gzip'

/**
 * Reads a recording to its end, beyond all broken lines.
 * @param open reads the recording, and calls `onHeader` for each header
 * @param asFailure turns an error of reading into a failure for the report, or rethrows it
 */
export async function verifyRecording(
  open: (onHeader: (header: RecordingHeader) => void) => AsyncIterable<readonly RecordingItem[]>,
  asFailure: (error: unknown) => TidingsError
): Promise<RecordingReport> {
  let header: RecordingHeader | undefined
  let entries = 0
  let first: number | undefined
  let last: number | undefined
  let hasTimes = false
  const failures: TidingsError[] = []
  let damaged = 0
  let torn = false
  const channels = new Map<string | undefined, number>()
  const fail = (failure: TidingsError) => {
    damaged++
    torn ||= isTorn(failure)
    if (failures.length === 0) failures.push(failure)
  }
  const items = open((found) => {
    header ??= found
  })
  try {
    for await (const batch of items) {
      for (const item of batch) {
        if (isBroken(item)) {
          fail(item.broken)
          continue
        }
        entries++
        hasTimes ||= header !== undefined || item.message.time !== undefined
        first ??= item.position
        last = item.position
        const { channel } = item.message
        const counted = channels.has(channel) || channels.size < MOST_CHANNELS ? channel : undefined
        channels.set(counted, (channels.get(counted) ?? 0) + 1)
      }
    }
  } catch (error) {
    fail(asFailure(error))
  }
  const span = hasTimes ? { first, last } : { first: undefined, last: undefined }
  return { entries, ...span, header, channels, damaged, failure: failures[0], torn }
}
