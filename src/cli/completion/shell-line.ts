/** A command line up to the cursor, divided as a shell divides it. Nothing in it is expanded or run. */
export interface ShellLine {
  /** The words before the one at the cursor, without their quotes. */
  readonly words: readonly string[]
  /** The word at the cursor, without its quotes. */
  readonly current: string
  /** The quote with which the word at the cursor begins and which is still open; '' for a bare word. */
  readonly quote: Quote
  /** How many characters of the current word the shell leaves alone: those up to the last bare character that breaks words. */
  readonly kept: number
}

export type Quote = '' | "'" | '"'

/**
 * Divides a line.
 * @param breaks the characters at which the shell breaks a word, such as `:` and `=`
 * @returns undefined where only a part of the word at the cursor is in quotes
 */
export function divideLine(line: string, breaks = ''): ShellLine | undefined {
  const words: string[] = []
  let word: { text: string; quotes: number; isBare: boolean; kept: number } | undefined
  let quote: Quote = ''
  const begin = () => {
    word ??= { text: '', quotes: 0, isBare: false, kept: 0 }
    return word
  }
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? ''
    const next = line[at + 1]
    if (quote === character) quote = ''
    else if (quote === "'") begin().text += character
    else if (character === '\\' && next !== undefined && (quote === '' || '\\"$`'.includes(next))) {
      begin().text += next
      if (quote === '') begin().isBare = true
      at++
    } else if (quote === '"') begin().text += character
    else if (character === "'" || character === '"') {
      quote = character
      begin().quotes++
    } else if (/\s/.test(character)) {
      if (word) words.push(word.text)
      word = undefined
    } else {
      const bare = begin()
      bare.text += character
      bare.isBare = true
      if (breaks.includes(character)) bare.kept = bare.text.length
    }
  }
  const { text, quotes, isBare, kept } = begin()
  const isWhole = quotes === 0 || (quotes === 1 && quote !== '' && !isBare)
  return isWhole ? { words, current: text, quote, kept } : undefined
}
