import { Flags } from '@oclif/core'
import type { ChannelGrammar } from '../../core/channel-grammar.js'
import type { MessageFilter } from '../../core/message-selection.js'
import type { ConditionOf } from '../../filter/compile-condition.js'
import type { FlagValues } from './flag-values.js'

const helpGroup = 'FILTER'

/** The flags that say which messages are wanted for what is in them. */
export const filterFlags = {
  where: Flags.custom<ConditionOf>({
    // What evaluates expressions is loaded only where there is one.
    parse: async (text) => (await import('../../filter/compile-condition.js')).compileCondition(text)
  })({
    helpGroup,
    helpValue: 'EXPRESSION',
    summary:
      'only messages for which this CEL expression is true: \'payload.temp > 30\'; see "tidings help where"'
  }),
  changed: Flags.boolean({
    helpGroup,
    summary:
      'only messages whose payload differs from the one before on their channel, with their key if they have one'
  })
}

type FilterFlags = Partial<FlagValues<typeof filterFlags>>

/** The filter that the flags ask for, on channels of this grammar. */
export const filterOf = (
  { where, changed }: FilterFlags,
  grammar: Pick<ChannelGrammar, 'separator' | 'isLiteral'>
): MessageFilter => ({ changed, condition: where?.(grammar) })
