import { Flags } from '@oclif/core'
import { parseByteSize } from '../../core/byte-size.js'
import { parseDuration } from '../../core/duration.js'
import { TidingsError } from '../../core/errors.js'
import type { RecordRequest } from '../../core/recording/record-request.js'
import { STDOUT } from '../../files/output.js'
import { checkFileToWrite } from '../file-to-write.js'
import type { FlagValues } from './flag-values.js'
import type { SubscriptionFlags } from './subscription.js'
import { timeLimitFlags, timeLimitsOf } from './time-limits.js'
import { byteSizeFlag } from './values.js'

/** The flags that say where a recording goes and when it ends. */
export const recordFlags = {
  output: Flags.string({ char: 'o', helpValue: 'FILE', summary: 'file to record to; .gz compresses' }),
  append: Flags.boolean({
    exclusive: ['force', 'rotate'],
    summary: 'continue an existing recording; drops a last line that a crash left incomplete'
  }),
  force: Flags.boolean({ summary: 'replace the file if it exists' }),
  rotate: Flags.string({
    helpValue: 'SIZE|DURATION',
    summary: 'start a new numbered file whenever the current one reaches this size (10MB) or age (1h)'
  }),
  size: byteSizeFlag({ summary: 'end after this much was written' }),
  count: Flags.integer({
    char: 'n',
    min: 0,
    helpValue: 'N',
    summary: 'end after N messages; with 0, end once the broker has granted the subscription'
  }),
  ...timeLimitFlags,
  sync: Flags.boolean({
    default: true,
    allowNo: true,
    summary:
      'acknowledge messages only after they are on disk; --no-sync is faster, but a power loss can lose messages'
  }),
  verify: Flags.string({
    helpValue: 'FILE',
    exclusive: ['output', 'append', 'force', 'rotate'],
    summary: 'check that a recording is complete, and show what it holds; ends with 6 if it is damaged'
  }),
  json: Flags.boolean({ char: 'j', summary: 'the report of --verify as JSON; errors are JSON, too' })
}

type RecordFlags = FlagValues<typeof recordFlags> & Pick<SubscriptionFlags, 'retained'>

/** Turns the flags into a request for a recording. A usage error if the file or the channels are missing. */
export function recordRequestOf(flags: RecordFlags, patterns: readonly string[]): RecordRequest {
  const { output, append, force, rotate, sync = true, size, count } = flags
  if (patterns.length === 0) throw missing('no channel was named', 'no-channel')
  if (output === undefined || output === '') throw missing('no file was named', 'no-output')
  if (output === STDOUT) {
    throw new TidingsError('usage', 'cannot record to "-": a recording is a file', {
      code: 'stdout-recording',
      suggestion:
        'tidings subscribe CHANNEL --json writes the messages to stdout; ./- is a file with the name "-"'
    })
  }
  checkFileToWrite(output)
  const mode = append ? 'continue' : force ? 'overwrite' : 'new'
  return {
    output,
    mode,
    rotate: rotationOf(rotate),
    sync,
    size,
    count,
    ...timeLimitsOf(flags)
  }
}

function missing(what: string, code: string): TidingsError {
  return new TidingsError('usage', `cannot record: ${what}`, {
    code,
    suggestion: "tidings record '#' --output traffic.jsonl"
  })
}

/** A size ends in B, k, g or t (`10MB`, `64k`). Everything else is a duration: `10m` is ten minutes. */
function rotationOf(text: string | undefined): RecordRequest['rotate'] {
  if (text === undefined) return undefined
  const isSize = /b$|\d\s*[kgt]$/i.test(text)
  const amount = isSize ? parseByteSize(text) : parseDuration(text) * 1000
  if (amount <= 0) {
    throw new TidingsError('usage', `cannot rotate at "${text}": it is zero`, {
      code: 'bad-rotation',
      suggestion: 'write a size such as 10MB or a time such as 1h'
    })
  }
  return isSize ? { bytes: amount } : { duration: amount }
}
