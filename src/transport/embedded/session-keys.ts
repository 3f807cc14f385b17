// The keys under which sessions are in the table. Every key of one session begins `KIND:ID`.

/** An escaped identifier holds no `:`, so that one client's keys never reach into another's. */
function encode(id: string): string {
  return encodeURIComponent(id)
}

export function idIn(key: string): string {
  return decodeURIComponent(key.split(':')[1] ?? '')
}

/** Digits padded, so that keys sort in the order of publishing. The size is in the key, so that starting reads no message. */
export function queueKey(id: string, counter: number, bytes: number): string {
  return `${queuePrefix(id)}${padded(counter)}:${bytes}`
}

function padded(counter: number): string {
  return String(counter).padStart(16, '0')
}

/** The first key that a message behind `counter` can have. */
export function queueKeyAfter(id: string, counter: number): string {
  return `${queuePrefix(id)}${padded(counter + 1)}`
}

export function queuePrefix(id: string): string {
  return `queue:${encode(id)}:`
}

export function sessionKey(id: string): string {
  return `session:${encode(id)}`
}

export function subscriptionKey(id: string, pattern: string): string {
  return `subscription:${encode(id)}:${pattern}`
}

export function incomingKey(id: string, messageId: number): string {
  return `incoming:${encode(id)}:${messageId}`
}
