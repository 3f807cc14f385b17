import { isRedelivered, type MessageFacts } from '../core/message.js'
import { amqpFacts } from './amqp-message.js'
import { hasMqttFacts, mqttFacts } from './mqtt-message.js'

export { amqpProperties as bindingProperties } from './amqp-message.js'
/**
 * What only the messages of one protocol have, in the words of that protocol's printer. Code that shows messages imports it from here, and
 * so names no protocol.
 */
export {
  bindingLike,
  clearingMessage,
  declaredAsUtf8,
  isRetain,
  mqttLetters as bindingLetters,
  mqttMarks as bindingMarks,
  payloadFormat,
  subscriptionsOf
} from './mqtt-message.js'

/** Whether a message's binding may hold something that is worth a word: marks or properties. */
export const hasBindingFacts = (message: MessageFacts): boolean =>
  hasMqttFacts(message) || message.amqp !== undefined

/** Whether the message may have come before; `undefined` where its protocol does not say that. */
export const isDup = (message: MessageFacts): boolean | undefined =>
  message.mqtt === undefined && message.amqp === undefined ? undefined : isRedelivered(message)

/** What the browser shows of a message beyond what every protocol has. It comes before the other properties. */
export const bindingFacts = (message: MessageFacts): (readonly [name: string, value: string])[] => [
  ...mqttFacts(message),
  ...amqpFacts(message)
]
