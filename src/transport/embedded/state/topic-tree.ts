/** One level of names. */
interface Level<T> {
  readonly below: Map<string, Level<T>>
  value: T | undefined
}

/** Values by topic name or topic filter, found in time that depends on the levels and not on how many values there are. */
export class TopicTree<T> {
  readonly #root: Level<T> = newLevel()
  /** How many values there are. */
  size = 0

  get(path: string): T | undefined {
    let level: Level<T> | undefined = this.#root
    for (const word of path.split('/')) {
      level = level.below.get(word)
      if (level === undefined) return undefined
    }
    return level.value
  }

  set(path: string, value: T): void {
    let level = this.#root
    for (const word of path.split('/')) {
      let next = level.below.get(word)
      if (next === undefined) {
        next = newLevel()
        level.below.set(word, next)
      }
      level = next
    }
    if (level.value === undefined) this.size++
    level.value = value
  }

  delete(path: string): void {
    const way: [above: Level<T>, word: string][] = []
    let level = this.#root
    for (const word of path.split('/')) {
      const next = level.below.get(word)
      if (next === undefined) return
      way.push([level, word])
      level = next
    }
    if (level.value !== undefined) this.size--
    level.value = undefined
    for (const [above, word] of way.reverse()) {
      const emptied = above.below.get(word)
      if (emptied === undefined || emptied.value !== undefined || emptied.below.size > 0) return
      above.below.delete(word)
    }
  }

  /** The values of all filters that match a topic name. A wildcard in front does not match `$…` [MQTT-4.7.2-1]. */
  filtersOf(topic: string): T[] {
    const found: T[] = []
    if (this.size === 0) return found
    const words = topic.split('/')
    let levels = [this.#root]
    for (let depth = 0; depth <= words.length && levels.length > 0; depth++) {
      const word = words[depth]
      const wild = depth > 0 || !topic.startsWith('$')
      const next: Level<T>[] = []
      for (const level of levels) {
        const rest = wild ? level.below.get('#')?.value : undefined
        if (rest !== undefined) found.push(rest)
        if (word === undefined) {
          if (level.value !== undefined) found.push(level.value)
          continue
        }
        const exact = level.below.get(word)
        if (exact !== undefined) next.push(exact)
        const any = wild ? level.below.get('+') : undefined
        if (any !== undefined) next.push(any)
      }
      levels = next
    }
    return found
  }

  /** All values with their names. */
  entries(): Generator<[path: string, value: T]> {
    return below(this.#root, '')
  }

  /**
   * The values of all topic names that a filter matches. Yields `undefined` for every name that it only passes, so that a caller with
   * a thousand filters can do something else in between.
   */
  topicsOf(filter: string): Generator<[path: string, value: T | undefined]> {
    return walk(this.#root, '', filter.split('/'), 0)
  }
}

function* below<T>(level: Level<T>, path: string): Generator<[path: string, value: T]> {
  for (const [name, next] of level.below) {
    const here = path + name
    if (next.value !== undefined) yield [here, next.value]
    yield* below(next, `${here}/`)
  }
}

function* walk<T>(
  level: Level<T>,
  path: string,
  words: readonly string[],
  depth: number
): Generator<[path: string, value: T | undefined]> {
  const word = words[depth]
  if (word === undefined || word === '#') yield [path, level.value]
  if (word === undefined) return
  const start = depth === 0 ? '' : `${path}/`
  if (word !== '+' && word !== '#') {
    const next = level.below.get(word)
    if (next !== undefined) yield* walk(next, start + word, words, depth + 1)
    return
  }
  for (const [name, next] of level.below) {
    if (path === '' && depth === 0 && name.startsWith('$')) continue
    // "#" stands for this level and for all below it.
    yield* walk(next, start + name, word === '#' ? REST : words, word === '#' ? 1 : depth + 1)
  }
}

/** Words whose second one is "#": below the first level no name is hidden. */
const REST = ['', '#']

function newLevel<T>(): Level<T> {
  return { below: new Map(), value: undefined }
}
