import type { ChannelEntry } from '../core/catalogue/channel-entry.js'
import type { ChannelFamily } from '../core/catalogue/channel-family.js'
import type { PayloadKind } from '../core/payload.js'

export const CHANNEL_ORDERS = ['name', 'rate', 'count', 'bytes', 'age'] as const

/** How channels are sorted: by name ascending, by age ascending, by everything else descending. */
export type ChannelOrder = (typeof CHANNEL_ORDERS)[number]

/** What rows are sorted by. */
export interface Figures {
  readonly address: string
  readonly count: number
  /** Live messages per second since observing began. */
  readonly rate: number
  readonly bytes: number
  /** Microseconds since the last message; infinite while no message came. */
  readonly age: number
}

/** One line of a table: a channel, or a family of channels taken together. */
export interface ChannelRow extends Figures {
  /** How many channels it stands for. */
  readonly channels: number
  /** How many of `count` were received; of the others, only the broker's number is known. */
  readonly seen: number
  readonly retained: boolean
  readonly kinds: readonly PayloadKind[]
}

/** A row for each family as of `now` (microseconds since 1970 UTC), in the order asked for. */
export function channelRows(
  families: readonly ChannelFamily[],
  now: number,
  order: ChannelOrder
): ChannelRow[] {
  const rows = families.map(({ address, members }): ChannelRow => {
    const kinds = new Set<PayloadKind>()
    const row = {
      address,
      channels: members.length,
      count: 0,
      seen: 0,
      rate: 0,
      bytes: 0,
      age: Number.POSITIVE_INFINITY,
      retained: false
    }
    for (const member of members) {
      row.count += member.total
      row.seen += member.count
      row.rate += member.averageRate(now)
      row.bytes += member.bytes
      row.age = Math.min(row.age, ageOf(member, now))
      row.retained ||= member.retained
      for (const kind of member.kinds) kinds.add(kind)
    }
    return { ...row, kinds: [...kinds] }
  })
  return sortRows(rows, order)
}

/** The age of a channel's latest message as of `now`, both in microseconds; infinite while no message came. */
export function ageOf({ lastSeen }: Pick<ChannelEntry, 'lastSeen'>, now: number): number {
  return lastSeen === undefined ? Number.POSITIVE_INFINITY : Math.max(0, now - lastSeen)
}

/** Sorts rows. Channels without messages come last, except in the order by name. */
export function sortRows<Row extends Figures>(rows: readonly Row[], order: ChannelOrder): Row[] {
  const byName = (a: Row, b: Row) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0)
  if (order === 'name') return [...rows].sort(byName)
  const silentLast = (a: Row, b: Row) => Number(a.count === 0) - Number(b.count === 0)
  const byOrder = (a: Row, b: Row) => (order === 'age' ? a.age - b.age : b[order] - a[order])
  return [...rows].sort((a, b) => silentLast(a, b) || byOrder(a, b) || byName(a, b))
}
