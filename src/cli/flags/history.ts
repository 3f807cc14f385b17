import { Flags } from '@oclif/core'
import type { CapabilityWish } from '../../core/capabilities.js'
import type { Subscription } from '../../core/connection.js'
import { parseHistoryPosition } from '../../core/history-position.js'
import type { FlagValues } from './flag-values.js'

const helpGroup = 'SUBSCRIPTION'

/** What `--from` takes. */
export const FROM_SUMMARY =
  "begin in the broker's history: beginning, latest, an offset, -N for the last N messages (of each partition), a time (UTC), or -10m for ten minutes ago"

export const SKIP_UNREADABLE_SUMMARY =
  'leave out stored messages that cannot be read (damaged, unknown compression), and tell which'

/** The flags that say where in what a broker keeps to begin, and whether to end there. */
export const historyFlags = {
  from: Flags.string({ helpGroup, helpValue: 'POSITION', summary: FROM_SUMMARY }),
  'until-end': Flags.boolean({
    helpGroup,
    summary:
      'end once everything that was there at the start has been shown; with 0, also where there was nothing'
  }),
  'skip-unreadable': Flags.boolean({ helpGroup, summary: SKIP_UNREADABLE_SUMMARY })
}

export const browseFlag = Flags.boolean({
  helpGroup,
  exclusive: ['from', 'session', 'group'],
  summary: 'look at what a queue holds, and give all of it back; tidings ends once everything has been shown'
})

type HistoryFlags = FlagValues<typeof historyFlags> & { readonly browse?: boolean | undefined }

/**
 * What the flags say of each subscription.
 * @param now microseconds since 1970-01-01 UTC
 * @throws TidingsError of kind usage for a `--from` that is no position
 */
export function historyWishOf(
  { from, browse, 'until-end': untilEnd, 'skip-unreadable': skipUnreadable }: HistoryFlags,
  now: number
): Pick<Subscription, 'from' | 'untilEnd' | 'skipUnreadable' | 'browse'> {
  return {
    ...(from !== undefined && { from: parseHistoryPosition(from, now) }),
    ...((untilEnd || browse) && { untilEnd: true }),
    ...(skipUnreadable && { skipUnreadable }),
    ...(browse && { browse })
  }
}

/** The capabilities that the flags need. */
export function historyWishesOf({ from, browse, ...flags }: HistoryFlags): CapabilityWish[] {
  return [
    ...(browse ? [['--browse', 'browsing'] as const] : []),
    ...(from === undefined ? [] : [['--from', 'history'] as const]),
    ...(flags['until-end'] ? [['--until-end', 'history'] as const] : []),
    ...(flags['skip-unreadable'] ? [['--skip-unreadable', 'skipping-unreadable'] as const] : [])
  ]
}
