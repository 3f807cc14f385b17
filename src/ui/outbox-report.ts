import { formatByteSize } from '../core/byte-size.js'
import type { Concluded } from '../core/concluded.js'
import { counted } from '../core/counted.js'
import { formatDuration } from '../core/duration.js'
import type { NamedElsewhere } from '../core/named-elsewhere.js'
import type { OutboxContents } from '../core/outbox/outbox-contents.js'
import { formatOutboxCounts, howLeft, leftOf } from '../core/outbox/outbox-counts.js'
import { REFUSED } from '../core/outbox/outbox-names.js'
import type { OutboxOutcome } from '../core/outbox/outbox-outcome.js'
import { formatTimestamp } from '../core/timestamp.js'
import { visibleText } from '../core/visible-text.js'
import { formatAssurance } from './assurance.js'
import { atBroker } from './at-broker.js'
import type { Ending } from './ending.js'
import { emptyEnding, type PublishContext, publishClosingLine } from './publish-report.js'
import { formatChannelCounts } from './record-report.js'

/** The closing line of a publication through an outbox that did not fail. */
function outboxClosingLine(
  result: Concluded<OutboxOutcome>,
  context: {
    readonly outbox: string
    readonly channel: string | undefined
    readonly named: NamedElsewhere | undefined
  }
): string {
  const { stored, others, elapsed, broker } = result
  const at = atBroker(broker, context.named)
  const line =
    leftOf(result) === 0
      ? publishClosingLine({ ...result.own, acknowledged: stored }, context.channel, elapsed / 1000, at)
      : formatOutboxCounts(result, context.outbox)
  return others.acknowledged === 0
    ? line
    : `${line}; ${counted(others.acknowledged, 'other message')} of the outbox ${howLeft(others)}, too`
}

/** What is said of a publication through an outbox at its end. */
export function outboxPublishEnding(
  result: Concluded<OutboxOutcome>,
  context: PublishContext & { readonly outbox: string }
): Ending {
  const { losses: warnings } = context
  const { failure } = result
  if (failure !== undefined) return { warnings, failure }
  if (result.stored + result.others.acknowledged === 0) return emptyEnding(context)
  return { warnings, line: outboxClosingLine(result, context) }
}

/** What is said at the end of sending an outbox. */
export function outboxSendEnding(
  result: Concluded<OutboxOutcome>,
  { outbox, losses }: { readonly outbox: string; readonly losses: readonly string[] }
): Ending {
  return { warnings: losses, failure: result.failure, line: outboxSentLine(result, outbox) }
}

/** What waits in an outbox, in a few lines for people. */
export function formatOutbox(
  contents: OutboxContents,
  { refused, sender }: { refused: number; sender: number | undefined }
): string {
  const { messages, bytes, oldest, channels, unreadable } = contents
  const since = oldest === undefined ? '' : `, the oldest stored at ${formatTimestamp(oldest)}`
  const lines = [
    messages === 0 ? 'No messages wait' : `${counted(messages)}, ${formatByteSize(bytes)}${since}`,
    ...formatChannelCounts(channels)
  ]
  if (unreadable > 0) lines.push(`${counted(unreadable, 'line')} that cannot be read`)
  if (refused > 0) lines.push(`${counted(refused, 'refused message')} in ${REFUSED}`)
  if (sender !== undefined) lines.push(`Process ${sender} is sending`)
  return `${lines.map((line) => visibleText(line)).join('\n')}\n`
}

export interface OutboxCounts {
  readonly waiting: number
  readonly refused: number
}

/** `3 messages`, and `1 refused message` if there are any. */
export const describeOutboxCounts = ({ waiting, refused }: OutboxCounts) =>
  `${counted(waiting)}${refused === 0 ? '' : ` and ${counted(refused, 'refused message')}`}`

/** The closing line of `outbox clear`. */
export const outboxClearedLine = (outbox: string, counts: OutboxCounts) =>
  `Removed ${describeOutboxCounts(counts)} from the outbox "${outbox}"`

/** The closing line of `outbox send` when no message is left. */
const outboxSentLine = ({ others, elapsed }: OutboxOutcome, outbox: string) =>
  others.acknowledged === 0
    ? `No messages wait in the outbox "${outbox}"`
    : `Sent ${counted(others.acknowledged)} of the outbox "${outbox}": ${formatAssurance(others)}, ${formatDuration(elapsed / 1000)}`
