import type { BrowserExit } from './browser-actions.js'
import type { BrowserEvent } from './browser-event.js'
import type { BrowserOptions } from './browser-options.js'
import type { Effect } from './effects.js'
import { LiveWorld } from './live-world.js'
import { initialModel, type Model } from './model.js'
import { compileSearch } from './payload-search.js'
import { Performer } from './perform.js'
import { TerminalScreen } from './terminal-screen.js'
import { update } from './update.js'
import { view } from './view/view.js'

/** Microseconds between two frames that only time and messages bring: at most 20 a second. */
const FRAME = 50_000
/** Microseconds between two frames that keys bring: the first one is drawn at once. */
const SHORTEST_FRAME = 10_000
/** Microseconds after which an escape that nothing follows is the Escape key. */
const ESCAPE = 50_000
/** Microseconds that a frame stays when nothing happens. Ages and rates change by themselves. */
const IDLE = 500_000

/**
 * Lets the user browse the catalogue until they quit, choose something to subscribe to, or the signal aborts. The terminal is restored in
 * every case, also if this rejects. Only a bug makes it reject.
 */
export async function runChannelBrowser(options: BrowserOptions): Promise<BrowserExit> {
  const browser = new ChannelBrowser(options)
  try {
    return await browser.run()
  } finally {
    await browser.end()
  }
}

class ChannelBrowser {
  readonly #options: BrowserOptions
  readonly #screen: TerminalScreen
  readonly #performer: Performer
  readonly #world: LiveWorld
  readonly #events: BrowserEvent[] = []
  readonly #ended = new AbortController()
  readonly #unlisten: (() => void)[] = []
  #wake = new AbortController()
  /** When the escape came that may be a key or the beginning of a sequence. */
  #escapeAt: number | undefined
  #model: Model
  #exit: BrowserExit | undefined
  #searched = ''

  constructor(options: BrowserOptions) {
    const { terminal, actions } = options
    this.#options = options
    this.#model = initialModel(terminal.size())
    this.#world = new LiveWorld(options)
    this.#screen = new TerminalScreen(terminal, (keys) => {
      for (const key of keys) this.#happen({ kind: 'key', key })
      this.#wake.abort()
    })
    this.#performer = new Performer(actions, this.#screen, (event) => this.#happen(event), this.#ended.signal)
  }

  async run(): Promise<BrowserExit> {
    const { terminal, signal, lastResort, onStart } = this.#options
    const onAbort = () => this.#leave({ kind: 'aborted' })
    signal.addEventListener('abort', onAbort)
    this.#unlisten.push(
      () => signal.removeEventListener('abort', onAbort),
      terminal.onResize(() => this.#happen({ kind: 'tick' })),
      terminal.onGone(() => this.#leave({ kind: 'gone' })),
      lastResort(() => this.#screen.give())
    )
    if (signal.aborted) onAbort()
    else this.#screen.take()
    onStart?.((text) => this.#happen({ kind: 'notice', text, tone: 'warning' }))
    while (!this.#exit) await this.#nextFrame()
    return this.#exit
  }

  async end(): Promise<void> {
    this.#ended.abort()
    for (const unlisten of this.#unlisten) unlisten()
    this.#screen.end()
    await this.#performer.stopRecording()
  }

  async #nextFrame(): Promise<void> {
    const { clock, catalogue } = this.#options
    const begun = clock.monotonic()
    const { revision } = catalogue
    this.#draw()
    // Drawing takes at most half of the time, so that collecting never waits long, not even while a key is held down.
    const took = clock.monotonic() - begun
    await clock.sleepUntil(begun + Math.max(SHORTEST_FRAME, 2 * took), this.#ended.signal)
    const hasNews = () => catalogue.revision !== revision || this.#world.isSearching
    while (!this.#exit && this.#events.length === 0) {
      const now = clock.monotonic()
      if (now >= begun + IDLE || (now >= begun + FRAME && hasNews())) return
      if (this.#decideEscape(now)) continue
      const next = now < begun + FRAME ? begun + FRAME : now + FRAME
      this.#wake = new AbortController()
      await clock.sleepUntil(Math.min(next, (this.#escapeAt ?? next) + ESCAPE), this.#wake.signal)
    }
  }

  /** Takes an escape for a key once it has waited long enough for more. Returns whether it did. */
  #decideEscape(now: number): boolean {
    this.#escapeAt = this.#screen.undecided ? (this.#escapeAt ?? now) : undefined
    if (this.#escapeAt === undefined || now < this.#escapeAt + ESCAPE) return false
    this.#escapeAt = undefined
    this.#screen.decide()
    return true
  }

  #draw(): void {
    const now = this.#options.clock.now()
    this.#world.refresh(this.#model, now)
    const size = this.#options.terminal.size()
    const isResized = size.columns !== this.#model.size.columns || size.rows !== this.#model.size.rows
    this.#apply(isResized ? { kind: 'resize', size } : { kind: 'tick' }, now)
    for (const event of this.#events.splice(0)) this.#apply(event, now)
    this.#screen.show(view(this.#model, this.#world.at(this.#model, now, this.#performer.recording)))
  }

  #apply(event: BrowserEvent, now: number): void {
    const { model, effects } = update(
      this.#model,
      event,
      this.#world.at(this.#model, now, this.#performer.recording)
    )
    this.#model = model
    this.#followSearch()
    for (const effect of effects) this.#perform(effect)
  }

  #perform(effect: Effect): void {
    if (effect.kind === 'quit') this.#leave({ kind: 'quit' })
    else if (effect.kind === 'subscribe') this.#leave(effect)
    else void this.#performer.perform(effect)
  }

  /** Starts the search that the model asks for. An invalid or unfinished expression finds nothing, and the user is told. */
  #followSearch(): void {
    const { search } = this.#model
    if (search === this.#searched) return
    this.#searched = search
    if (search === '') this.#world.searchFor(undefined)
    else this.#startSearch(search)
  }

  #startSearch(search: string): void {
    this.#world.awaitSearch()
    compileSearch(search).then(
      (test) => {
        if (search === this.#searched) this.#world.searchFor(test, search.startsWith('/'))
        this.#happen({ kind: 'tick' })
      },
      (error: unknown) => {
        if (search !== this.#searched) return
        this.#world.searchFor(() => false)
        this.#happen({
          kind: 'notice',
          text: error instanceof Error ? error.message : String(error),
          tone: 'bad'
        })
      }
    )
  }

  #happen(event: BrowserEvent): void {
    this.#events.push(event)
    this.#wake.abort()
  }

  #leave(exit: BrowserExit): void {
    this.#exit ??= exit
    this.#ended.abort()
    this.#wake.abort()
  }
}
