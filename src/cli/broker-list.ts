const BEFORE_SCHEME = /,(?=\s*[a-z][a-z0-9+.-]*:\/\/)/i
const SCHEME = /^\s*[a-z][a-z0-9+.-]*:\/\//i

/**
 * Cuts a text into brokers. A comma divides them before a `scheme://` and behind a bare `host[:port]`, and never within a user name or
 * a password. Within a URL the comma is left to the protocol.
 */
export function splitBrokers(text: string): string[] {
  const urls: string[] = []
  for (const piece of text.split(BEFORE_SCHEME)) {
    const last = urls.at(-1)
    if (last !== undefined && endsWithinPassword(last) && piece.includes('@'))
      urls[urls.length - 1] = `${last},${piece}`
    else urls.push(piece)
  }
  return urls.flatMap((url) => (SCHEME.test(url) ? [url] : splitHosts(url))).map((broker) => broker.trim())
}

/**
 * Whether a piece ends within a password, as `user:pass` of `user:pass,word@host` does: the colon is not followed by a port, and there is
 * no `@` yet.
 */
function endsWithinPassword(url: string): boolean {
  const authority = url.replace(SCHEME, '').replace(/\[[^\]]*\]|[/?#].*/gs, '')
  return !authority.includes('@') && /:(?!\d*\s*(?:,|$))/.test(authority)
}

/** Splits bare hosts. Only the first one can have a user name and a password, which end with the last `@`. */
function splitHosts(text: string): string[] {
  const start = text.lastIndexOf('@') + 1
  const [first = '', ...others] = text.slice(start).split(',')
  return [text.slice(0, start) + first, ...others]
}
