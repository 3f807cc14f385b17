import { compilePattern, type PatternRules } from './channel-pattern.js'
import { isRetained, type Message } from './message.js'

/** Which messages of a stream are wanted, whether they come from a broker or from a recording. */
export interface SelectionOptions {
  /** Only channels that one of these patterns matches; every channel if absent or empty. */
  readonly patterns?: readonly string[] | undefined
  readonly exclude?: readonly string[] | undefined
  /** What to do with retained messages; `include` if absent. */
  readonly retained?: 'include' | 'skip' | 'only' | undefined
  /** Of the messages that pass the filters above, leave out the first so many. */
  readonly skip?: number | undefined
  /** Then take so many; without a limit if absent. */
  readonly count?: number | undefined
}

/** The wanted part of a batch. */
export interface SelectedMessages {
  readonly wanted: readonly Message[]
  /** How many messages, from the front of the batch, were judged. It is less than all if the count was reached. */
  readonly done: number
}

/** Decides about the messages of one stream, in their order. */
export class MessageSelection {
  readonly #isWanted: ((message: Message) => boolean) | undefined
  #skip: number
  #left: number

  constructor(options: SelectionOptions, rules: PatternRules) {
    this.#isWanted = filterOf(options, rules)
    this.#skip = options.skip ?? 0
    this.#left = options.count ?? Number.POSITIVE_INFINITY
  }

  /** Whether as many messages as were asked for have come. */
  get isComplete(): boolean {
    return this.#left <= 0
  }

  /** `end`: neither this message nor any after it is wanted. */
  judge(message: Message): 'keep' | 'drop' | 'end' {
    if (this.#left <= 0) return 'end'
    if (this.#isWanted !== undefined && !this.#isWanted(message)) return 'drop'
    if (this.#skip > 0) {
      this.#skip--
      return 'drop'
    }
    this.#left--
    return 'keep'
  }

  /** Judges a whole batch. */
  select(batch: readonly Message[]): SelectedMessages {
    if (this.#isWanted === undefined && this.#skip === 0 && batch.length <= this.#left) {
      this.#left -= batch.length
      return { wanted: batch, done: batch.length }
    }
    const wanted: Message[] = []
    let done = 0
    for (const message of batch) {
      const judgement = this.judge(message)
      if (judgement === 'end') break
      if (judgement === 'keep') wanted.push(message)
      done++
    }
    return { wanted, done }
  }
}

/** `undefined`: every message is wanted. */
function filterOf(
  options: SelectionOptions,
  rules: PatternRules
): ((message: Message) => boolean) | undefined {
  const { retained = 'include' } = options
  const compile = (patterns: readonly string[] = []) =>
    patterns.map((pattern) => compilePattern(pattern, rules))
  const included = compile(options.patterns)
  const excluded = compile(options.exclude)
  if (retained === 'include' && included.length === 0 && excluded.length === 0) return undefined
  return (message) =>
    (retained === 'include' || isRetained(message) === (retained === 'only')) &&
    (included.length === 0 || included.some((matches) => matches(message.channel))) &&
    !excluded.some((matches) => matches(message.channel))
}
