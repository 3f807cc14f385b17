interface Level<T> {
  readonly below: Map<string, Level<T>>
  readonly values: Map<string, T>
}

/** Patterns with a value per owner, found by channel in time that does not depend on how many there are. */
export class PatternIndex<T> {
  readonly #root: Level<T> = newLevel()

  set(pattern: string, owner: string, value: T): void {
    let level = this.#root
    for (const word of pattern.split('/')) {
      let next = level.below.get(word)
      if (next === undefined) {
        next = newLevel()
        level.below.set(word, next)
      }
      level = next
    }
    level.values.set(owner, value)
  }

  delete(pattern: string, owner: string): void {
    const path: [Level<T>, string][] = []
    let level = this.#root
    for (const word of pattern.split('/')) {
      const next = level.below.get(word)
      if (next === undefined) return
      path.push([level, word])
      level = next
    }
    level.values.delete(owner)
    for (const [above, word] of path.reverse()) {
      const emptied = above.below.get(word)
      if (emptied === undefined || emptied.values.size > 0 || emptied.below.size > 0) return
      above.below.delete(word)
    }
  }

  /** Calls `found` for every owner of a pattern that matches; a leading wildcard does not match `$…` [MQTT-4.7.2-1]. */
  match(channel: string, found: (owner: string, value: T) => void): void {
    if (this.#root.below.size === 0) return
    const words = channel.split('/')
    let levels = [this.#root]
    for (let depth = 0; depth <= words.length && levels.length > 0; depth++) {
      const word = words[depth]
      const wild = depth > 0 || !channel.startsWith('$')
      const next: Level<T>[] = []
      for (const level of levels) {
        if (wild)
          level.below.get('#')?.values.forEach((value, owner) => {
            found(owner, value)
          })
        if (word === undefined) {
          level.values.forEach((value, owner) => {
            found(owner, value)
          })
          continue
        }
        const exact = level.below.get(word)
        if (exact !== undefined) next.push(exact)
        const any = wild ? level.below.get('+') : undefined
        if (any !== undefined) next.push(any)
      }
      levels = next
    }
  }
}

function newLevel<T>(): Level<T> {
  return { below: new Map(), values: new Map() }
}
