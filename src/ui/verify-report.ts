import { counted } from '../core/counted.js'
import { formatDuration } from '../core/duration.js'
import { formatGrouped } from '../core/grouped-number.js'
import type { RecordingReport } from '../core/recording/recording-report.js'
import { formatTimestamp } from '../core/timestamp.js'
import { visibleText } from '../core/visible-text.js'
import { formatChannelCounts } from './record-report.js'

/** The report on a recording, for people. */
export function formatVerifyReport(name: string, report: RecordingReport): string {
  const { entries, header, channels, torn, damaged } = report
  const state = torn ? 'torn at its end' : damaged > 0 ? 'damaged' : 'whole'
  const lines = [
    `${name}: ${formatGrouped(entries)} ${entries === 1 ? 'entry' : 'entries'}, ${state}`,
    ...(header
      ? [`  from ${header.broker}, ${header.patterns.join(' ')}, by tidings ${header.tidings}`]
      : []),
    ...(entries > 0 ? [`  ${formatSpan(report)}`] : []),
    ...formatChannelCounts(channels)
  ]
  return `${lines.map((line) => visibleText(line)).join('\n')}\n`
}

/** When it was recorded, as its lines say it, and how long that takes in a replay. */
function formatSpan({ first, last, length, wentBack }: RecordingReport): string {
  if (length === undefined) return 'no times'
  const long = formatDuration(length / 1000)
  if (first === undefined || last === undefined) return `${long} by the offsets, no dates`
  const span = `${formatTimestamp(first)} to ${formatTimestamp(last)}, ${long}`
  if (wentBack.times === 0) return span
  const back = `${counted(wentBack.times, 'time')}, by ${formatDuration(wentBack.by / 1000)} in all`
  return `${span} in a replay: the dates go back ${back}, and a replay goes on there`
}

/** The report as one line of JSON. */
export function formatVerifyJson(name: string, report: RecordingReport): string {
  const { entries, first, last, length, wentBack, channels, torn, damaged } = report
  const named = [...channels].filter((entry): entry is [string, number] => entry[0] !== undefined)
  const json = JSON.stringify({
    file: name,
    entries,
    ...(first !== undefined && { first: formatTimestamp(first) }),
    ...(last !== undefined && { last: formatTimestamp(last) }),
    ...(length !== undefined && { seconds: length / 1_000_000 }),
    ...(wentBack.times > 0 && { wentBack: wentBack.times }),
    channels: Object.fromEntries(named),
    torn,
    damaged
  })
  return `${visibleText(json)}\n`
}
