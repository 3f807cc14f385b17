import type { ChannelGrammar } from '../core/channel-grammar.js'
import { wildcardDoubt } from '../core/wildcard-doubt.js'

/** Warns of each pattern whose `*` is none of the protocol's wildcards. */
export function warnOfWildcards(
  patterns: readonly string[],
  grammar: ChannelGrammar,
  warn: (text: string) => void
): void {
  for (const text of new Set(patterns)) {
    const doubt = wildcardDoubt(text, grammar)
    if (doubt !== undefined) warn(doubt)
  }
}
