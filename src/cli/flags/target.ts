import { Flags } from '@oclif/core'
import { MessageTarget } from '../../core/message-target.js'
import type { SpokenProtocol } from '../../core/protocol.js'

/** The flags that say what happens to a message that its target cannot carry as it is. */
export const targetFlags = {
  strict: Flags.boolean({
    summary:
      'end with 6 if a message has something that the broker cannot carry, such as the key of a Kafka message'
  })
}

/** What messages are published to. */
export function messageTargetOf(
  { protocol, rows: [row] }: SpokenProtocol,
  { strict }: { strict: boolean }
): MessageTarget {
  return new MessageTarget({ grammar: protocol.grammar, capabilities: row.capabilities, strict })
}
