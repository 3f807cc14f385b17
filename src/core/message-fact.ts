import type { AmqpBinding } from './amqp/amqp-binding.js'
import type { Capability } from './capabilities.js'
import type { KafkaBinding } from './kafka/kafka-binding.js'
import { DEFAULT_GUARANTEE, isRetained, type Message, withRetain } from './message.js'

/** A fact of a message that some protocols lack. */
export interface Fact {
  readonly capability: Capability
  /** The fact as the object of a sentence, in the singular and in the plural. */
  readonly one: string
  readonly many: string
  /** What happened to it, where it was not dropped. */
  readonly done?: string
  /** A header can say it where it has no place of its own. */
  readonly isForHeaders?: boolean
  has(message: Message): boolean
  without(message: Message): Message
}

const isBytes = (value: unknown): boolean => typeof value !== 'string'

const PROPERTIES = ['messageId', 'type', 'appId', 'userId', 'contentEncoding'] as const

function withoutAmqp(message: Message, ...names: readonly (keyof AmqpBinding)[]): Message {
  const left = Object.entries(message.amqp ?? {}).filter(([name]) => !names.some((each) => each === name))
  return { ...message, amqp: Object.fromEntries(left) }
}

function withoutKafka(message: Message, name: keyof KafkaBinding): Message {
  return { ...message, kafka: { ...message.kafka, [name]: undefined } }
}

/** The facts of a message that some protocols lack. */
export const FACTS: readonly Fact[] = [
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

/** That there is no payload: a target that lacks it gets an empty one, where that is wished for. */
export const NO_PAYLOAD: Fact = {
  capability: 'null-payload',
  one: 'a message without a payload as an empty one',
  many: 'messages without a payload as empty ones',
  done: 'sent',
  has: ({ payload }) => payload === null,
  without: (message) => ({ ...message, payload: new Uint8Array(0) })
}
