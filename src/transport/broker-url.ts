import { domainToASCII } from 'node:url'
import type { Password } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'

/** How a byte stream to a broker is opened. */
export type SocketKind = 'tcp' | 'tls' | 'ws' | 'wss' | 'unix' | 'local'

/** Where a broker is. Credentials are decoded and kept apart, so that no text of ours can hold them by accident. */
export interface BrokerUrl {
  readonly scheme: string
  readonly socket: SocketKind
  /** A host name or address, IPv6 without brackets and with its zone (`fe80::1%eth0`); empty for sockets of this computer. */
  readonly host: string
  readonly port: number
  /** `ws`, `wss`: the request target, with its query. `unix`: the path of the socket. Otherwise empty, or as the protocol defines it. */
  readonly path: string
  readonly username?: string
  readonly password?: Password
}

/** A text with `:`, `/` or `@` before `://` has no scheme: its colon may belong to a password, which may hold anything. */
const SCHEME = /^([^/@:]*):\/\//

/** The scheme that a broker's URL begins with, in small letters; `undefined` for a bare `host[:port]`. */
export function schemeOf(text: string): string | undefined {
  if (/^local(:(\/\/)?)?$/i.test(text)) return 'local'
  return SCHEME.exec(text)?.[1]?.toLowerCase()
}

/** A URL of a network and what it was parsed from. */
export interface NetworkUrl {
  readonly host: string
  readonly port: number
  readonly username?: string
  readonly password?: Password
  /** The URL as the platform parsed it, for parts that only some protocols have. */
  readonly url: URL
}

/**
 * Reads `scheme://[user[:password]@]host[:port]...`.
 * @param text as the user wrote it, for errors
 * @param whole the same with its scheme
 * @throws TidingsError usage `bad-broker-url`
 */
export function parseNetworkUrl(text: string, whole: string, defaultPort: number): NetworkUrl {
  const { bare, zone } = splitZone(whole)
  const url = parseWhatwgUrl(text, bare)
  if (url.hash !== '') throw badBrokerUrl(text, 'it has a "#" part')
  return {
    host: parseHost(text, url.hostname) + zone,
    port: parsePort(text, url.port, defaultPort),
    ...(url.username === '' ? {} : { username: decodePart(text, url.username) }),
    ...(url.password === '' && !EMPTY_PASSWORD.test(whole)
      ? {}
      : { password: decodePassword(text, url.password) }),
    url
  }
}

