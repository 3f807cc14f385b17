import { publishedKafka } from '../core/kafka/kafka-binding.js'
import {
  type Bindings,
  DEFAULT_GUARANTEE,
  type Guarantee,
  isRedelivered,
  type MessageFacts
} from '../core/message.js'
import { amqpFacts, amqpProperties } from './amqp-message.js'
import { kafkaFacts, kafkaProperties } from './kafka-message.js'
import { hasMqttFacts, mqttBindingLike, mqttFacts } from './mqtt-message.js'

export { hasNoValue, isStoredTime, partitionOf, withoutPlace } from './kafka-message.js'
/**
 * What only the messages of one protocol have, in the words of that protocol's printer. Code that shows messages imports it from here, and
 * so names no protocol.
 */
export {
  clearingMessage,
  declaredAsUtf8,
  isRetain,
  mqttLetters as bindingLetters,
  mqttMarks as bindingMarks,
  payloadFormat,
  subscriptionsOf
} from './mqtt-message.js'

/** What a line of properties shows of a message beyond what every protocol has. */
export const bindingProperties = (message: MessageFacts): string[] => [
  ...amqpProperties(message),
  ...kafkaProperties(message)
]

/** Whether a message's binding may hold something that is worth a word: marks or properties. */
export const hasBindingFacts = (message: MessageFacts): boolean =>
  hasMqttFacts(message) || message.amqp !== undefined

/** Whether the message may have come before; `undefined` where its protocol does not say that. */
export const isDup = (message: MessageFacts): boolean | undefined =>
  message.mqtt === undefined && message.amqp === undefined ? undefined : isRedelivered(message)

/** The guarantee that is told of a message. Who knows no MQTT need not learn its word for what every message of the protocol has. */
export const toldGuarantee = ({ mqtt, guarantee }: MessageFacts): Guarantee | undefined =>
  mqtt === undefined && guarantee === DEFAULT_GUARANTEE ? undefined : guarantee

/** The position of a message in what a broker keeps; `undefined` where its protocol has none. */
export const offsetOf = ({ kafka, amqp }: MessageFacts): number | undefined => kafka?.offset ?? amqp?.offset

/** The binding of a message that is composed from the message shown: what belongs to its content. */
export const bindingLike = (shown: MessageFacts | undefined, retain: boolean): Bindings => {
  const kafka = publishedKafka(shown?.kafka)
  return { ...mqttBindingLike(shown, retain), ...(kafka !== undefined && { kafka }) }
}

/** What the browser shows of a message beyond what every protocol has. It comes before the other properties. */
export const bindingFacts = (message: MessageFacts): (readonly [name: string, value: string])[] => [
  ...mqttFacts(message),
  ...amqpFacts(message),
  ...kafkaFacts(message)
]

/** Whether the protocol of a message has the word "retained", as far as the message shows it. */
export const mayBeRetained = ({ mqtt }: MessageFacts): boolean => mqtt !== undefined
