import type { Message, TextOrBytes } from '../../core/message.js'

/** A copy that stays valid: what is received is a view into the answer of a broker, all of which it would keep in memory. */
export function copyMessage(message: Message): Message {
  const { payload, key, correlation, headers } = message
  return {
    ...message,
    payload: payload === null ? null : Buffer.from(payload),
    key: key === undefined ? undefined : copyOf(key),
    correlation: correlation && Buffer.from(correlation),
    headers: headers.map(([name, value]) => [name, copyOf(value)])
  }
}

const copyOf = (value: TextOrBytes): TextOrBytes => (typeof value === 'string' ? value : Buffer.from(value))

/** Bytes that a copy keeps in memory, about. */
export const copiedBytes = ({ payload, headers }: Message): number =>
  500 + (payload?.length ?? 0) + headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
