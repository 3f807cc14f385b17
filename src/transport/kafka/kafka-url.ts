import { type BrokerUrl, badBrokerUrl, decodePart, parseNetworkUrl, schemeOf } from '../broker-url.js'
import { oneUrlPerHost } from '../host-list.js'

/** The ways of logging in, as URLs spell them, with the names that the protocol has for them. */
export const SASL_MECHANISMS = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
  oauthbearer: 'OAUTHBEARER'
} as const

export type SaslName = keyof typeof SASL_MECHANISMS

/** Where a broker of a cluster is, and how to log in. */
export interface KafkaUrl extends BrokerUrl {
  /** Absent: PLAIN where there are credentials, and otherwise none. */
  readonly sasl?: SaslName
}

/** How each scheme is reached over a network, and its default port. */
const NETWORK = new Map<string, { socket: 'tcp' | 'tls'; port: number }>([
  ['kafka', { socket: 'tcp', port: 9092 }],
  ['kafkas', { socket: 'tls', port: 9093 }]
])

/** Scheme and authority, path, and what follows it. */
const PARTS = /^([^/]*\/\/[^/?#]*)([^?#]*)(.*)$/s

/**
 * Reads `kafka://USER:PASSWORD@HOST[:PORT],...?sasl=MECHANISM` as its user wrote it. Each host gives one URL, in their order; they share
 * all other parts.
 *
 * @throws TidingsError usage `bad-broker-url`: the URL is not valid
 */
export function parseKafkaUrls(text: string): KafkaUrl[] {
  if (/[\s\p{Cc}]/u.test(text)) throw badBrokerUrl(text, 'it contains white space or control characters')
  const scheme = schemeOf(text) ?? ''
  const network = NETWORK.get(scheme)
  if (network === undefined) throw badBrokerUrl(text, 'its scheme is not kafka:// or kafkas://')
  return oneUrlPerHost(text).map((url) => {
    const [, start = '', path = '', rest = ''] = PARTS.exec(url) ?? []
    if (rest.includes('#')) throw badBrokerUrl(text, 'it has a "#" part')
    if (path !== '' && path !== '/')
      throw badBrokerUrl(text, 'it has a path', 'name the topic as the channel: tidings publish TOPIC')
    const sasl = parseSasl(text, rest.slice(1))
    const { url: _parsed, ...place } = parseNetworkUrl(text, start, network.port)
    return { scheme, socket: network.socket, ...place, path: '', ...(sasl !== undefined && { sasl }) }
  })
}

const isSaslName = (name: string): name is SaslName => Object.hasOwn(SASL_MECHANISMS, name)

function parseSasl(text: string, query: string): SaslName | undefined {
  let sasl: SaslName | undefined
  const known = `known is ?sasl=${Object.keys(SASL_MECHANISMS).join('|')}`
  for (const pair of query === '' ? [] : query.split('&')) {
    const [name = '', value = ''] = pair.split(/=(.*)/s)
    if (name !== 'sasl')
      throw badBrokerUrl(text, 'its query has a parameter that tidings does not know', known)
    const mechanism = decodePart(text, value).toLowerCase()
    if (!isSaslName(mechanism))
      throw badBrokerUrl(text, 'its query names a way of logging in that tidings does not have', known)
    sasl = mechanism
  }
  return sasl
}
