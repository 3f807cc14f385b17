import { TidingsError } from '../../core/errors.js'
import type { BrowserEnd, BrowserExit } from './browser-actions.js'
import type { BrowserEvent } from './browser-event.js'
import type { BrowserOptions } from './browser-options.js'
import type { Effect } from './effects.js'
import { LiveWorld } from './live-world.js'
import { initialModel, type Model } from './model.js'
import { Performer } from './perform.js'
import { TerminalScreen } from './terminal-screen.js'
import { compileSearch, NOTHING } from './text-search.js'
import { update } from './update.js'
import { view } from './view/view.js'
import { takeNext } from './waiting-keys.js'

/** Microseconds between two frames that only time and messages bring: at most 20 a second. */
const FRAME = 50_000
/** Microseconds between two frames that keys bring: the first one is drawn at once. */
const SHORTEST_FRAME = 10_000
/** Microseconds that waiting keys may take before a frame. */
const LONGEST_TURN = 20_000
/** Microseconds after which an escape that nothing follows is the Escape key. */
const ESCAPE = 50_000
/** Microseconds that a frame stays when nothing happens. Ages and rates change by themselves. */
const IDLE = 500_000

/**
 * Lets the user browse the catalogue until they quit, or the signal aborts. The terminal is restored in
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
  #exit: BrowserEnd | undefined
  #searched: Pick<Model, 'search' | 'scope'> = { search: '', scope: 'both' }

  constructor(options: BrowserOptions) {
    const { terminal, actions } = options
    this.#options = options
    this.#model = initialModel(terminal.size())
    this.#world = new LiveWorld(options)
    this.#screen = new TerminalScreen(terminal, (keys) => {
      for (const key of keys) this.#happen({ kind: 'key', key })
      this.#wake.abort()
    })
    this.#performer = new Performer(actions, {
      screen: this.#screen,
      tell: (event) => this.#happen(event),
      ended: this.#ended.signal,
      suspend: () => this.#suspend(),
      fail: (error) => this.#leave({ kind: 'failed', error })
    })
  }

  async run(): Promise<BrowserExit> {
    const { terminal, signal, lastResort, onStart, jobs } = this.#options
    const onAbort = () => this.#leave({ kind: 'aborted' })
    signal.addEventListener('abort', onAbort)
    this.#unlisten.push(
      () => signal.removeEventListener('abort', onAbort),
      terminal.onResize(() => this.#happen({ kind: 'tick' })),
      terminal.onGone(() => this.#leave({ kind: 'gone' })),
      lastResort(() => this.#screen.give()),
      jobs?.listen(
        () => jobs.isInForeground() && this.#screen.goAway(),
        () => this.#continue()
      ) ?? (() => undefined)
    )
    if (signal.aborted) onAbort()
    else this.#screen.take()
    onStart?.((text) => this.#happen({ kind: 'notice', text, tone: 'warning' }))
    while (!this.#exit) await this.#nextFrame()
    const { unanswered } = this.#performer
    return { ...this.#exit, ...(unanswered > 0 && { unanswered }) }
  }

  async end(): Promise<void> {
    this.#ended.abort()
    for (const unlisten of this.#unlisten) unlisten()
    this.#screen.end()
    await this.#performer.stopRecording()
    // The failure was told, if there was one.
    await this.#performer.saving.catch(() => undefined)
  }

  async #nextFrame(): Promise<void> {
    const { clock, catalogue } = this.#options
    const begun = clock.monotonic()
    const { revision } = catalogue
    if (this.#screen.isAway) this.#comeBack()
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
    this.#takeEvents(now)
    if (this.#screen.isOurs)
      this.#screen.show(view(this.#model, this.#world.at(this.#model, now, this.#performer)))
  }

  /** Applies what waits. What takes longer goes on after the frame, so that the user sees that something goes on. */
  #takeEvents(now: number): void {
    const { clock } = this.#options
    const until = clock.monotonic() + LONGEST_TURN
    do {
      const event = takeNext(this.#events, this.#model)
      if (!event) return
      this.#apply(event, now)
    } while (clock.monotonic() < until)
  }

  #apply(event: BrowserEvent, now: number): void {
    const { model, effects } = update(this.#model, event, this.#world.at(this.#model, now, this.#performer))
    this.#model = model
    this.#followSearch()
    for (const effect of effects) this.#perform(effect)
  }

  #perform(effect: Effect): void {
    if (effect.kind === 'quit') this.#leave({ kind: 'quit' })
    else if (effect.kind === 'suspend') this.#suspend()
    else void this.#performer.perform(effect)
  }

  #suspend(): void {
    const { jobs } = this.#options
    if (jobs) {
      this.#screen.goAway()
      jobs.suspend()
      this.#continue()
    } else this.#happen({ kind: 'notice', text: 'this system suspends no program', tone: 'warning' })
  }

  /** The process was stopped and continues. Meanwhile the shell has used the terminal. */
  #continue(): void {
    this.#screen.loseTerminal()
    this.#comeBack()
    this.#wake.abort()
  }

  /** Takes the terminal again, unless the process is in the background: then the next frames try. */
  #comeBack(): void {
    if (this.#options.jobs?.isInForeground() ?? true) this.#screen.comeBack()
  }

  /** Starts the search that the model asks for. An invalid or unfinished expression finds nothing, and the user is told. */
  #followSearch(): void {
    const { search, scope } = this.#model
    if (search === this.#searched.search && scope === this.#searched.scope) return
    this.#searched = { search, scope }
    if (search === '') this.#world.searchFor(undefined, scope)
    else this.#startSearch(this.#searched)
  }

  #startSearch(wanted: Pick<Model, 'search' | 'scope'>): void {
    const { search, scope } = wanted
    this.#world.awaitSearch()
    compileSearch(search).then(
      (compiled) => {
        if (wanted === this.#searched) this.#world.searchFor(compiled, scope)
        this.#happen({ kind: 'tick' })
      },
      (error: unknown) => {
        if (wanted !== this.#searched) return
        this.#world.searchFor(NOTHING, scope)
        const text = error instanceof Error ? error.message : String(error)
        const why = error instanceof TidingsError ? String(error.details.reason ?? text) : text
        this.#happen({ kind: 'not-searched', search, why, text })
      }
    )
  }

  #happen(event: BrowserEvent): void {
    this.#events.push(event)
    this.#wake.abort()
  }

  #leave(exit: BrowserEnd): void {
    // A stream that could not be written is a failure, also if that was because the terminal went away.
    if (exit.kind === 'failed' || !this.#exit) this.#exit = exit
    this.#ended.abort()
    this.#wake.abort()
  }
}
