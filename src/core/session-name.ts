import type { ChannelGrammar } from './channel-grammar.js'
import { TidingsError } from './errors.js'
import { quoteName } from './visible-text.js'

/**
 * The name of a session as the user has written it.
 * @throws TidingsError of kind usage for one that is empty, or that the protocol does not take
 */
export function checkSessionName(name: string, { whyNotSession }: ChannelGrammar): string {
  const why = name === '' ? 'its name is empty' : whyNotSession?.(name)
  if (why === undefined) return name
  throw new TidingsError('usage', `cannot use the session ${quoteName(name)}: ${why}`, {
    code: 'bad-session',
    suggestion: 'give it a short name, such as billing'
  })
}
