import { CAPABILITIES, type Capability } from '../core/capabilities.js'
import { TidingsError } from '../core/errors.js'
import type { SpokenProtocol, Transports } from '../core/protocol.js'
import { quoteForShell } from '../core/quote-for-shell.js'

/**
 * The same failure, with the schemes of protocols that could do what was asked for, where the broker was named without a scheme: who comes
 * from a client of another protocol writes HOST:PORT.
 * @param broker as the user wrote it
 */
export async function withHintAtScheme(
  error: unknown,
  broker: string | undefined,
  { rows }: SpokenProtocol,
  transports: Transports
): Promise<unknown> {
  if (!(error instanceof TidingsError) || broker === undefined || !rows[0].isImplied) return error
  const wish = error.details.capability
  // A login may be in front of the host.
  if (!isCapability(wish) || broker.includes('@')) return error
  const able = (await transports.schemesWith?.(wish)) ?? []
  if (able.length === 0) return error
  const urls = able.map((scheme) => quoteForShell(`${scheme}://${broker}`)).join(' or ')
  const { kind, message, code, details, suggestion } = error
  return new TidingsError(kind, message, {
    code,
    details,
    suggestion: `${suggestion ?? ''}; a broker of another protocol is named with its scheme: --broker ${urls}`,
    cause: error
  })
}

const isCapability = (name: unknown): name is Capability => typeof name === 'string' && name in CAPABILITIES
