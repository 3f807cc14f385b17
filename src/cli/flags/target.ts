import { Flags } from '@oclif/core'
import { MessageTarget } from '../../core/message-target.js'
import type { SpokenProtocol } from '../../core/protocol.js'
import type { FlagValues } from './flag-values.js'

/** The flags that say what happens to a message that its target cannot carry as it is. */
export const targetFlags = {
  strict: Flags.boolean({
    summary:
      'a message with something that the broker cannot carry (such as the key of a message from Kafka), or with a field that no envelope has, is an error'
  }),
  'null-as-empty': Flags.boolean({
    summary:
      "send a message without a payload (a tombstone of Kafka) as an empty one where the broker has no such messages; with the retain flag it then removes the channel's retained message"
  })
}

export type TargetFlags = FlagValues<typeof targetFlags>

/** What messages are published to. */
export function messageTargetOf(
  { protocol, rows: [row] }: SpokenProtocol,
  flags: TargetFlags
): MessageTarget {
  return new MessageTarget({
    grammar: protocol.grammar,
    capabilities: row.capabilities,
    strict: flags.strict ?? false,
    nullAsEmpty: flags['null-as-empty']
  })
}
