import type { Incidents } from './incidents.js'
import { SilenceList } from './silence-list.js'
import type { WatchedChannel } from './watched-channel.js'

/** Watches for channels on which nothing comes for too long. Each message takes constant time, and there is one deadline. */
export class SilenceWatch {
  readonly #list = new SilenceList<WatchedChannel>()
  /** No silence is counted from before it: for a time, messages could not come. */
  #floor = Number.NEGATIVE_INFINITY
  /** For how long messages were held back, in all: that is no silence of theirs. */
  #held = 0
  /** No silence is found while no message can come. */
  isDown = false

  /** @param limit microseconds */
  constructor(
    private readonly limit: number,
    private readonly incidents: Incidents
  ) {}

  get deadline(): number | undefined {
    const { first } = this.#list
    return first === undefined || this.isDown ? undefined : this.#due(first) + 1
  }

  /** A message came, or the channel is watched from now on. */
  hear(channel: WatchedChannel, now: number): void {
    if (channel.messages > 0) this.incidents.right(channel, 'silence', now)
    channel.heldBefore = this.#held
    this.#list.hear(channel, now)
  }

  advance(now: number): void {
    if (this.isDown) return
    for (let { first } = this.#list; first !== undefined; first = this.#list.first) {
      const due = this.#due(first)
      if (due >= now) return
      this.#list.remove(first)
      const last = first.messages === 0 ? undefined : first.heard
      this.incidents.wrong(first, due, { kind: 'silence', last, limit: this.limit })
    }
  }

  /** Until now no message could come: silence counts anew from here. */
  restart(now: number): void {
    this.#floor = now
  }

  /** Messages were held back for so many microseconds until now. */
  held(duration: number): void {
    this.#held += duration
  }

  /** The order of the list is that of this time, because no time is held twice. */
  #due({ heard, heldBefore }: WatchedChannel): number {
    return Math.max(heard + this.#held - heldBefore, this.#floor) + this.limit
  }
}
