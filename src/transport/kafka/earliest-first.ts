/** Something that has a place in time, and a place among those of the same time. */
export interface Timed {
  readonly time: number
  readonly place: number
}

/** Hands out the earliest of its items first: a binary heap. */
export class EarliestFirst<Item extends Timed> {
  readonly #items: Item[] = []

  get size(): number {
    return this.#items.length
  }

  /** The earliest item, which stays. */
  get first(): Item | undefined {
    return this.#items[0]
  }

  push(item: Item): void {
    const items = this.#items
    let at = items.length
    while (at > 0) {
      const above = (at - 1) >> 1
      const other = items[above] as Item
      if (!isBefore(item, other)) break
      items[at] = other
      at = above
    }
    items[at] = item
  }

  /** Takes the earliest item out. */
  pop(): Item | undefined {
    const [first] = this.#items
    const last = this.#items.pop()
    if (last !== undefined && this.#items.length > 0) this.#sink(last)
    return first
  }

  /** The first item has another time now: it moves to where it belongs. */
  settle(): void {
    const [first] = this.#items
    if (first !== undefined) this.#sink(first)
  }

  #sink(item: Item): void {
    const items = this.#items
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= items.length) break
      if (below + 1 < items.length && isBefore(items[below + 1] as Item, items[below] as Item)) below++
      const other = items[below] as Item
      if (!isBefore(other, item)) break
      items[at] = other
      at = below
    }
    items[at] = item
  }
}

const isBefore = (one: Timed, other: Timed): boolean =>
  one.time < other.time || (one.time === other.time && one.place < other.place)
