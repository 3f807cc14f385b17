import { closestName } from '../core/closest-name.js'
import { TidingsError } from '../core/errors.js'
import { badBrokerUrl, showSafely } from './broker-url.js'

/** Schemes, and what other tools call them. */
export interface KnownSchemes {
  readonly schemes: readonly string[]
  readonly synonyms: ReadonlyMap<string, string>
}

/** What a scheme's name, or another tool's name for it, means here: each scheme that has that name. */
export function schemesMeant(name: string, rows: readonly KnownSchemes[]): string[] {
  return rows.flatMap(({ schemes, synonyms }) => (schemes.includes(name) ? name : (synonyms.get(name) ?? [])))
}

/** A name and something like `://`. A name and `:` may also be a host and its port, or a user and a password. */
const SLIP = /^([a-z][a-z0-9+._-]*)(?::\/(?!\/)|:\\|\/\/|:(?=[a-z[])(?!.*@))/is

/**
 * The error of a text in which the scheme's `://` is typed wrong, or its name is missing; `undefined` for any other text. Without it, the
 * scheme would be taken for a host.
 */
export function schemeSlip(text: string, rows: readonly KnownSchemes[]): TidingsError | undefined {
  if (/^:?\/\//.test(text))
    return badBrokerUrl(text, 'its scheme is missing', 'write it like SCHEME://HOST:PORT')
  const [meant] = schemesMeant(SLIP.exec(text)?.[1]?.toLowerCase() ?? '', rows)
  if (meant === undefined) return undefined
  return badBrokerUrl(text, 'its scheme does not end with "://"', `write it like ${meant}://HOST:PORT`)
}

/** The error of a scheme that is none here. It names what was probably meant. */
export function unknownScheme(text: string, name: string, rows: readonly KnownSchemes[]): TidingsError {
  const schemes = rows.flatMap((row) => row.schemes)
  const near = closestName(
    name,
    rows.flatMap((row) => [...row.schemes, ...row.synonyms.keys()])
  )
  const meant = [name, ...(near === undefined ? [] : [near])]
    .map((each) => schemesMeant(each, rows))
    .find((each) => each.length > 0)
  return new TidingsError('usage', `cannot use the broker "${showSafely(text)}": unknown scheme "${name}"`, {
    code: 'unknown-scheme',
    suggestion:
      meant === undefined
        ? `use one of ${schemes.map((scheme) => (scheme === 'local' ? 'local' : `${scheme}://`)).join(', ')}`
        : `did you mean ${meant.map((scheme) => `${scheme}://`).join(' or ')}? Known are ${schemes.join(', ')}`
  })
}
