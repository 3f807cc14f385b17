import type { ChannelGrammar } from './channel-grammar.js'
import { quoteName } from './visible-text.js'

/**
 * What to tell of a pattern with a `*` that the protocol takes for itself, although files, NATS and AMQP have it for a wildcard; `undefined`
 * where there is none. A protocol whose own wildcard it is has read it as `+`.
 */
export function wildcardDoubt(text: string, grammar: ChannelGrammar): string | undefined {
  const parsed = grammar.parsePattern(text)
  if ('why' in parsed || !parsed.pattern.includes('*')) return undefined
  const levels = parsed.pattern.split(grammar.separator)
  const oneEach = levels.map((level) => (level === '*' ? '+' : level)).join(grammar.separator)
  const isLast = /^\*+$/.test(levels.at(-1) ?? '')
  const allBelow = [...levels.slice(0, -1).map((level) => (level === '*' ? '+' : level)), '#'].join(
    grammar.separator
  )
  const meant = isLast && oneEach.endsWith('+') ? `${oneEach} or ${allBelow}` : isLast ? allBelow : oneEach
  const example = meant === parsed.pattern ? '' : `; write ${meant} if that is meant`
  return `the pattern ${quoteName(text)} matches a channel with a "*" in its name; "+" stands for one whole level and "#" for all further ones${example}`
}
