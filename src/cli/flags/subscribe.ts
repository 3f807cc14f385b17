import { Flags } from '@oclif/core'
import { outputFlags } from './output.js'
import { subscriptionFlags } from './subscription.js'
import { timeLimitFlags } from './time-limits.js'

/** The flags that say what is received and how it is shown, besides those for connecting. */
export const subscribeFlags = {
  count: Flags.integer({
    char: 'n',
    min: 0,
    helpValue: 'N',
    summary: 'end after N messages; with 0, end once the broker has granted the subscription'
  }),
  ...timeLimitFlags,
  ...subscriptionFlags,
  ...outputFlags
}
