import type { NamedElsewhere } from '../core/named-elsewhere.js'

/**
 * Where something was published, as a part of a closing line: ` at prod (URL)`. Empty where the command line
 * names the broker, or nobody does: who typed it knows it.
 * @param url of the broker, without credentials; undefined where there was no connection
 */
export function atBroker(url: string | undefined, named: NamedElsewhere | undefined): string {
  if (url === undefined || named === undefined) return ''
  return named.profile === undefined ? ` at ${url}` : ` at ${named.profile} (${url})`
}
