const MICROSECONDS = 1_000_000

/** So much per second, and never more than one second's worth at once. Times are microseconds. */
export class Allowance {
  private left: number
  private refilledAt = 0

  constructor(private readonly perSecond: number) {
    this.left = perSecond
  }

  /** Whether that much is left at this time; if so, it is taken. */
  take(amount: number, time: number): boolean {
    if (time > this.refilledAt) {
      const due = ((time - this.refilledAt) / MICROSECONDS) * this.perSecond
      this.left = Math.min(this.perSecond, this.left + due)
      this.refilledAt = time
    }
    if (this.left < amount) return false
    this.left -= amount
    return true
  }
}
