import { formatByteSize } from '../core/byte-size.js'
import { counted } from '../core/counted.js'
import { formatDuration } from '../core/duration.js'
import { formatGrouped } from '../core/grouped-number.js'
import type { RecordProgress } from '../core/recording/record-progress.js'
import { visibleText } from '../core/visible-text.js'

const MOST_CHANNELS = 20

/** The changing line that is shown while messages are recorded. */
export function formatRecordProgress(counts: RecordProgress, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? Math.round((counts.entries / elapsedMs) * 1000) : 0
  const { entries, bytes } = counts
  return `Recording: ${counted(entries)}, ${formatGrouped(rate)}/s, ${formatByteSize(bytes)}, ${formatDuration(elapsedMs)}`
}

/** The closing lines: the file and its size, then the busiest channels. */
export function formatRecordSummary(counts: RecordProgress, elapsedMs: number): string[] {
  const { names, entries, bytes } = counts
  const [first] = names
  const where = names.length > 1 ? `${names.length} files, ${first} to ${names.at(-1)}` : first
  // Where the first line could not be written, there is no file to name.
  const to = where === undefined ? '' : ` to ${where}`
  const line = `Recorded ${counted(entries)}${to}: ${formatByteSize(bytes)}, ${formatDuration(elapsedMs)}`
  return [line, ...formatChannelCounts(counts.channels)].map((text) => visibleText(text))
}

/** One line per channel, the busiest first, the number right-aligned; what is left out is counted. */
export function formatChannelCounts(channels: ReadonlyMap<string | undefined, number>): string[] {
  const named = [...channels].filter((entry): entry is [string, number] => entry[0] !== undefined)
  const sorted = named.sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
  const shown = sorted.slice(0, MOST_CHANNELS)
  const width = Math.max(0, ...shown.map(([, count]) => formatGrouped(count).length))
  const lines = shown.map(([channel, count]) => `  ${formatGrouped(count).padStart(width)}  ${channel}`)
  const unnamed = channels.get(undefined) ?? 0
  const rest = sorted.slice(MOST_CHANNELS).reduce((sum, [, count]) => sum + count, unnamed)
  const further = sorted.length - shown.length
  const left =
    unnamed > 0 ? `${formatGrouped(further)} or more further channels` : counted(further, 'further channel')
  return rest === 0 ? lines : [...lines, `  ${formatGrouped(rest)} on ${left}`]
}
