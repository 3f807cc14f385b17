import { checkChannelPattern, compilePattern } from '../../core/channel-pattern.js'

/**
 * Whether a channel is one that the user looks for. Words, separated by blanks, must all occur in the name, in any case unless
 * they have capital letters; a word with a wildcard (`+`, `#`) as a level, which the separator divides, is a pattern.
 */
export function compileFilter(text: string, separator: string): (channel: string) => boolean {
  const words = text.split(' ').filter(Boolean)
  const tests = words.map((word) => compileWord(word, separator))
  return (channel) => tests.every((test) => test(channel))
}

function compileWord(word: string, separator: string): (channel: string) => boolean {
  if (word.split(separator).some((level) => level === '+' || level === '#') && isPattern(word))
    return compilePattern(word)
  const includes = includesText(word)
  return (channel) => includes(channel)
}

function isPattern(word: string): boolean {
  try {
    checkChannelPattern(word)
    return true
  } catch {
    return false
  }
}

/** Whether a text occurs in another: in any case, unless it has capital letters itself. */
export function includesText(wanted: string): (text: string) => boolean {
  if (wanted !== wanted.toLowerCase()) return (text) => text.includes(wanted)
  return (text) => text.toLowerCase().includes(wanted)
}
