import { fieldOf, type Table } from './amqp-fields.js'

export interface FakeExchange {
  readonly name: string
  readonly type: string
  readonly durable: boolean
  readonly autoDelete: boolean
  readonly internal: boolean
  readonly arguments: Table
}

export interface FakeBinding {
  readonly source: string
  readonly to: 'queue' | 'exchange'
  readonly destination: string
  readonly routingKey: string
  readonly arguments: Table
}

/** RabbitMQ divides an empty key into no words at all. */
const wordsOf = (key: string): string[] => (key === '' ? [] : key.split('.'))

/** Whether a binding key matches a routing key: `*` is one word, `#` is any number of words. Words are divided by dots. */
export function topicMatches(bindingKey: string, routingKey: string): boolean {
  const words = wordsOf(routingKey)
  // The positions in `words` that the key can have come to.
  let reached = new Set([0])
  for (const part of wordsOf(bindingKey)) {
    const next = new Set<number>()
    for (const at of reached) {
      if (part === '#') for (let end = at; end <= words.length; end++) next.add(end)
      else if (at < words.length && (part === '*' || part === words[at])) next.add(at + 1)
    }
    reached = next
  }
  return reached.has(words.length)
}

/** Whether an exchange of this type passes a message on through a binding. */
export function passes(type: string, binding: FakeBinding, routingKey: string, headers: Table): boolean {
  if (type === 'fanout') return true
  if (type === 'topic') return topicMatches(binding.routingKey, routingKey)
  if (type === 'headers') return headersMatch(binding.arguments, headers)
  return binding.routingKey === routingKey
}

function headersMatch(wanted: Table, headers: Table): boolean {
  const mode = fieldOf(wanted, 'x-match')
  const one = mode?.type === 'S' && mode.value.toString() === 'any'
  const asked = wanted.filter(([name]) => !name.startsWith('x-'))
  const fits = ([name, value]: Table[number]) => {
    const there = fieldOf(headers, name)
    return there !== undefined && (value.type === 'V' || sameField(value, there))
  }
  return one ? asked.some(fits) : asked.every(fits)
}

/** Whether two values are the same, of the same type. */
export function sameField(one: Table[number][1], other: Table[number][1]): boolean {
  return asText(one) === asText(other)
}

/** Whether two tables have the same values, in any order. */
export function sameTable(one: Table, other: Table): boolean {
  const sorted = (table: Table) => table.map((row) => asText(row)).sort()
  return asText(sorted(one)) === asText(sorted(other))
}

const asText = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? `${each}n` : each))
