/** Hands out names that are not taken yet: `a`, `a_2`, `a_3`, ... */
export class UnusedKeys {
  private readonly taken: Set<string>
  /** The last number that each name got. Counting from 2 each time would take quadratic time. */
  private readonly last = new Map<string, number>()

  constructor(taken: Iterable<string>) {
    this.taken = new Set(taken)
  }

  take(key: string): string {
    let candidate = key
    let number = this.last.get(key) ?? 1
    while (this.taken.has(candidate)) candidate = `${key}_${++number}`
    this.last.set(key, number)
    this.taken.add(candidate)
    return candidate
  }
}
