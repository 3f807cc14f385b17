import { ChangedPayloads } from './changed-payloads.js'
import { compilePattern, type PatternRules } from './channel-pattern.js'
import type { ContractCheck } from './contract-check.js'
import { isRetained, type Message } from './message.js'
import type { MessageCondition } from './message-condition.js'

/** Which messages are wanted for what is in them. */
export interface MessageFilter {
  /** Only messages whose payload differs from the one before it on their channel, and with their key where they have one. */
  readonly changed?: boolean | undefined
  /** Only messages that meet it. */
  readonly condition?: MessageCondition | undefined
  /** Checks the messages that pass all of this, and decides about those that break its contract. */
  readonly check?: ContractCheck | undefined
}

/** Which messages of a stream are wanted, whether they come from a broker or from a recording. */
export interface SelectionOptions extends MessageFilter {
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
  /** How many messages, from the front of the batch, were judged. It is less than all if the count was reached, or a rest is due. */
  readonly done: number
}

/** After so many steps of a condition, about 0.15 s, others have their turn: keys, signals, and what keeps a connection alive. */
const STEPS_AT_ONCE = 50_000

/** Decides about the messages of one stream, in their order. */
export class MessageSelection {
  /** How many messages were left out because their payload had not changed, or because they did not meet the condition. */
  unmatched = 0
  readonly #isWanted: ((message: Message) => boolean) | undefined
  readonly #matches: ((message: Message) => boolean) | undefined
  readonly #condition: MessageCondition | undefined
  readonly #check: ContractCheck | undefined
  #rested: number
  #skip: number
  #left: number

  constructor(options: SelectionOptions, rules: PatternRules) {
    this.#isWanted = filterOf(options, rules)
    this.#matches = matcherOf(options)
    this.#condition = options.condition
    this.#check = options.check
    this.#rested = this.#steps
    this.#skip = options.skip ?? 0
    this.#left = options.count ?? Number.POSITIVE_INFINITY
  }

  /** Whether as many messages as were asked for have come. */
  get isComplete(): boolean {
    return this.#left <= 0 || this.isStopped
  }

  /** Whether a message has come that breaks the contract, and none is wanted after it. */
  get isStopped(): boolean {
    return this.#check?.isStopped === true
  }

  get #steps(): number {
    return (this.#condition?.steps ?? 0) + (this.#check?.steps ?? 0)
  }

  /** Whether condition and contract have worked for so long that others should have their turn. Says so once. */
  takeRest(): boolean {
    const steps = this.#steps
    if (steps - this.#rested < STEPS_AT_ONCE) return false
    this.#rested = steps
    return true
  }

  /** `end`: neither this message nor any after it is wanted. */
  judge(message: Message): 'keep' | 'drop' | 'end' {
    const kept = this.#keep(message)
    return typeof kept === 'string' ? kept : 'keep'
  }

  /** The message as it is wanted. */
  #keep(message: Message): Message | 'drop' | 'end' {
    if (this.isComplete) return 'end'
    if (this.#isWanted !== undefined && !this.#isWanted(message)) return 'drop'
    if (this.#matches !== undefined && !this.#matches(message)) {
      this.unmatched++
      return 'drop'
    }
    const kept = this.#check === undefined ? message : this.#check.pass(message)
    if (kept === undefined) return 'drop'
    if (this.#skip > 0) {
      this.#skip--
      return 'drop'
    }
    this.#left--
    return kept
  }

  /**
   * Judges a batch, until the count is reached or a rest is due.
   * @param from the messages before it were judged already
   */
  select(batch: readonly Message[], from = 0): SelectedMessages {
    const isAll =
      this.#isWanted === undefined &&
      this.#matches === undefined &&
      this.#check === undefined &&
      this.#skip === 0
    if (isAll && batch.length <= this.#left) {
      this.#left -= batch.length
      return { wanted: batch, done: batch.length }
    }
    const wanted: Message[] = []
    let done = from
    while (done < batch.length) {
      const kept = this.#keep(batch[done] as Message)
      if (kept === 'end') break
      if (kept !== 'drop') wanted.push(kept)
      done++
      if (this.takeRest()) break
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

/** `undefined`: every message matches. */
function matcherOf({ changed, condition }: MessageFilter): ((message: Message) => boolean) | undefined {
  if (!changed) return condition && ((message) => condition.isMet(message))
  const payloads = new ChangedPayloads()
  return (message) =>
    payloads.isChanged(message.channel, message.payload, message.key) &&
    (condition === undefined || condition.isMet(message))
}
