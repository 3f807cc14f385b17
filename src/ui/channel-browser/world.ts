import type { Dropped } from '../../core/catalogue/channel-catalogue.js'
import type { ChannelEntry } from '../../core/catalogue/channel-entry.js'
import type { ChannelGrammar } from '../../core/channel-grammar.js'
import type { ChannelNumbers } from '../../core/charts/channel-numbers.js'
import type { ConnectionState } from '../../core/connection-state.js'
import type { ProfileColor } from '../../core/profile/profile.js'
import type { ComposeTerms } from './browser-actions.js'
import type { WatchedSource } from './browser-options.js'
import type { ChannelSearch } from './channel-search.js'
import type { ChannelTree } from './channel-tree.js'
import type { Doc } from './detail/doc.js'
import type { Model } from './model.js'
import { OrderedChildren, type TreeOrder } from './tree-order.js'
import { layTreeOut, type TreeRows } from './tree-rows.js'

/** Figures of everything that was seen. */
export interface Totals {
  readonly messages: number
  readonly bytes: number
  readonly rate: number
  readonly dropped: Dropped
  /** The memory of channels and messages, and how much of it may be used, in bytes. */
  readonly memory: { readonly used: number; readonly limit: number }
}

/** What the browser shows: the channels as they are now, or as they were when the view was paused. */
export interface World {
  /** A broker or a file. */
  readonly title: string
  /** The colour of the header, if it has one of its own. */
  readonly color?: ProfileColor | undefined
  /** How it stands with the connection, also while the view is paused. */
  readonly state: ConnectionState
  /** How the channels are named, and patterns of them spelt. */
  readonly grammar: ChannelGrammar
  readonly tree: ChannelTree
  /** Wall clock, in microseconds; stands still while paused. */
  readonly now: number
  /** Wall clock, in microseconds; never stands still. */
  readonly clock: number
  readonly totals: Totals
  readonly search: ChannelSearch | undefined
  /** Whether the search has looked at everything that is known. */
  readonly searchDone: boolean
  readonly can: {
    readonly publish: boolean
    readonly stream: boolean
    readonly record: boolean
    readonly save: boolean
    readonly export: boolean
  }
  /** How a message to publish is asked for; undefined where there is no broker. */
  readonly compose: ComposeTerms | undefined
  /** What is listened to; undefined for a recording. */
  readonly watched: WatchedSource | undefined
  readonly recording: { readonly file: string; readonly count: number } | undefined
  /** Messages that were published here, and that the broker has not answered. */
  readonly unanswered: number
  /** The lines of the tree as the model wants them. */
  rows(model: Model): TreeRows
  /** The numbers of a channel over time. */
  numbers(entry: ChannelEntry): ChannelNumbers
  /** The last value if it was made from the same parts, otherwise a new one from `make`. */
  memo(parts: readonly unknown[], make: () => Doc): Doc
}

/** Keeps the last value as long as the parts that it was made from are the same. */
export class LastMade<Value> {
  #parts: readonly unknown[] = []
  #value: Value | undefined

  get(parts: readonly unknown[], make: () => Value): Value {
    if (this.#value !== undefined && sameParts(parts, this.#parts)) return this.#value
    this.#value = make()
    this.#parts = parts
    return this.#value
  }
}

function sameParts(parts: readonly unknown[], others: readonly unknown[]): boolean {
  return parts.length === others.length && parts.every((part, index) => part === others[index])
}

/** Whether the filter and the search both accept a channel; undefined where neither is in use. */
export function acceptance(
  model: Model,
  search: ChannelSearch | undefined
): ((entry: ChannelEntry) => boolean) | undefined {
  const { filter } = model
  if (!filter && !search) return undefined
  return (entry) => (!filter || filter.accepts(entry.name)) && (!search || search.has(entry.name))
}

/** Microseconds for which the lines of the tree keep their sequence, though what they are ordered by changes. */
const SEQUENCE = 1_000_000

/** Lays out trees. Reuses the last layout while nothing that matters has changed. */
export class RowsMaker {
  readonly #last = new LastMade<TreeRows>()
  #tree: ChannelTree | undefined
  #ordered: OrderedChildren | undefined
  #orderedAt = 0

  /** @param now wall clock, in microseconds; stands still while paused */
  rows(tree: ChannelTree, model: Model, search: ChannelSearch | undefined, now: number): TreeRows {
    const ordered = this.#inOrder(tree, model.order, now)
    const parts = [
      tree,
      ordered,
      tree.revision,
      model.expanded,
      model.closedMeanwhile,
      model.filter,
      search,
      search?.found
    ]
    return this.#last.get(parts, () => {
      const accepts = acceptance(model, search)
      const { expanded, closedMeanwhile } = model
      return layTreeOut(tree, { expanded, closed: closedMeanwhile, ordered, ...(accepts && { accepts }) })
    })
  }

  #inOrder(tree: ChannelTree, order: TreeOrder, now: number): OrderedChildren {
    const before = this.#ordered?.order === order ? this.#ordered : undefined
    const isRecent = Math.abs(now - this.#orderedAt) < SEQUENCE || order.by === 'name'
    if (before && isRecent && tree === this.#tree) return before
    // Another tree is the same one, paused or going on: its lines stay where they are.
    const ordered = new OrderedChildren(order, now, isRecent ? before : undefined)
    if (!before || !isRecent) this.#orderedAt = now
    this.#ordered = ordered
    this.#tree = tree
    return ordered
  }
}
