import { visibleText } from '../../../core/visible-text.js'

/** Control sequences of terminals (ECMA-48): CSI, then strings such as OSC with what ends them, then all other escapes. */
const SEQUENCES =
  /(?:\x1b\[|\x9b)[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[\x20-\x2f]*[\x30-\x7e]/g

/** What is left of a text that was typed or pasted. */
export interface TypedText {
  readonly text: string
  /** How many control sequences and characters that cannot be seen were left out. */
  readonly leftOut: number
}

/**
 * Takes out of a text what a terminal obeys and what nobody can see. Every end of a line becomes a line feed; in a field of one line only
 * the first line counts.
 */
export function typedText(text: string, hasLines: boolean): TypedText {
  let leftOut = 0
  const leaveOut = () => {
    leftOut++
    return ''
  }
  const lines = text.replace(SEQUENCES, leaveOut).replace(/\r\n?/g, '\n')
  const whole = hasLines ? lines : (lines.split('\n', 1)[0] ?? '').replaceAll('\t', ' ')
  if (isSeen(whole)) return { text: whole, leftOut }
  let seen = ''
  for (const character of whole) seen += isSeen(character) ? character : leaveOut()
  return { text: seen, leftOut }
}

/** Whether a user sees each character of a text as what it is, with line feeds and tabs. */
export const isSeen = (text: string): boolean => visibleText(text, { keepLines: true }) === text
