/** Lists of few possible values, of which there is one for all that have the same one. No list is ever changed. */
export class SharedLists<Value extends string | number> {
  private readonly lists = new Map<string, readonly Value[]>()

  /** The one list with these values, in this order. */
  of(values: readonly Value[]): readonly Value[] {
    const key = values.join()
    const known = this.lists.get(key)
    if (known !== undefined) return known
    this.lists.set(key, values)
    return values
  }
}
