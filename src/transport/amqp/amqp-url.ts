import { whyNotName } from '../../core/channel-grammar.js'
import { TidingsError } from '../../core/errors.js'
import { type BrokerUrl, badBrokerUrl, decodePart, parseNetworkUrl, schemeOf } from '../broker-url.js'
import { oneUrlPerHost } from '../host-list.js'
import { LONGEST_SHORT_TEXT } from './wire/argument-writer.js'

/** Where a virtual host of a broker is, and on which exchange its channels are. */
export interface AmqpUrl extends BrokerUrl {
  readonly vhost: string
  /** The exchange on which a channel is a routing key. */
  readonly exchange: string
}

/** The exchange that RabbitMQ's MQTT plug-in uses, too: what one protocol publishes the other one finds. */
export const DEFAULT_EXCHANGE = 'amq.topic'

const DEFAULT_VHOST = '/'

/** How each scheme is reached over a network, and its default port. */
const NETWORK = new Map<string, { socket: 'tcp' | 'tls'; port: number }>([
  ['amqp', { socket: 'tcp', port: 5672 }],
  ['amqps', { socket: 'tls', port: 5671 }]
])

/** Scheme and authority, path, and what follows it. */
const PARTS = /^([^/]*\/\/[^/?#]*)([^?#]*)(.*)$/s

/**
 * Reads `amqp://USER:PASSWORD@HOST[:PORT],.../VHOST?exchange=NAME` as its user wrote it. Each host gives one URL, in their order; they share
 * all other parts.
 *
 * @throws TidingsError usage `bad-broker-url`: the URL is not valid
 */
export function parseAmqpUrls(text: string): AmqpUrl[] {
  if (/[\s\p{Cc}]/u.test(text)) throw badBrokerUrl(text, 'it contains white space or control characters')
  const scheme = schemeOf(text) ?? ''
  const network = NETWORK.get(scheme)
  if (network === undefined) throw badBrokerUrl(text, 'its scheme is not amqp:// or amqps://')
  return oneUrlPerHost(text).map((url) => {
    const [, start = '', path = '', rest = ''] = PARTS.exec(url) ?? []
    if (rest.includes('#')) throw badBrokerUrl(text, 'it has a "#" part', 'write %23 for a "#" in a name')
    const vhost = parseVhost(text, path)
    const exchange = parseExchange(text, rest.slice(1))
    const { url: _parsed, ...place } = parseNetworkUrl(text, start, network.port)
    const shown = vhost === DEFAULT_VHOST ? '' : `/${encodeURIComponent(vhost)}`
    return { scheme, socket: network.socket, ...place, path: shown, vhost, exchange }
  })
}

/** The exchange of the first of these URLs; the default one if that URL is not valid, which its reader tells. */
export function exchangeOf([first = '']: readonly string[]): string {
  try {
    return parseAmqpUrls(first)[0]?.exchange ?? DEFAULT_EXCHANGE
  } catch (error) {
    if (error instanceof TidingsError) return DEFAULT_EXCHANGE
    throw error
  }
}

function parseVhost(text: string, path: string): string {
  const part = path.slice(1)
  // RabbitMQ's URI specification reads a lone slash as a virtual host without a name, which no broker has.
  if (part === '') return DEFAULT_VHOST
  if (part.includes('/'))
    throw badBrokerUrl(text, 'it has a path of several parts', 'write %2F for a "/" in the virtual host')
  return checkName(text, 'virtual host', decodePart(text, part))
}

function parseExchange(text: string, query: string): string {
  let exchange = DEFAULT_EXCHANGE
  for (const pair of query === '' ? [] : query.split('&')) {
    const [name = '', value = ''] = pair.split(/=(.*)/s)
    if (name !== 'exchange') throw unknownParameter(text, name)
    if (value === '')
      throw badBrokerUrl(text, 'its exchange has no name', 'to address a queue, publish to /queues/NAME')
    exchange = checkName(text, 'exchange', decodePart(text, value))
  }
  return exchange
}

const INSTEAD = new Map([
  ['heartbeat', '--keepalive SECONDS'],
  ['connection_timeout', '--connect-timeout TIME'],
  ['cacertfile', '--ca FILE'],
  ['certfile', '--cert FILE'],
  ['keyfile', '--key FILE'],
  ['verify', '--insecure'],
  ['server_name_indication', '--servername NAME']
])

function unknownParameter(text: string, name: string) {
  const flag = INSTEAD.get(name)
  const known = 'only ?exchange=NAME is known'
  return badBrokerUrl(
    text,
    'its query has a parameter that tidings does not know',
    flag === undefined ? known : `use ${flag} instead; ${known}`
  )
}

function checkName(text: string, what: string, name: string): string {
  const why = whyNotName(name)
  if (why !== undefined) throw badBrokerUrl(text, `its ${what} is not valid: ${why}`)
  if (Buffer.byteLength(name) > LONGEST_SHORT_TEXT)
    throw badBrokerUrl(text, `its ${what} is longer than ${LONGEST_SHORT_TEXT} bytes`)
  return name
}
