import fs from 'node:fs'
import type { CapabilityWish } from '../../core/capabilities.js'
import type { Subscription } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { isPositionSomewhere } from '../../core/history-position.js'
import { STDIN } from '../../files/input.js'
import { hintAtRecordings } from '../hint-at-recordings.js'
import type { ChannelsFlags } from './channels.js'
import { historyWishesOf, historyWishOf } from './history.js'
import { ABOUT_A_BROKER, refuseWithRecording } from './recording-or-broker.js'

/**
 * The recording that the flags name, if any. Where they name none, it warns of patterns that were probably meant as one.
 * @param given the names of the flags that stand on the command line
 * @throws TidingsError usage for a flag that says how to observe a broker, where a recording is read, and for a `--from` that is neither
 *   a recording nor a position
 */
export function recordingOf(
  patterns: readonly string[] = [],
  flags: Pick<ChannelsFlags, 'recording' | 'from'> & { readonly schema?: boolean | undefined },
  given: ReadonlySet<string>,
  warn: (text: string) => void
): string | undefined {
  refuseWithRecording(given)
  const recording = namedRecording(flags, warn)
  if (recording !== undefined && flags.from !== undefined) warnOfBroker(given, warn)
  if (recording === undefined) hintAtRecordings(patterns, (name) => `--recording ${name}`, warn)
  if (flags.schema === true && patterns.some((pattern) => /\.(?:json|ya?ml)$/i.test(pattern)))
    warn('--schema of this command shows schemas, and takes no file; --check FILE checks messages')
  return recording
}

/**
 * In version 0.1 `--from` named a recording, and it still does where the file exists. A position is never a file: a file that has the
 * name of one is written with a path (`./beginning`).
 */
function namedRecording(
  { recording, from }: Pick<ChannelsFlags, 'recording' | 'from'>,
  warn: (text: string) => void
): string | undefined {
  if (from === undefined) return recording
  if (isPositionSomewhere(from)) return undefined
  if (from === STDIN || fs.existsSync(from)) {
    warn('--from FILE is deprecated: use --recording FILE')
    return from
  }
  throw new TidingsError('usage', `cannot use "--from ${from}": there is no such file`, {
    code: 'no-such-recording',
    suggestion: 'a recording is named by --recording FILE'
  })
}

/** What is asked of a broker's history, and the capabilities that it needs. */
export interface HistoryRequest {
  readonly history: Pick<Subscription, 'from' | 'untilEnd' | 'skipUnreadable'>
  readonly wishes: readonly CapabilityWish[]
}

/**
 * What the flags ask of a broker's history; nothing where a recording is read.
 * @param now microseconds since 1970-01-01 UTC
 */
export function historyRequestOf(
  flags: Pick<ChannelsFlags, 'from' | 'until-end' | 'skip-unreadable'>,
  recording: string | undefined,
  now: number
): HistoryRequest {
  if (recording !== undefined) return { history: {}, wishes: [] }
  return { history: historyWishOf(flags, now), wishes: historyWishesOf(flags) }
}

/** Version 0.1 took no notice of such flags. */
function warnOfBroker(given: ReadonlySet<string>, warn: (text: string) => void): void {
  const flag = ABOUT_A_BROKER.find((name) => given.has(name))
  if (flag !== undefined) warn(`--${flag} is ignored: --from names a recording, and no broker is asked`)
}
