import type { ChannelGrammar } from '../../core/channel-grammar.js'
import { compilePattern } from '../../core/channel-pattern.js'

/**
 * Whether a channel matches what the user typed. All words, separated by blanks, must occur in the name. Case counts only for a word with
 * capital letters. A word with a wildcard as a level is a pattern.
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

/** Whether `wanted` occurs in a text. Case counts only if `wanted` has capital letters. */
function includesText(wanted: string): (text: string) => boolean {
  if (wanted !== wanted.toLowerCase()) return (text) => text.includes(wanted)
  return (text) => text.toLowerCase().includes(wanted)
}
