import type { AcknowledgementLimits } from '../../core/acknowledgement-limits.js'
import type { FlagValues } from './flag-values.js'
import { durationFlag } from './values.js'

/** The flags that say how long to wait for a broker's acknowledgements; in milliseconds. */
export const acknowledgementFlags = {
  'drain-timeout': durationFlag({
    default: 1000,
    defaultHelp: async () => '1s',
    summary: 'after Ctrl-C, wait this long for acknowledgements'
  }),
  'ack-timeout': durationFlag({
    default: 30_000,
    defaultHelp: async () => '30s',
    summary: 'give up when the broker acknowledges nothing for this long; 0: never'
  })
}

/** How long the flags say to wait. */
export const acknowledgementLimitsOf = (
  flags: FlagValues<typeof acknowledgementFlags>
): AcknowledgementLimits => ({ drainTimeout: flags['drain-timeout'], ackTimeout: flags['ack-timeout'] })
