import type { ChannelFamily } from '../core/catalogue/channel-family.js'
import { formatChannelLines, formatSchemaLine } from './channel-json.js'
import { type ChannelOrder, channelRows } from './channel-rows.js'
import { formatChannelTable, formatChannelTree, type TableLooks } from './channel-table.js'

/** How channels are listed: a table unless one of the others is asked for. */
export interface ListingForm {
  readonly json: boolean
  readonly schema: boolean
  readonly tree: boolean
  readonly order: ChannelOrder
  /** What divides the levels of the channels. */
  readonly separator: string
}

/** Channels as of `now`, in pieces that end with a newline; no piece if there are no channels. */
export function formatListing(
  families: readonly ChannelFamily[],
  now: number,
  { json, schema, tree, order, separator }: ListingForm,
  looks: TableLooks
): Iterable<string> {
  if (json) return formatChannelLines(families, now, order, separator)
  if (schema) return families.flatMap((family) => formatSchemaLine(family) ?? [])
  if (families.length === 0) return []
  const rows = channelRows(families, now, order)
  return [tree ? formatChannelTree(rows, looks, separator) : formatChannelTable(rows, looks)]
}
