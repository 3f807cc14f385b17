import type { ChannelFamily } from '../core/catalogue/channel-family.js'
import type { PayloadKind } from '../core/payload.js'

export const CHANNEL_ORDERS = ['name', 'rate', 'count', 'bytes', 'age'] as const

/** By what channels are sorted: names ascending, the freshest first, everything else from the most down. */
export type ChannelOrder = (typeof CHANNEL_ORDERS)[number]

/** What rows are sorted by. */
export interface Figures {
  readonly address: string
  readonly count: number
  /** Live messages per second since observing began. */
  readonly rate: number
  readonly bytes: number
  /** Microseconds since the last message. */
  readonly age: number
}

/** One line of a table: a channel, or a family of channels taken together. */
export interface ChannelRow extends Figures {
  /** How many channels it stands for. */
  readonly channels: number
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
      rate: 0,
      bytes: 0,
      age: Number.POSITIVE_INFINITY,
      retained: false
    }
    for (const member of members) {
      row.count += member.count
      row.rate += member.averageRate(now)
      row.bytes += member.bytes
      row.age = Math.min(row.age, Math.max(0, now - member.lastSeen))
      row.retained ||= member.retained
      for (const kind of member.kinds) kinds.add(kind)
    }
    return { ...row, kinds: [...kinds] }
  })
  return sortRows(rows, order)
}

/** Sorts what has a row's figures. */
export function sortRows<Row extends Figures>(rows: readonly Row[], order: ChannelOrder): Row[] {
  const byName = (a: Row, b: Row) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0)
  if (order === 'name') return [...rows].sort(byName)
  if (order === 'age') return [...rows].sort((a, b) => a.age - b.age || byName(a, b))
  return [...rows].sort((a, b) => b[order] - a[order] || byName(a, b))
}
