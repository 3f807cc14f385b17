import type { MessageFacts } from '../core/message.js'
import { visibleText } from '../core/visible-text.js'
import { visibleValue } from './visible-value.js'

// AMQP's printer: what only messages of AMQP say, in words.

type Fact = readonly [name: string, value: string]

const PERSISTENT = 2

/** What the browser shows of a message of AMQP beyond what every protocol has. */
export function amqpFacts({ amqp }: MessageFacts): Fact[] {
  if (amqp === undefined) return []
  const { exchange, routingKey, deliveryMode, redelivered, deliveryCount } = amqp
  const facts: [string, string | undefined][] = [
    ['exchange', exchange === '' ? 'the default exchange' : exchange],
    ['routing key', routingKey],
    ['kept', deliveryMode === undefined ? undefined : deliveryModeWords(deliveryMode)],
    ['duplicate', redelivered ? 'perhaps: it was delivered before' : undefined],
    ['delivered before', deliveryCount === undefined ? undefined : `${deliveryCount} times`],
    ...properties({ amqp })
  ]
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, visibleText(value)] as const]))
}

const deliveryModeWords = (mode: number) => (mode === PERSISTENT ? 'on disk (persistent)' : 'in memory')

/** The same for a line of properties. The delivery mode is left out: nearly every message has the same. */
export function amqpProperties(message: MessageFacts): string[] {
  return properties(message).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))
}

function properties({ amqp = {} }: Pick<MessageFacts, 'amqp'>): [name: string, value: string | undefined][] {
  const { priority, messageId, type, appId, userId, contentEncoding, offset } = amqp
  const shown = (value: typeof messageId) => value && visibleValue(value)
  return [
    ['priority', priority === undefined ? undefined : String(priority)],
    ['id', shown(messageId)],
    ['type', shown(type)],
    ['application', shown(appId)],
    ['user', shown(userId)],
    ['encoding', shown(contentEncoding)],
    ['offset', offset === undefined ? undefined : String(offset)]
  ]
}
