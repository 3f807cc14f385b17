import { cellWidth } from '../../cell-width.js'

/** What a shell takes for one word: without blanks, but in quotes. */
const WORDS = /(?:'[^']*'|\\[\s\S]|[^\s'\\])+/g
const GOES_ON = ' \\'

/** A command in lines of at most `width` cells, each but the last one with the mark by which a shell reads on. A word is never divided. */
export function shellLines(command: string, width: number): string[] {
  if (cellWidth(command) <= width) return [command]
  const lines: string[] = []
  let line = ''
  const words = command.match(WORDS) ?? []
  for (const [at, word] of words.entries()) {
    const longer = line === '' ? word : `${line} ${word}`
    const room = at === words.length - 1 ? width : width - GOES_ON.length
    if (line === '' || cellWidth(longer) <= room) line = longer
    else {
      lines.push(line + GOES_ON)
      line = word
    }
  }
  return [...lines, line]
}
