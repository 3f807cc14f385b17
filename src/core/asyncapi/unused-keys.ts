/** Finds names that are not taken yet, and takes them: `a`, `a_2`, `a_3`, ... */
export class UnusedKeys {
  private readonly taken: Set<string>
  /** The number that the last one of a name had; counting from 2 again would take the square of their number. */
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
