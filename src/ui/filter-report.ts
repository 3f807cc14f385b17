import { counted } from '../core/counted.js'
import { formatGrouped } from '../core/grouped-number.js'
import type { MessageCondition } from '../core/message-condition.js'

/** More reasons than these are only counted. */
const MOST_REASONS = 5

/** What is told at the end of messages that `--where` could not judge, and of why; nothing if it has judged all. */
export function unjudgedWarnings(condition: MessageCondition | undefined): string[] {
  const { count, reasons, hints = [] } = condition?.unjudged ?? { count: 0, reasons: [] }
  if (count === 0) return []
  const shown = reasons.slice(0, MOST_REASONS)
  const told = shown.map(([reason, often]) => `${reason} (${formatGrouped(often)})`)
  const rest = count - shown.reduce((sum, [, often]) => sum + often, 0)
  const others = rest > 0 ? [`other reasons (${formatGrouped(rest)})`] : []
  return [
    `--where could not judge ${counted(count)}: ${[[...told, ...others].join(', '), ...hints].join('; ')}`
  ]
}
