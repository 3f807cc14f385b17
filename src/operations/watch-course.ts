import type { Message } from '../core/message.js'
import { ChannelWatch } from '../core/watching/channel-watch.js'
import { hasNews, type Incident, type IncidentEvent } from '../core/watching/incident.js'
import { LineBudget } from '../core/watching/line-budget.js'
import { type Told, type WatchOutcome, worstFirst } from '../core/watching/watch-outcome.js'
import type { WatchRules } from '../core/watching/watch-rules.js'

/** So many incidents are kept for the report; all are counted. */
const MOST_KEPT = 10_000

/** What is watched for, and who is told. */
export interface WatchWish {
  readonly rules: WatchRules
  /** Nothing is observed any more after the first incident. */
  readonly stopAtFirst: boolean
  /** How many incidents of a second are told one by one. */
  readonly linesPerSecond: number
  /** Is told what happens; a promise while the reader is slow. */
  readonly tell: (told: Told) => void | Promise<void>
}

/** A watch on its way, whatever messages and times come from. Times are in microseconds since 1970-01-01 UTC. */
export class WatchCourse {
  readonly #watch: ChannelWatch
  readonly #budget: LineBudget
  readonly #kept: Incident[] = []
  #events: IncidentEvent[] = []
  #now: number

  constructor(
    private readonly wish: WatchWish,
    readonly began: number
  ) {
    this.#now = began
    this.#budget = new LineBudget(wish.linesPerSecond)
    this.#watch = new ChannelWatch(wish.rules, began, (event) => this.#note(event))
  }

  /** When `advance` is to be called next, if nothing else comes before; undefined: never. */
  get deadline(): number | undefined {
    const { deadline } = this.#watch
    const told = this.#budget.deadline
    return deadline === undefined || told === undefined ? (deadline ?? told) : Math.min(deadline, told)
  }

  /** The first incident has come, and it was to end with that. */
  get isOver(): boolean {
    return this.wish.stopAtFirst && this.#watch.incidents.count > 0
  }

  observe(batch: readonly Message[], now: number): void | Promise<void> {
    this.#now = now
    for (const message of batch) {
      this.#watch.observe(message, now)
      if (this.isOver) break
    }
    return this.#tell()
  }

  advance(now: number): void | Promise<void> {
    this.#now = now
    this.#watch.advance(now)
    return this.#tell()
  }

  lost(now: number, reason: string): void | Promise<void> {
    this.#now = now
    this.#watch.lost(now, reason)
    return this.#tell()
  }

  restored(now: number, isKept: boolean): void | Promise<void> {
    this.#now = now
    this.#watch.restored(now, isKept)
    return this.#tell()
  }

  /** Messages were held back on this machine from one time to the other. */
  held(from: number, to: number): void {
    this.#watch.held(from, to)
  }

  /**
   * Ends the watch, and tells what has no line yet.
   * @param isWhole it ended as it was to end, so that what was expected should have come
   * @param onUntold gets the failure to tell it
   */
  async finish(
    now: number,
    unmatched: number,
    isWhole: boolean,
    onUntold: (error: unknown) => void
  ): Promise<WatchOutcome> {
    this.#now = now
    if (isWhole && !this.isOver) this.#watch.finish(now)
    try {
      await this.#tell()
      await this.#tell(Number.POSITIVE_INFINITY)
      await this.#tellLasting()
    } catch (error) {
      onUntold(error)
    }
    const { messages, incidents, unwatched, redelivered } = this.#watch
    const channels = [...this.#watch.summaries()].sort(worstFirst)
    return {
      began: this.began,
      ended: now,
      messages,
      unmatched,
      incidents: incidents.count,
      lasting: incidents.lasting,
      unwatched,
      redelivered,
      early: channels.reduce((sum, { early }) => sum + early, 0),
      channels,
      first: this.#kept
    }
  }

  #note(event: IncidentEvent): void {
    if (event.phase !== 'ended' && this.#kept.length < MOST_KEPT) this.#kept.push(event.incident)
    if (this.#budget.takes(event, this.#now)) this.#events.push(event)
  }

  /** Tells what of a gap has not come, and which further rules were broken: the line of the beginning knows nothing of that. */
  #tellLasting(): void | Promise<void> {
    const changed = this.#kept.filter(hasNews).slice(0, this.wish.linesPerSecond)
    if (changed.length === 0) return
    const events = changed.map((incident) => ({ incident, phase: 'lasting', time: this.#now }) as const)
    return this.wish.tell({ events, leftOut: undefined })
  }

  #tell(now = this.#now): void | Promise<void> {
    const leftOut = this.#budget.takeLeftOut(now)
    const events = this.#events
    if (events.length === 0 && leftOut === undefined) return
    this.#events = []
    return this.wish.tell({ events, leftOut })
  }
}
