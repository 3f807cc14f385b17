import type { RunningRecording } from '../../core/browsing-actions.js'
import type { ChannelEntry } from '../../core/catalogue/channel-entry.js'
import { newHistoryStore } from '../../core/catalogue/message-history.js'
import type { NumberCharts } from '../../core/charts/number-charts.js'
import type { BrowserOptions } from './browser-options.js'
import { ChannelSearch, type SearchScope } from './channel-search.js'
import { ChannelTree } from './channel-tree.js'
import type { Doc } from './detail/doc.js'
import type { Model } from './model.js'
import type { TextSearch } from './text-search.js'
import { LastMade, RowsMaker, type Totals, type World } from './world.js'

/** Bytes of names and payloads that a search reads in one frame. A regular expression reads fewer. */
const SEARCH_STEP = 1_000_000
const REGEX_STEP = 100_000

/** What the world is made from. */
export type WorldSource = Pick<
  BrowserOptions,
  'catalogue' | 'grammar' | 'title' | 'color' | 'state' | 'actions' | 'watched'
>

/** What goes on beside the screen. */
export interface Underway {
  readonly recording: RunningRecording | undefined
  readonly unanswered: number
}

interface View {
  readonly tree: ChannelTree
  readonly charts: NumberCharts
  readonly entries: readonly ChannelEntry[]
  readonly now: number
  readonly totals: Totals
}

/** Keeps the tree up to date with the catalogue, and a copy of the tree while the view is paused. */
export class LiveWorld {
  readonly #tree: ChannelTree
  readonly #rows = new RowsMaker()
  readonly #doc = new LastMade<Doc>()
  #frozen: View | undefined
  #search: ChannelSearch | undefined
  #searchDone = true
  #awaited = false

  constructor(private readonly source: WorldSource) {
    this.#tree = new ChannelTree(source.catalogue.separator)
  }

  /** Starts a new search, or ends the search if `wanted` is undefined. */
  searchFor(wanted: TextSearch | undefined, scope: SearchScope): void {
    this.#awaited = false
    this.#search = wanted && new ChannelSearch(wanted, scope)
    this.#searchDone = wanted === undefined
  }

  /** A new search is being prepared. Until `searchFor` is called, an empty result does not mean that nothing matches. */
  awaitSearch(): void {
    this.#awaited = true
    this.#searchDone = false
  }

  /** Whether the search has not looked at everything yet. */
  get isSearching(): boolean {
    return !this.#searchDone
  }

  /** Updates the tree and continues the search. Called once per frame. */
  refresh(model: Model, now: number): void {
    this.#tree.refresh(this.source.catalogue.channels, now)
    const { entries } = this.#viewOf(model, now)
    if (!this.#search || this.#awaited) return
    this.#searchDone = this.#search.advance(
      entries,
      this.#search.wanted.isExpression ? REGEX_STEP : SEARCH_STEP
    )
  }

  /** What the browser shows at that time. */
  at(model: Model, now: number, { recording, unanswered }: Underway): World {
    const view = this.#viewOf(model, now)
    const { actions, title, color, grammar, state, watched } = this.source
    return {
      title,
      color,
      grammar,
      state: state(),
      tree: view.tree,
      now: view.now,
      clock: now,
      totals: view.totals,
      search: this.#search,
      searchDone: this.#searchDone,
      can: {
        publish: actions.publish !== undefined,
        stream: actions.stream !== undefined,
        record: actions.record !== undefined,
        save: actions.save !== undefined,
        export: actions.exportCatalogue !== undefined
      },
      compose: actions.publish && actions.compose,
      watched,
      recording: recording && { file: recording.file, count: recording.count() },
      unanswered,
      numbers: (entry) => view.charts.of(entry),
      rows: (wanted) => this.#rows.rows(view.tree, wanted, this.#search, view.now),
      memo: (parts, make) => this.#doc.get(parts, make)
    }
  }

  #viewOf(model: Model, now: number): View {
    if (model.paused === (this.#frozen !== undefined)) return this.#frozen ?? this.#live(now)
    const live = this.#live(now)
    this.#frozen = model.paused ? this.#freeze(live) : undefined
    // The view has other entries now, so the search starts again.
    if (this.#search) this.#search = new ChannelSearch(this.#search.wanted, this.#search.scope)
    return this.#frozen ?? live
  }

  #live(now: number): View {
    const { catalogue } = this.source
    const { channels, messages, bytes, dropped, held, maxBytes } = catalogue
    const memory = { used: held, limit: maxBytes }
    const totals = { messages, bytes, dropped, memory, rate: this.#tree.rate }
    return { tree: this.#tree, charts: catalogue.keepCharts(), entries: channels, now, totals }
  }

  #freeze(live: View): View {
    const entries: ChannelEntry[] = []
    const store = newHistoryStore()
    const tree = live.tree.frozen((entry) => {
      const frozen = entry.copy(store)
      entries.push(frozen)
      return frozen
    })
    return {
      ...live,
      tree,
      charts: live.charts.copy(),
      entries,
      totals: { ...live.totals, dropped: { ...live.totals.dropped } }
    }
  }
}
