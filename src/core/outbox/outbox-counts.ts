import { counted } from '../counted.js'
import { formatGrouped } from '../grouped-number.js'
import type { LeftOutbox, OutboxOutcome } from './outbox-outcome.js'

/** How many of the messages that this process has stored still wait. */
export const leftOf = ({ stored, own }: OutboxOutcome): number => stored - own.acknowledged - own.refused

const whyLeft = ({ reason, sender }: OutboxOutcome) =>
  sender === undefined
    ? `not sent yet${reason === undefined ? '' : `: ${reason.message}`}`
    : `process ${sender} is sending`

/** Nobody acknowledges QoS 0. */
export const howLeft = ({ unassured }: LeftOutbox): string => (unassured === 0 ? 'acknowledged' : 'sent')

/** Where the messages of this process are: `3 messages acknowledged, 2 safe in "DIR", not sent yet: why`. */
export function formatOutboxCounts(result: OutboxOutcome, outbox: string): string {
  const left = leftOf(result)
  const acknowledged = `${counted(result.own.acknowledged)} ${howLeft(result.own)}`
  if (left === 0) return acknowledged
  const safe = `safe in "${outbox}", ${whyLeft(result)}`
  if (result.own.acknowledged === 0) return `${counted(left)} ${safe}`
  return `${acknowledged}, ${formatGrouped(left)} ${safe}`
}
