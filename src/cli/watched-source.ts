import type { Capabilities } from '../core/capabilities.js'
import type { ChannelGrammar, ParsedPattern } from '../core/channel-grammar.js'
import type { ConnectionOptions } from '../core/connection.js'
import type { Profile } from '../core/profile/profile.js'
import { quoteForShell } from '../core/quote-for-shell.js'
import type { WatchedSource } from '../ui/channel-browser/browser-options.js'

/** What the browser is about. */
export interface WatchedFrom {
  readonly grammar: ChannelGrammar
  /** The broker's URL without credentials. */
  readonly title: string
  readonly request: { readonly patterns: readonly ParsedPattern[] }
  /** The options of the connection; absent for a recording. */
  readonly broker?: Pick<ConnectionOptions, 'brokers' | 'username'>
  readonly clientId?: () => string
}

/** The user's name that stands in a URL. */
function userOf(url: string): string | undefined {
  const [, name] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#:@]+)(?::[^/?#]*)?@/i.exec(url) ?? []
  try {
    return name && decodeURIComponent(name)
  } catch {
    return name
  }
}

/** Says what the browser listens to, and how to publish there; undefined for a recording. */
export function watchedSource(
  { grammar, title, request, broker, clientId }: WatchedFrom,
  capabilities: Capabilities,
  profile: Pick<Profile, 'name'> | undefined
): WatchedSource | undefined {
  if (broker === undefined) return undefined
  const username = broker.username ?? userOf(broker.brokers[0] ?? '')
  const user = username === undefined ? [] : ['--username', username, '--password']
  const place = profile
    ? ['--profile', profile.name]
    : broker.brokers.includes('local')
      ? []
      : ['--broker', title, ...user]
  // Where channels have to be created, the one of the example may not be there.
  const create = capabilities.creating === true ? ['--create'] : []
  const words = ['tidings', 'publish', grammar.examples.channel, 'hello', ...create, ...place]
  return {
    patterns: request.patterns.map(({ pattern }) => pattern),
    user: username,
    clientId: clientId ?? (() => ''),
    publishLine: words.map(quoteForShell).join(' '),
    isRetaining: capabilities.retained === true,
    isListing: capabilities.listing === true
  }
}
