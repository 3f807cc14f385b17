import type { ChannelGrammar } from '../../core/channel-grammar.js'
import { compilePattern } from '../../core/channel-pattern.js'

/**
 * Whether a channel is one that the user looks for. Words, separated by blanks, must all occur in the name, in any case unless
 * they have capital letters; a word with a wildcard as a level is a pattern.
 */
export function compileFilter(text: string, grammar: ChannelGrammar): (channel: string) => boolean {
  const tests = text
    .split(' ')
    .filter(Boolean)
    .map((word) => compileWord(word, grammar))
  return (channel) => tests.every((test) => test(channel))
}

function compileWord(word: string, grammar: ChannelGrammar): (channel: string) => boolean {
  const parsed = grammar.parsePattern(word)
  if (!('why' in parsed) && /[+#]/.test(parsed.pattern)) return compilePattern(parsed.pattern, grammar)
  const includes = includesText(word)
  return (channel) => includes(channel)
}

/** Whether a text occurs in another: in any case, unless it has capital letters itself. */
export function includesText(wanted: string): (text: string) => boolean {
  if (wanted !== wanted.toLowerCase()) return (text) => text.includes(wanted)
  return (text) => text.toLowerCase().includes(wanted)
}
