import type { ChannelGrammar } from './channel-grammar.js'
import { TidingsError } from './errors.js'
import { quoteName } from './visible-text.js'

/**
 * Returns the channel as the protocol spells it.
 * @throws TidingsError of kind usage if nobody can publish to it
 */
export function checkChannelName(text: string, grammar: ChannelGrammar): string {
  const channel = grammar.spellChannel(text)
  const why = grammar.whyNotChannel(channel)
  if (why === undefined) return channel
  throw new TidingsError('usage', `cannot use channel ${quoteName(text)}: ${why}`, {
    code: 'bad-channel',
    suggestion:
      why === HOLDS_A_WILDCARD
        ? `"+" and "#" are for subscribing; name one channel, for example ${grammar.examples.channel}`
        : `name a channel, for example user_signed_up or ${grammar.examples.channel}`
  })
}

/** The reason that a grammar gives if a channel's name may not hold wildcards. */
export const HOLDS_A_WILDCARD = 'it holds a wildcard'
