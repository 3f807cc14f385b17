const MICROSECONDS = 1_000_000

/** Allows an amount per second, and at most the amount of one second at once. Times are microseconds. */
export class Allowance {
  private left: number
  private refilledAt = 0

  constructor(private readonly perSecond: number) {
    this.left = perSecond
  }

  /** Takes an amount if it is left at this time. Returns whether it was left. */
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
