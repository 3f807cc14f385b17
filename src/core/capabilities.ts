import { TidingsError } from './errors.js'

/** What a protocol may be able to do, in the order of the table in the documentation, with a name for people. */
export const CAPABILITIES = {
  acknowledged: 'publish, acknowledged (QoS 1)',
  'at-most-once': 'QoS 0',
  'exactly-once': 'QoS 2',
  headers: 'headers, in order and with repeats',
  'header-bytes': 'headers that are not text',
  'header-types': 'headers with types: numbers, dates, tables',
  'null-headers': 'headers without a value, which is not an empty one',
  key: 'message key (`--message-key`)',
  partition: 'choosing a partition (`--partition`)',
  'null-payload': 'messages without a payload: tombstones (`--null`)',
  'content-type': 'content type',
  'response-channel': 'response channel',
  correlation: 'correlation',
  expiry: 'expiry',
  'source-time': "the publisher's time",
  priority: 'priority (`--priority`)',
  'message-properties': 'message id, type, application, user, content encoding',
  creating: 'creating a channel (`--create`)',
  compression: 'compression (`--compression`)',
  retained: 'retained messages',
  'payload-format': 'declaring a payload to be text (`--payload-utf8`)',
  'last-will': 'last will',
  'protocol-versions': 'choosing a version (`--protocol`)',
  patterns: 'patterns',
  sessions: 'sessions (`--session`)',
  groups: 'groups (`--group`)',
  'member-sessions': 'a session for one member of a group (`--session` with `--group`)',
  'no-local': 'leaving out own messages (`--no-local`)',
  history: 'reading what was published before (`--from`, `--until-end`)',
  'skipping-unreadable': 'leaving out stored messages that cannot be read (`--skip-unreadable`)',
  browsing: 'looking at a queue (`--browse`)',
  listing: 'listing channels, with a look at their last messages',
  'group-progress': 'how far a group has come (`broker check --group`)',
  passwords: 'user name and password',
  tls: 'TLS',
  'client-certificates': 'client certificates',
  'http-headers': 'HTTP headers (`--ws-header`)',
  proxy: 'SOCKS proxy'
} as const

export type Capability = keyof typeof CAPABILITIES

/** Why a protocol cannot do something, and what to do instead; both as the end of a sentence. */
export interface Lack {
  readonly why: string
  readonly suggestion: string
}

/** For each capability: `true` if the protocol has it, and otherwise why not. */
export type Capabilities = Readonly<Record<Capability, true | Lack>>

/** What the user asked for (a flag's name, or words), the capability that it needs, and what helps with any broker, if something does. */
export type CapabilityWish = readonly [asked: string, capability: Capability, remedy?: string]

/**
 * Checks, before a socket opens, that the protocol can do everything that the user asked for.
 * @param rows the schemes that the user named, with the protocol's capabilities; a wish is met if one scheme has the capability
 * @param isNamed whether the user named a broker: where they did not, they may not know that the local one is used
 * @throws TidingsError of kind usage for the first wish that no scheme can meet
 */
export function requireCapabilities(
  rows: readonly { readonly scheme: string; readonly capabilities: Capabilities }[],
  wishes: readonly CapabilityWish[],
  isNamed = true
): void {
  for (const [asked, capability, remedy] of wishes) {
    const [first, ...others] = rows.map(({ scheme, capabilities }) => ({
      scheme,
      support: capabilities[capability]
    }))
    if (first === undefined || first.support === true) continue
    if (others.some(({ support }) => support === true)) continue
    const name = first.scheme === 'local' ? 'the local broker' : `${first.scheme}://`
    const broker = isNamed ? name : `${name}, which is used as no broker was named`
    throw new TidingsError('usage', `cannot use "${asked}" with ${broker}: ${first.support.why}`, {
      code: 'not-supported',
      suggestion: remedy ?? (isNamed ? first.support.suggestion : 'name the broker: --broker URL'),
      details: { capability, scheme: first.scheme }
    })
  }
}
