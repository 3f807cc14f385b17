import { type LevelKind, LIKELY, SURE, wordOf } from './level-kind.js'

const NUMBER = /^\d{1,20}$/
const WORD_NUMBER = /^(.*\D)(\d{1,20})$/s
/** Nobody numbers the parts of one thing with so many digits: such numbers are serial numbers or dates. */
const SERIAL_DIGITS = 6
const SERIAL_DIGITS_OF_WORD = 5

/** A level that is a number, or a word with a number after it. A short number may have a meaning: `v1`, `v2`. */
export function numberKinds(level: string): LevelKind[] {
  if (NUMBER.test(level))
    return [{ key: 'number', tail: level, fewest: (tails) => fewestNumbers(tails, SERIAL_DIGITS) }]
  const [, word, digits] = WORD_NUMBER.exec(level) ?? []
  if (word === undefined || digits === undefined) return []
  const fewest = (tails: readonly string[]) => fewestNumbers(tails, SERIAL_DIGITS_OF_WORD)
  return [{ key: `number ${word}`, ...wordOf(word), tail: digits, fewest }]
}

function fewestNumbers(tails: readonly string[], serial: number): number {
  return tails.every(({ length }) => length >= serial) ? SURE : LIKELY
}