/** An explicit empty password, `tok:@`. The platform's parser drops the colon, and another password than the empty one would be sent. */
const EMPTY_PASSWORD = /^[^/]*\/\/[^/?#:@]+:@/

/** A broker's URL for people and logs: with its port, without credentials and query. */
export function formatBrokerUrl({ scheme, socket, host, port, path }: BrokerUrl): string {
  if (socket === 'local') return scheme
  if (socket === 'unix') return `${scheme}://${encodeURI(path)}`
  return `${scheme}://${formatHost(host)}:${port}${path.replace(/\?.*/s, '')}`
}

/** A host as URLs write it: IPv6 in brackets, and the `%` before a zone as `%25` (RFC 6874). */
export function formatHost(host: string): string {
  return host.includes(':') ? `[${host.replace('%', '%25')}]` : host
}

const ZONE = /^([^/?#]*\/\/(?:[^/?#]*@)?\[[0-9a-f:.]+)%(?:25(?=[^\]]))?([\w.~-]+)\]/i

/**
 * Takes the zone (`%eth0`, or as RFC 6874 writes it `%25eth0`) out of the IPv6 address of a URL, because the platform's parser rejects it.
 * A link-local address has no meaning without its zone.
 * @returns the URL without the zone, and the zone with its `%`, or an empty text
 */
export function splitZone(url: string): { bare: string; zone: string } {
  const [matched, before = '', zone] = ZONE.exec(url) ?? []
  if (matched === undefined || zone === undefined) return { bare: url, zone: '' }
  return { bare: `${before}]${url.slice(matched.length)}`, zone: `%${zone}` }
}

/** An address without its zone, which only this computer knows; any other host as it is. */
export const withoutZone = (host: string): string => (host.includes(':') ? host.replace(/%.*/s, '') : host)

/** The error for a URL that is not valid. It never quotes credentials. */
export function badBrokerUrl(text: string, why: string, suggestion?: string): TidingsError {
  return new TidingsError('usage', `cannot use the broker "${showSafely(text)}": ${why}`, {
    code: 'bad-broker-url',
    suggestion: suggestion ?? likeAUrl(text)
  })
}

/** How a URL is written. Signs in a password are told of only where there may be a password. */
function likeAUrl(text: string): string {
  const scheme = schemeOf(text) || 'SCHEME'
  const mayHavePassword = text.includes('@') || NO_PORT.test(afterScheme(text))
  return mayHavePassword
    ? `write it like ${scheme}://USER:PASSWORD@HOST:PORT; %3A, %40, %2F and %25 stand for : @ / % in a password`
    : `write it like ${scheme}://HOST:PORT`
}

const afterScheme = (text: string) => text.slice(SCHEME.exec(text)?.[0].length ?? 0)

/** What follows a host's colon and is no port: perhaps a password whose "@HOST" was forgotten. */
const NO_PORT = /(?<!\[[^\]]*):(?!\d{0,5}(?:[/?#,]|$)).*/s

/**
 * A URL for error messages. A text that could not be parsed may hold a password anywhere before an `@`, and a token anywhere after a `?`.
 * Both are replaced by `…`.
 */
export function showSafely(text: string): string {
  const start = SCHEME.exec(text)?.[0].length ?? 0
  const at = text.lastIndexOf('@')
  const shown =
    at < start
      ? text.slice(0, start) + text.slice(start).replace(NO_PORT, ':…')
      : `${text.slice(0, start)}…@${text.slice(at + 1)}`
  return shown.replace(/[?#].*/s, '…')
}

/** Decodes `%..`; `text` is the whole, for errors. */
export function decodePart(text: string, part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    if (hasLonePercent(part))
      throw badBrokerUrl(
        text,
        'it has a "%" that is not followed by two hex digits',
        'write %25 for a percent sign'
      )
    throw badBrokerUrl(text, 'its "%" escapes are not UTF-8', 'only a password may be in another encoding')
  }
}

const hasLonePercent = (part: string) => /%(?![0-9a-f]{2})/i.test(part)

/** A password is bytes. Some passwords are in Latin-1: `%E4`. */
function decodePassword(text: string, part: string): Password {
  try {
    return decodeURIComponent(part)
  } catch {
    if (hasLonePercent(part)) return decodePart(text, part)
    const bytes = part.replace(/%(..)/gs, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16))
    )
    return Buffer.from(bytes, 'latin1')
  }
}

function parseWhatwgUrl(text: string, whole: string): URL {
  try {
    return new URL(whole)
  } catch {
    const port = /:(\d+)(?:[/?#]|$)/.exec(whole.slice(whole.indexOf('://') + 3))?.[1]
    if (port !== undefined && Number(port) > 65535)
      throw badBrokerUrl(text, `there is no port ${port}`, 'a port is a number from 1 to 65535')
    const authority = /^[^/?#]*/.exec(afterScheme(text))?.[0] ?? ''
    const place = authority.slice(authority.lastIndexOf('@') + 1)
    if (place === '' || place.startsWith(':')) throw badBrokerUrl(text, 'the host is missing')
    throw badBrokerUrl(text, NO_PORT.test(place) ? 'what follows its ":" is no port' : 'it is not a URL')
  }
}

function parseHost(text: string, host: string): string {
  if (host.startsWith('[')) return host.slice(1, -1)
  const name = domainToASCII(decodePart(text, host))
  if (name === '')
    throw badBrokerUrl(text, host === '' ? 'the host is missing' : 'the host name is not valid')
  return name
}

function parsePort(text: string, port: string, defaultPort: number): number {
  if (port === '0') throw badBrokerUrl(text, 'there is no port 0', 'a port is a number from 1 to 65535')
  return port === '' ? defaultPort : Number(port)
}
