import type { AmqpBinding } from './amqp/amqp-binding.js'
import type { Capabilities, Capability } from './capabilities.js'
import type { ChannelGrammar } from './channel-grammar.js'
import { TidingsError } from './errors.js'
import { formatGrouped } from './grouped-number.js'
import type { KafkaBinding } from './kafka/kafka-binding.js'
import { DEFAULT_GUARANTEE, isRetained, type Message, withRetain } from './message.js'
import { splitLevels } from './split-levels.js'
import { quoteName } from './visible-text.js'

/** The target that messages are about to be published to. */
export interface TargetOptions {
  readonly grammar: ChannelGrammar
  readonly capabilities: Capabilities
  /** A fact that the target lacks is an error; otherwise the fact is dropped. */
  readonly strict: boolean
}

/** A fact of a message that some protocols lack. */
interface Fact {
  readonly capability: Capability
  /** The fact as the object of a sentence, in the singular and in the plural. */
  readonly one: string
  readonly many: string
  /** A header can say it where it has no place of its own. */
  readonly isForHeaders?: boolean
  has(message: Message): boolean
  without(message: Message): Message
}

/** The code of the failure that a message is fit and its target lacks something of it. */
const NOT_SUPPORTED = 'not-supported'
const EMPTY_INSTEAD = 'an empty payload is "payload":"" with "encoding":"text"'
const WITHOUT = 'without --strict it is left out and counted'

const isBytes = (value: unknown): boolean => typeof value !== 'string'

const PROPERTIES = ['messageId', 'type', 'appId', 'userId', 'contentEncoding'] as const

function withoutAmqp(message: Message, ...names: readonly (keyof AmqpBinding)[]): Message {
  const left = Object.entries(message.amqp ?? {}).filter(([name]) => !names.some((each) => each === name))
  return { ...message, amqp: Object.fromEntries(left) }
}

function withoutKafka(message: Message, name: keyof KafkaBinding): Message {
  return { ...message, kafka: { ...message.kafka, [name]: undefined } }
}

const FACTS: readonly Fact[] = [
  {
    capability: 'key',
    one: 'a key',
    many: 'keys',
    isForHeaders: true,
    has: ({ key }) => key !== undefined,
    without: (message) => ({ ...message, key: undefined })
  },
  {
    capability: 'partition',
    one: 'a choice of a partition',
    many: 'choices of a partition',
    // With an offset, it is where a message was.
    has: ({ kafka }) => kafka !== undefined && kafka.partition !== undefined && kafka.offset === undefined,
    without: (message) => withoutKafka(message, 'partition')
  },
  {
    capability: 'null-headers',
    one: 'a list of headers without a value, which are empty now',
    many: 'lists of headers without a value, which are empty now',
    has: ({ kafka }) => kafka?.nullHeaders !== undefined && kafka.nullHeaders.length > 0,
    without: (message) => withoutKafka(message, 'nullHeaders')
  },
  {
    capability: 'source-time',
    one: 'a source time',
    many: 'source times',
    isForHeaders: true,
    has: ({ sourceTime }) => sourceTime !== undefined,
    without: (message) => ({ ...message, sourceTime: undefined })
  },
  {
    capability: 'header-bytes',
    one: 'a header that is not text',
    many: 'headers that are not text',
    has: ({ headers }) => headers.length > 0 && headers.some(([, value]) => isBytes(value)),
    without: (message) => ({ ...message, headers: message.headers.filter(([, value]) => !isBytes(value)) })
  },
  {
    capability: 'header-types',
    one: 'a table of headers with types',
    many: 'tables of headers with types',
    has: ({ amqp }) => amqp?.table !== undefined,
    without: (message) => withoutAmqp(message, 'table')
  },
  {
    capability: 'priority',
    one: 'a priority',
    many: 'priorities',
    has: ({ amqp }) => amqp?.priority !== undefined,
    without: (message) => withoutAmqp(message, 'priority')
  },
  {
    capability: 'message-properties',
    one: 'a set of properties (message id, type and the like)',
    many: 'sets of properties (message id, type and the like)',
    isForHeaders: true,
    has: ({ amqp }) => amqp !== undefined && PROPERTIES.some((name) => amqp[name] !== undefined),
    without: (message) => withoutAmqp(message, ...PROPERTIES)
  },
  {
    capability: 'headers',
    one: 'a list of headers',
    many: 'lists of headers',
    has: ({ headers }) => headers.length > 0,
    without: (message) => ({ ...message, headers: [] })
  },
  {
    capability: 'content-type',
    one: 'a content type',
    many: 'content types',
    has: ({ contentType }) => contentType !== undefined,
    without: (message) => ({ ...message, contentType: undefined })
  },
  {
    capability: 'response-channel',
    one: 'a response channel',
    many: 'response channels',
    has: ({ responseChannel }) => responseChannel !== undefined,
    without: (message) => ({ ...message, responseChannel: undefined })
  },
  {
    capability: 'correlation',
    one: 'a correlation',
    many: 'correlations',
    has: ({ correlation }) => correlation !== undefined,
    without: (message) => ({ ...message, correlation: undefined })
  },
  {
    capability: 'expiry',
    one: 'an expiry',
    many: 'expiries',
    has: ({ expiry }) => expiry !== undefined,
    without: (message) => ({ ...message, expiry: undefined })
  },
  {
    capability: 'retained',
    one: 'a retain flag',
    many: 'retain flags',
    has: isRetained,
    without: (message) => withRetain(message, false)
  },
  {
    capability: 'exactly-once',
    one: 'a QoS of 2',
    many: 'QoS of 2',
    has: ({ guarantee }) => guarantee === 2,
    without: (message) => ({ ...message, guarantee: DEFAULT_GUARANTEE })
  },
  {
    capability: 'at-most-once',
    one: 'a QoS of 0',
    many: 'QoS of 0',
    has: ({ guarantee }) => guarantee === 0,
    without: (message) => ({ ...message, guarantee: DEFAULT_GUARANTEE })
  }
]

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
    return Array.from(this.#counts, ([{ capability, one, many }, count]) => {
      const support = capabilities[capability]
      const why = support === true ? '' : `: ${support.why}`
      return `dropped ${count === 1 ? one : `${formatGrouped(count)} ${many}`}${why}`
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
   *   has no payload, and the target needs one; or the target is strict and lacks a fact of the message
   */
  fit(message: Message, losses = this.#losses): Message {
    if (message.channel !== this.#lastChannel) this.#checkChannel(message.channel)
    if (message.payload === null) this.#refuse('null-payload', 'it has no payload', EMPTY_INSTEAD)
    let fitting = message.channel === this.#lastSpelled ? message : { ...message, channel: this.#lastSpelled }
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
