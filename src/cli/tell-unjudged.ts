import type { MessageCondition } from '../core/message-condition.js'
import { unjudgedWarnings } from '../ui/filter-report.js'
import type { CommandContext } from './command-context.js'

/** Makes what warns, at the end of a command however it ends, of messages that `--where` could not judge, once `end` has run. */
export const tellUnjudged =
  (
    { warn }: Pick<CommandContext, 'warn'>,
    condition: MessageCondition | undefined,
    end: () => void = () => undefined
  ) =>
  (): void => {
    end()
    for (const text of unjudgedWarnings(condition)) warn(text)
  }
