/** Makes a publisher wait for the subscribers that have too much to take. One for each client's connection. */
export class BackPressure {
  readonly #waitsFor = new Set<BackPressure>()
  readonly #waiters = new Set<BackPressure>()
  readonly #readOn: () => void
  /** Milliseconds on the process's clock at which somebody began to wait for this client; infinite: nobody does. */
  waitedForSince = Number.POSITIVE_INFINITY

  /** @param readOn called when this client waits for one fewer; `isWaiting` says whether it still waits for others */
  constructor(readOn: () => void) {
    this.#readOn = readOn
  }

  /** Whether this client waits for another one. */
  get isWaiting(): boolean {
    return this.#waitsFor.size > 0
  }

  waitFor(other: BackPressure): void {
    if (other === this) return
    this.#waitsFor.add(other)
    if (other.#waiters.size === 0) other.waitedForSince = performance.now()
    other.#waiters.add(this)
  }

  /** Nobody waits for this client any longer. */
  letWaitersGo(): void {
    for (const waiter of this.#waiters) {
      waiter.#waitsFor.delete(this)
      waiter.#readOn()
    }
    this.#waiters.clear()
    this.waitedForSince = Number.POSITIVE_INFINITY
  }

  /** This client is gone: it waits for nobody, and nobody waits for it. */
  leave(): void {
    this.letWaitersGo()
    for (const other of this.#waitsFor) other.#waiters.delete(this)
    this.#waitsFor.clear()
  }
}
