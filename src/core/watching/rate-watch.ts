import type { Incidents } from './incidents.js'
import { type Rate, RateWindows } from './rate-windows.js'
import type { WatchedChannel } from './watched-channel.js'

/**
 * Watches how many messages come within a window that moves by a tenth of its length. Too many are told at the message that is too many; too
 * few when a whole window has ended. Either ends with a whole window that is within the limit.
 */
export class RateWatch {
  readonly #windows: RateWindows
  /** Few messages say nothing while none can come. */
  isDown = false

  /** @param channels by their index */
  constructor(
    private readonly kind: 'low-rate' | 'high-rate',
    private readonly rate: Rate,
    private readonly incidents: Incidents,
    channels: readonly WatchedChannel[],
    begin: number
  ) {
    this.#windows = new RateWindows(rate.window, begin, (index, count, end) => {
      const channel = channels[index]
      if (channel !== undefined) this.#judgeWindow(channel, count, end)
    })
  }

  get deadline(): number | undefined {
    return this.#windows.deadline
  }

  addChannel(): void {
    this.#windows.addChannel()
  }

  observe(channel: WatchedChannel, now: number): void {
    const count = this.#windows.count(channel.index)
    if (this.kind === 'high-rate' && count > this.rate.count) this.#wrong(channel, count, now)
  }

  advance(now: number): void {
    this.#windows.advance(now)
  }

  /** Until now no message could come: windows count anew from here. */
  restart(now: number): void {
    this.#windows.restart(now)
  }

  #judgeWindow(channel: WatchedChannel, count: number, end: number): void {
    if (this.kind === 'high-rate') {
      if (count <= this.rate.count) this.incidents.right(channel, this.kind, end)
    } else if (count >= this.rate.count) this.incidents.right(channel, this.kind, end)
    else if (!this.isDown) this.#wrong(channel, count, end)
  }

  #wrong(channel: WatchedChannel, count: number, now: number): void {
    if (this.incidents.lastingOn(channel, this.kind) !== undefined) return
    const { count: limit, window } = this.rate
    this.incidents.wrong(channel, now, { kind: this.kind, count, limit, window })
  }
}
