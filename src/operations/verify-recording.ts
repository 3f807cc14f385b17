import { interruption } from '../core/concluded.js'
import type { TidingsError } from '../core/errors.js'
import type { ReadableRecording } from '../core/recording/readable-recording.js'
import type { RecordingHeader } from '../core/recording/recording-header.js'
import { isBroken } from '../core/recording/recording-item.js'
import { RecordingPosition } from '../core/recording/recording-position.js'
import type { RecordingReport } from '../core/recording/recording-report.js'

const MOST_CHANNELS = 10_000
const isTorn = ({ code }: TidingsError) => code === 'torn-recording' || code === 'torn-gzip'

/**
 * Reads a recording to its end, beyond all broken lines.
 * @param open reads it
 * @param asFailure turns an error of reading into a failure for the report, or rethrows it
 * @throws TidingsError of kind interrupted if `stop` has ended the reading: what was read says nothing of the rest
 */
export async function verifyRecording(
  open: ReadableRecording['open'],
  asFailure: (error: unknown) => TidingsError,
  stop: AbortSignal
): Promise<RecordingReport> {
  let header: RecordingHeader | undefined
  let entries = 0
  let first: number | undefined
  let last = 0
  const position = new RecordingPosition()
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
  }, position)
  try {
    for await (const batch of items) {
      for (const item of batch) {
        if (isBroken(item)) {
          fail(item.broken)
          continue
        }
        entries++
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
  if (stop.aborted) throw interruption(String(stop.reason))
  const { isDated, wentBack } = position
  const length = first === undefined ? 0 : last - first
  return {
    entries,
    first: isDated ? first : undefined,
    last: isDated && first !== undefined ? last - wentBack.by : undefined,
    length: isDated || length > 0 ? length : undefined,
    wentBack,
    header,
    channels,
    damaged,
    failure: failures[0],
    torn
  }
}
