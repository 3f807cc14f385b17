import { isRedelivered, isRetained, type Message, type MessageFacts, NO_HEADERS } from '../core/message.js'

// MQTT's printer: what only MQTT messages say, in words.

/** The marks of a message, shown after its QoS. */
export function mqttMarks(message: MessageFacts): string[] {
  return [...(isRetained(message) ? ['retained'] : []), ...(isRedelivered(message) ? ['dup'] : [])]
}

/** The same marks as letters, for lists. */
export function mqttLetters(message: MessageFacts): string[] {
  return [...(isRetained(message) ? ['R'] : []), ...(isRedelivered(message) ? ['D'] : [])]
}

/** Whether there is anything to say of an MQTT message that not every message has. */
export const hasMqttFacts = ({ mqtt }: MessageFacts): boolean =>
  mqtt !== undefined &&
  (mqtt.retain || mqtt.dup === true || mqtt.payloadUtf8 === true || mqtt.subscriptionIds !== undefined)

/** The retain flag; `undefined` where a message has no such flag. */
export const isRetain = ({ mqtt }: MessageFacts): boolean | undefined => mqtt?.retain

/** Whether the payload is declared to be UTF-8 text. */
export const declaredAsUtf8 = ({ mqtt }: MessageFacts): boolean => mqtt?.payloadUtf8 === true

/** The identifiers of the subscriptions that a message matched: `1, 2`; empty if the broker sent none. */
export const subscriptionsOf = ({ mqtt }: MessageFacts): string => mqtt?.subscriptionIds?.join(', ') ?? ''

/** What the browser shows of an MQTT message beyond what every protocol has. It comes before the other properties. */
export function mqttFacts(message: MessageFacts): (readonly [name: string, value: string])[] {
  if (message.mqtt === undefined) return []
  const retained = isRetained(message) ? 'yes: the broker had kept it' : 'no: it came live'
  const duplicate = ['duplicate', 'perhaps: it was sent again (DUP)'] as const
  return [['retained', retained], ...(isRedelivered(message) ? [duplicate] : [])]
}

/** How the payload is declared; `undefined` if it is not declared. */
export function payloadFormat({ mqtt }: MessageFacts): string | undefined {
  if (mqtt?.payloadUtf8 === undefined) return undefined
  return mqtt.payloadUtf8 ? 'UTF-8 text' : 'unspecified bytes'
}

/** MQTT's binding of a message that is composed from the message shown. It keeps how the payload is declared. */
export function mqttBindingLike(shown: MessageFacts | undefined, retain: boolean): Pick<Message, 'mqtt'> {
  const payloadUtf8 = shown?.mqtt?.payloadUtf8
  return { mqtt: { retain, ...(payloadUtf8 !== undefined && { payloadUtf8 }) } }
}

/**
 * The message that makes a broker remove the retained message of a channel: an empty retained message, which the broker does not store
 * [MQTT-3.3.1-6].
 */
export function clearingMessage(channel: string): Message {
  // With QoS 1 the broker confirms it.
  return { channel, payload: new Uint8Array(), headers: NO_HEADERS, guarantee: 1, mqtt: { retain: true } }
}
