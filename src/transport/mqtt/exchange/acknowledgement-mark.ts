import type { MessageFacts } from '../../../core/message.js'
import { PUBACK, PUBREC } from './packet-types.js'
import type { PacketWriter } from './packet-writer.js'

/** What is owed to the broker for a received message: a packet identifier with flags, or `0` for nothing. A number costs no allocation. */
export type Mark = number

const NOTHING: Mark = 0
const IDENTIFIER = 0xffff
const EXACTLY_ONCE = 0x1_0000
/** A QoS 2 message that was delivered before: the acknowledgement has no message in the queue. */
const DELIVERED_BEFORE = 0x2_0000
/** A QoS 2 message whose connection is gone: the broker sends it again, and only then it can be acknowledged. */
const DETACHED = 0x4_0000

/** @param id the packet identifier; 0 at QoS 0 */
export const markOf = ({ guarantee }: Pick<MessageFacts, 'guarantee'>, id: number): Mark =>
  guarantee === 2 ? id | EXACTLY_ONCE : id

/** The mark of a QoS 2 message that came again after it was delivered. */
export const markOfRepetition = (id: number): Mark => id | EXACTLY_ONCE | DELIVERED_BEFORE

export const idOf = (mark: Mark): number => mark & IDENTIFIER

export const isDeliveredBefore = (mark: Mark): boolean => (mark & DELIVERED_BEFORE) !== 0

/** Whether it is that of a QoS 2 message which stands in the queue. */
export const isNewExactlyOnce = (mark: Mark): boolean =>
  (mark & (EXACTLY_ONCE | DELIVERED_BEFORE)) === EXACTLY_ONCE

/** The mark of the same message once its connection is gone. */
export const detached = (mark: Mark): Mark => (mark & EXACTLY_ONCE ? mark | DETACHED : NOTHING)

/** The mark of the same message once the broker has forgotten the session, too: it does not send the message again. */
export const unlessDetached = (mark: Mark): Mark => (mark & DETACHED ? NOTHING : mark)

/** How many marks, from the front, belong to so many messages. The acknowledgements between the messages are included. */
export function countMarks(messages: number, marks: readonly Mark[]): number {
  let at = 0
  for (let left = messages; at < marks.length; at++) {
    if (isDeliveredBefore(marks[at] as Mark)) continue
    if (left-- === 0) break
  }
  return at
}

/** Writes what is owed for all of the marks. */
export function acknowledge(marks: readonly Mark[], writer: PacketWriter | undefined): void {
  let any = false
  for (const mark of marks) any = acknowledgeOne(mark, writer) || any
  if (any) writer?.flush()
}

/** Writes what is owed for a mark, without a flush. Returns whether that is anything. */
export function acknowledgeOne(mark: Mark, writer: PacketWriter | undefined): boolean {
  if (writer === undefined || writer.lost || mark === NOTHING || mark & DETACHED) return false
  writer.acknowledge(mark & EXACTLY_ONCE ? PUBREC : PUBACK, idOf(mark))
  return true
}
