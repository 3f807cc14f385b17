import { domainToASCII } from 'node:url'
import { TidingsError } from '../core/errors.js'

/** The ways in which a broker can be named, with their default ports (0: there is no port). */
const DEFAULT_PORTS = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443, 'mqtt+unix': 0, local: 0 } as const

export type BrokerScheme = keyof typeof DEFAULT_PORTS

/** Where a broker is. Credentials are decoded and kept apart, so that no text of ours can hold them by accident. */
export interface BrokerUrl {
  readonly scheme: BrokerScheme
  /** A host name or address, IPv6 without brackets; empty for `mqtt+unix` and `local`. */
  readonly host: string
  readonly port: number
  /** `ws`, `wss`: the request target, with its query. `mqtt+unix`: the path of the socket. Otherwise empty. */
  readonly path: string
  readonly username?: string
  readonly password?: string
}

export const BROKER_SCHEMES = Object.keys(DEFAULT_PORTS) as readonly BrokerScheme[]

/** What other tools call the same thing. */
const SYNONYMS = new Map<string, BrokerScheme>([
  ['tcp', 'mqtt'],
  ['mqtt+tcp', 'mqtt'],
  ['mqttv5', 'mqtt'],
  ['ssl', 'mqtts'],
  ['tls', 'mqtts'],
  ['mqtt+ssl', 'mqtts'],
  ['mqtt+tls', 'mqtts'],
  ['mqttss', 'mqtts'],
  ['mqtts+tcp', 'mqtts'],
  ['http', 'ws'],
  ['mqtt+ws', 'ws'],
  ['https', 'wss'],
  ['mqtt+wss', 'wss'],
  ['unix', 'mqtt+unix'],
  ['mqtts+unix', 'mqtt+unix']
])

/**
 * Reads a broker's URL as its user wrote it; a bare `host[:port]` means `mqtt://`. A WebSocket URL without a path gets
 * `/mqtt`, which is what most brokers listen on.
 *
 * @throws TidingsError usage: an unknown scheme (code `unknown-scheme`) or anything else that cannot be meant (`bad-broker-url`).
 */
export function parseBrokerUrl(text: string): BrokerUrl {
  if (text === '') throw bad(text, 'it is empty')
  if (/[\s\p{Cc}]/u.test(text)) throw bad(text, 'it contains white space or control characters')
  if (/^local(:(\/\/)?)?$/i.test(text)) return { scheme: 'local', host: '', port: 0, path: '' }
  const scheme = parseScheme(text)
  const whole = text.includes('://') ? text : `mqtt://${text}`
  if (scheme === 'mqtt+unix') return parseUnixUrl(text)
  if (scheme === 'local') throw bad(text, '"local" takes no host, port or path')
  const url = parseWhatwgUrl(text, whole)
  const isWebSocket = scheme === 'ws' || scheme === 'wss'
  if (url.hash !== '') throw bad(text, 'it has a "#" part')
  if (!isWebSocket && whole.includes('?')) throw bad(text, 'it has a query, which means nothing here')
  if (!isWebSocket && url.pathname !== '' && url.pathname !== '/') {
    throw bad(text, 'it has a path; channels are given apart from the broker')
  }
  return {
    scheme,
    host: parseHost(text, url.hostname),
    port: parsePort(text, url.port, scheme),
    path: isWebSocket ? webSocketTarget(whole, url) : '',
    ...(url.username === '' ? {} : { username: decodePart(text, url.username) }),
    ...(url.password === '' ? {} : { password: decodePart(text, url.password) })
  }
}

/** A broker's URL for people and logs: with its port, without credentials and query. */
export function formatBrokerUrl(url: BrokerUrl): string {
  if (url.scheme === 'local') return 'local'
  if (url.scheme === 'mqtt+unix') return `mqtt+unix://${encodeURI(url.path)}`
  const host = url.host.includes(':') ? `[${url.host}]` : url.host
  return `${url.scheme}://${host}:${url.port}${url.path.replace(/\?.*/s, '')}`
}

function parseScheme(text: string): BrokerScheme {
  const name = /^([^/@]*):\/\//.exec(text)?.[1]?.toLowerCase()
  if (name === undefined) return 'mqtt'
  const known = BROKER_SCHEMES.find((scheme) => scheme === name)
  if (known !== undefined) return known
  const meant = SYNONYMS.get(name)
  throw new TidingsError('usage', `cannot use the broker "${showSafely(text)}": unknown scheme "${name}"`, {
    code: 'unknown-scheme',
    suggestion:
      meant === undefined
        ? `use one of ${BROKER_SCHEMES.map((scheme) => (scheme === 'local' ? 'local' : `${scheme}://`)).join(', ')}`
        : `did you mean ${meant}://? Known are ${BROKER_SCHEMES.join(', ')}`
  })
}

function parseUnixUrl(text: string): BrokerUrl {
  const path = text.slice('mqtt+unix://'.length)
  if (path === '' || path === '/') {
    throw bad(text, 'the path of the socket is missing', 'write mqtt+unix:///path/of/the.sock')
  }
  if (!path.startsWith('/')) {
    throw bad(text, 'the path of the socket must be absolute', `write mqtt+unix:///${showSafely(path)}`)
  }
  if (/[?#]/.test(path))
    throw bad(text, 'it has a "?" or "#" part', 'write %3F or %23 if the path contains it')
  const decoded = decodePart(text, path)
  if (decoded.includes('\0')) throw bad(text, 'the path of the socket contains a NUL')
  return { scheme: 'mqtt+unix', host: '', port: 0, path: decoded }
}

function parseWhatwgUrl(text: string, whole: string): URL {
  try {
    return new URL(whole)
  } catch {
    const port = /:(\d+)(?:[/?#]|$)/.exec(whole.slice(whole.indexOf('://') + 3))?.[1]
    if (port !== undefined && Number(port) > 65535) throw bad(text, `there is no port ${port}`)
    throw bad(text, 'it is not a URL')
  }
}

function parseHost(text: string, host: string): string {
  if (host.startsWith('[')) return host.slice(1, -1)
  const name = domainToASCII(decodePart(text, host))
  if (name === '') throw bad(text, host === '' ? 'the host is missing' : 'the host name is not valid')
  return name
}

function parsePort(text: string, port: string, scheme: BrokerScheme): number {
  if (port === '0') throw bad(text, 'there is no port 0')
  return port === '' ? DEFAULT_PORTS[scheme] : Number(port)
}

function webSocketTarget(whole: string, url: URL): string {
  const hasPath = /^[^:]+:\/\/[^/?]*\//.test(whole)
  return (hasPath ? url.pathname : '/mqtt') + url.search
}

function decodePart(text: string, part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw bad(text, 'it has a "%" that is not followed by two hex digits', 'write %25 for a percent sign')
  }
}

/** Text that could not be parsed may hold a password anywhere before an `@`, and a token anywhere behind a `?`. */
function showSafely(text: string): string {
  const start = text.indexOf('://') < 0 ? 0 : text.indexOf('://') + 3
  const at = text.lastIndexOf('@')
  const shown = at < start ? text : `${text.slice(0, start)}…@${text.slice(at + 1)}`
  return shown.replace(/[?#].*/s, '…')
}

function bad(text: string, why: string, suggestion?: string): TidingsError {
  return new TidingsError('usage', `cannot use the broker "${showSafely(text)}": ${why}`, {
    code: 'bad-broker-url',
    suggestion:
      suggestion ?? 'write it like mqtt://host:1883; %3A, %40, %2F and %25 stand for : @ / % in a password'
  })
}
