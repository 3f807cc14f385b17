import { addressOf, EXCHANGES, splitExchange } from './channel-address.js'

/** What a queue is bound to, so that it gets what matches a pattern. */
export interface Binding {
  readonly exchange: string
  readonly key: string
}

/**
 * The binding for a pattern of the grammar that names no queue.
 * @param own the exchange of the broker's URL
 */
export function bindingOf(pattern: string, own: string): Binding {
  if (!pattern.startsWith(EXCHANGES)) return { exchange: own, key: bindingKey(pattern) }
  const { exchange } = addressOf(pattern)
  return { exchange: exchange ?? own, key: decodeURIComponent(bindingKey(splitExchange(pattern).key)) }
}

/** RabbitMQ's wildcard for one level is `*`. */
const bindingKey = (key: string): string => key.replace(/(?<=^|\.)\+(?=\.|$)/g, '*')
