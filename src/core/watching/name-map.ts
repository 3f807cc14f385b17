/** The memory that names may take, in bytes: hostile names are long. */
const MOST_BYTES = 48 * 1024 * 1024

/** Values by name, within bounds. What is full stays as it is: nothing that is watched is forgotten. */
export class NameMap<Value> {
  readonly #values = new Map<string, Value>()
  #bytes = 0

  constructor(private readonly most: number) {}

  get(name: string): Value | undefined {
    return this.#values.get(name)
  }

  /** Whether there is room for this name. */
  hasRoom(name: string): boolean {
    return this.#values.size < this.most && this.#bytes + 2 * name.length <= MOST_BYTES
  }

  set(name: string, value: Value): void {
    this.#bytes += 2 * name.length
    this.#values.set(name, value)
  }
}
