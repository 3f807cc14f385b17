import { formatDuration } from '../core/duration.js'
import { TidingsError } from '../core/errors.js'
import type { RecordingReport } from '../core/recording/recording-report.js'
import { formatTimestamp } from '../core/timestamp.js'
import { visibleText } from '../core/visible-text.js'
import { formatChannelCounts } from './record-report.js'

/** The report on a recording, for people. */
export function formatVerifyReport(name: string, report: RecordingReport): string {
  const { entries, first, last, header, channels, torn, damaged } = report
  const span = first === undefined || last === undefined ? undefined : { first, last }
  const state = torn ? 'torn at its end' : damaged > 0 ? 'damaged' : 'whole'
  const lines = [
    `${name}: ${entries} ${entries === 1 ? 'entry' : 'entries'}, ${state}`,
    ...(header
      ? [`  from ${header.broker}, ${header.patterns.join(' ')}, by tidings ${header.tidings}`]
      : []),
    ...(span
      ? [
          `  ${formatTimestamp(span.first)} to ${formatTimestamp(span.last)}, ${formatDuration((span.last - span.first) / 1000)}`
        ]
      : entries > 0
        ? ['  no times']
        : []),
    ...formatChannelCounts(channels)
  ]
  return `${lines.map((line) => visibleText(line)).join('\n')}\n`
}

/** The report as one line of JSON. */
export function formatVerifyJson(name: string, report: RecordingReport): string {
  const { entries, first, last, channels, torn, damaged } = report
  const named = [...channels].filter((entry): entry is [string, number] => entry[0] !== undefined)
  const json = JSON.stringify({
    file: name,
    entries,
    ...(first !== undefined && { first: formatTimestamp(first) }),
    ...(last !== undefined && { last: formatTimestamp(last) }),
    channels: Object.fromEntries(named),
    torn,
    damaged
  })
  return `${visibleText(json)}\n`
}

/** Why a recording is not whole, or `undefined` if it is. */
export function verifyFailure(report: RecordingReport): TidingsError | undefined {
  const { failure, damaged, entries } = report
  if (failure === undefined) return undefined
  const more = damaged > 1 ? ` (and ${damaged - 1} more)` : ''
  return new TidingsError('bad-input', `${failure.message}${more}`, {
    code: failure.code,
    suggestion: report.torn
      ? '"tidings record --append" drops the torn line; "tidings replay --skip-invalid" replays without it'
      : '"tidings replay --skip-invalid" replays the lines that can be read',
    details: { ...failure.details, entries, damaged }
  })
}
