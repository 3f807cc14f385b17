import type { Capabilities, Capability } from './capabilities.js'
import type { ChannelGrammar } from './channel-grammar.js'
import { TidingsError } from './errors.js'
import { formatGrouped } from './grouped-number.js'
import type { Message } from './message.js'
import { FACTS, type Fact, NO_PAYLOAD } from './message-fact.js'
import { splitLevels } from './split-levels.js'
import { quoteName } from './visible-text.js'

/** The target that messages are about to be published to. */
export interface TargetOptions {
  readonly grammar: ChannelGrammar
  readonly capabilities: Capabilities
  /** A fact that the target lacks is an error; otherwise the fact is dropped. */
  readonly strict: boolean
  /** A message without a payload becomes an empty one where the target has no such messages; otherwise it is an error. */
  readonly nullAsEmpty?: boolean | undefined
}

/** The code of the failure that a message is fit and its target lacks something of it. */
const NOT_SUPPORTED = 'not-supported'
const EMPTY_INSTEAD = '--null-as-empty sends it as an empty one'
const WITHOUT = 'without --strict it is left out and counted'

/** Counts the dropped facts of each kind. */
export class Losses {
  readonly #counts = new Map<Fact, number>()

  add(fact: Fact, count = 1): void {
    this.#counts.set(fact, (this.#counts.get(fact) ?? 0) + count)
  }

  addAll(others: Losses): void {
    for (const [fact, count] of others.#counts) this.add(fact, count)
  }

  /** One sentence for each kind of fact: `dropped 3 keys: ` and the reason. */
  sentences(capabilities: Capabilities): string[] {
    return Array.from(this.#counts, ([{ capability, one, many, done = 'dropped' }, count]) => {
      const support = capabilities[capability]
      const why = support === true ? '' : `: ${support.why}`
      return `${done} ${count === 1 ? one : `${formatGrouped(count)} ${many}`}${why}`
    })
  }
}

/** Makes messages that came from elsewhere (a line, a recording, another protocol) fit what they are published to. */
export class MessageTarget {
  readonly #options: TargetOptions
  readonly #lacking: readonly Fact[]
  readonly #losses = new Losses()
  #lastChannel: string | undefined
  #lastSpelled = ''
  /** What is told of the first channel whose levels the target cannot keep. */
  #split: string | undefined

  constructor(options: TargetOptions) {
    this.#options = options
    this.#lacking = FACTS.filter(({ capability }) => options.capabilities[capability] !== true)
  }

  /**
   * Returns the message without the facts that the target lacks, and with its channel as the target spells it.
   * @param losses where dropped facts are counted; by default, the counts that the property `losses` tells
   * @throws TidingsError of kind bad-input, whose message is the reason: nobody can publish to the message's channel; the message
   *   has no payload, the target needs one, and an empty one is not wished for; or the target is strict and lacks a fact of the message
   */
  fit(message: Message, losses = this.#losses): Message {
    if (message.channel !== this.#lastChannel) this.#checkChannel(message.channel)
    let fitting = message.channel === this.#lastSpelled ? message : { ...message, channel: this.#lastSpelled }
    if (message.payload === null) fitting = this.#withPayload(fitting, losses)
    for (const fact of this.#lacking) if (fact.has(fitting)) fitting = this.#drop(fact, fitting, losses)
    return fitting.responseChannel === undefined
      ? fitting
      : this.#spellResponseChannel(fitting, fitting.responseChannel)
  }

  /** Whether the target keeps such a fact of a message. */
  carries(capability: Capability): boolean {
    return this.#options.capabilities[capability] === true
  }

  /** What was dropped until now, with one sentence for each kind of fact; and the first channel that lost its levels. */
  get losses(): string[] {
    const dropped = this.#losses.sentences(this.#options.capabilities)
    return this.#split === undefined ? dropped : [...dropped, this.#split]
  }

  /** Notes that a channel was spelt anew before `fit`: where its levels are lost, `losses` says so. */
  noteSpelling(channel: string, spelled: string): void {
    this.#split ??= splitLevels(channel, spelled, this.#options.grammar.separator)
  }

  /** Adds losses that a caller counted separately, once the fate of their messages is final. */
  countLosses(losses: Losses): void {
    this.#losses.addAll(losses)
  }

  #checkChannel(channel: string): void {
    this.#lastSpelled = this.#spell('channel', channel)
    this.#lastChannel = channel
  }

  #spellResponseChannel(message: Message, channel: string): Message {
    const spelled = this.#spell('responseChannel', channel)
    return spelled === channel ? message : { ...message, responseChannel: spelled }
  }

  #spell(field: string, channel: string): string {
    const { grammar } = this.#options
    const spelled = grammar.spellChannel(channel)
    const why = grammar.whyNotChannel(spelled)
    if (why !== undefined) throw badChannel(field, channel, why)
    if (spelled !== channel) this.noteSpelling(channel, spelled)
    return spelled
  }

  #withPayload(message: Message, losses: Losses): Message {
    const { capabilities, nullAsEmpty } = this.#options
    if (capabilities['null-payload'] === true) return message
    if (nullAsEmpty !== true) this.#refuse('null-payload', 'it has no payload', EMPTY_INSTEAD)
    losses.add(NO_PAYLOAD)
    return NO_PAYLOAD.without(message)
  }

  #drop(fact: Fact, message: Message, losses: Losses): Message {
    if (this.#options.strict)
      this.#refuse(
        fact.capability,
        `it has ${fact.one}`,
        fact.isForHeaders === true ? `${WITHOUT}; "headers" can say it` : WITHOUT
      )
    losses.add(fact)
    return fact.without(message)
  }

  /** The capability's own suggestion is for flags, and no help with what stands in a line. */
  #refuse(capability: Capability, what: string, suggestion: string): void {
    const support = this.#options.capabilities[capability]
    if (support !== true) throw unfit(`${what}, and ${support.why}`, NOT_SUPPORTED, suggestion)
  }
}

function badChannel(field: string, channel: string, why: string): TidingsError {
  return unfit(`field "${field}" is ${quoteName(channel)}: ${why}`, 'bad-channel')
}

function unfit(why: string, code: string, suggestion?: string): TidingsError {
  return new TidingsError('bad-input', why, { code, ...(suggestion !== undefined && { suggestion }) })
}
