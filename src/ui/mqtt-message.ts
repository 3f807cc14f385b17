import { isRedelivered, isRetained, type Message, type MessageFacts, NO_HEADERS } from '../core/message.js'

// MQTT's printer: what only MQTT messages say, in words.

/** What a message is besides its facts: shown behind its QoS. */
export function mqttMarks(message: MessageFacts): string[] {
  return [...(isRetained(message) ? ['retained'] : []), ...(isRedelivered(message) ? ['dup'] : [])]
}

/** The same in letters, for lists. */
export function mqttLetters(message: MessageFacts): string[] {
  return [...(isRetained(message) ? ['R'] : []), ...(isRedelivered(message) ? ['D'] : [])]
}

/** The retain flag; `undefined` where a message has no such flag. */
export const isRetain = ({ mqtt }: MessageFacts): boolean | undefined => mqtt?.retain

/** The same for the flag of a repetition. */
export const isDup = ({ mqtt }: MessageFacts): boolean | undefined => mqtt && mqtt.dup === true

/** That the payload is declared to be text, if it is. */
export const declaredAsUtf8 = ({ mqtt }: MessageFacts): boolean => mqtt?.payloadUtf8 === true

/** The identifiers of the subscriptions that a message matched: `1, 2`; empty without. */
export const subscriptionsOf = ({ mqtt }: MessageFacts): string => mqtt?.subscriptionIds?.join(', ') ?? ''

/** What the browser tells of a message, besides what every protocol has: before its other properties. */
export function mqttFacts(message: MessageFacts): (readonly [name: string, value: string])[] {
  if (message.mqtt === undefined) return []
  const retained = isRetained(message) ? 'yes: the broker had kept it' : 'no: it came live'
  const duplicate = ['duplicate', 'perhaps: it was sent again (DUP)'] as const
  return [['retained', retained], ...(isRedelivered(message) ? [duplicate] : [])]
}

/** How the payload is declared, if it is. */
export function payloadFormat({ mqtt }: MessageFacts): string | undefined {
  if (mqtt?.payloadUtf8 === undefined) return undefined
  return mqtt.payloadUtf8 ? 'UTF-8 text' : 'unspecified bytes'
}

/** The binding of a message that is composed after another one: it keeps how the payload is declared. */
export function bindingLike(shown: MessageFacts | undefined, retain: boolean): Pick<Message, 'mqtt'> {
  const payloadUtf8 = shown?.mqtt?.payloadUtf8
  return { mqtt: { retain, ...(payloadUtf8 !== undefined && { payloadUtf8 }) } }
}

/** What makes a broker forget the last value of a channel: an empty retained message, which is stored by none [MQTT-3.3.1-6]. */
export function clearingMessage(channel: string): Message {
  // With QoS 1 the broker says whether it did it.
  return { channel, payload: new Uint8Array(), headers: NO_HEADERS, guarantee: 1, mqtt: { retain: true } }
}
