import type { Message } from '../../core/message.js'
import { EarliestFirst } from './earliest-first.js'

/**
 * Merges lists of messages by their source times. The order within a list stays as it is, also where its times go back; of the same time,
 * the message of the earlier list comes first.
 */
export function mergeByTime(lists: readonly (readonly Message[])[]): Message[] {
  const heads = new EarliestFirst<{ time: number; place: number; at: number; list: readonly Message[] }>()
  for (const [place, list] of lists.entries())
    if (list.length > 0) heads.push({ time: timeOf(list[0]), place, at: 0, list })
  const merged: Message[] = []
  for (let head = heads.first; head !== undefined; head = heads.first) {
    const message = head.list[head.at++]
    if (message !== undefined) merged.push(message)
    if (head.at < head.list.length) {
      head.time = timeOf(head.list[head.at])
      heads.settle()
    } else heads.pop()
  }
  return merged
}

/** Where a message is in time, in microseconds since 1970; a message without a time comes at once. */
export const timeOf = (message: Message | undefined): number => message?.sourceTime ?? 0
