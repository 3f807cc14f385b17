/** Keeps the values that were made for recent keys, at most `size` of them, so that a frame makes no value twice. */
export class RecentCache<Key extends object, Value> {
  readonly #made = new Map<Key, Value>()

  constructor(private readonly size: number) {}

  get(key: Key, make: () => Value): Value {
    const known = this.#made.get(key)
    if (known !== undefined) return known
    const value = make()
    if (this.#made.size >= this.size) {
      const [oldest] = this.#made.keys()
      if (oldest) this.#made.delete(oldest)
    }
    this.#made.set(key, value)
    return value
  }
}
