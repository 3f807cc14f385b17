import type { Clock } from '../../src/core/clock.js'

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  private elapsed = 0
  private readonly sleepers = new Set<{ due: number; wake: () => void }>()

  constructor(private readonly start = Date.UTC(2026, 0, 1) * 1000) {}

  now(): number {
    return this.start + this.elapsed
  }

  monotonic(): number {
    return this.elapsed
  }

  sleepUntil(due: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (due <= this.elapsed || signal?.aborted) return resolve()
      const sleeper = { due, wake: () => wake() }
      const wake = () => {
        this.sleepers.delete(sleeper)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      this.sleepers.add(sleeper)
      signal?.addEventListener('abort', wake)
    })
  }

  /** Moves time forward, and wakes sleepers in the order in which they are due. */
  async advance(milliseconds: number): Promise<void> {
    const target = this.elapsed + milliseconds * 1000
    for (;;) {
      await settle()
      const next = [...this.sleepers].filter(({ due }) => due <= target).sort((a, b) => a.due - b.due)[0]
      if (!next) break
      this.elapsed = Math.max(this.elapsed, next.due)
      next.wake()
    }
    this.elapsed = target
    await settle()
  }

  /** Moves time forward at once, as for a stopped process: a sleeper that became due meanwhile wakes only at the end. */
  jump(milliseconds: number): void {
    this.elapsed += milliseconds * 1000
    for (const { due, wake } of [...this.sleepers]) if (due <= this.elapsed) wake()
  }
}

/** Lets everything run that is ready: several levels of promise reactions. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}
