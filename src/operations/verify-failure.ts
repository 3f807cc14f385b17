import { TidingsError } from '../core/errors.js'
import type { RecordingReport } from '../core/recording/recording-report.js'

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
