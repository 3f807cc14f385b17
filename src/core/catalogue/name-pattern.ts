/** Classes of characters, as they are written in a regular expression. The letters of hexadecimal digits are a class apart. */
const CLASSES = [
  [/[0-9]/, '0-9'],
  [/[a-f]/i, 'A-Fa-f'],
  [/[g-z]/i, 'G-Zg-z']
] as const

/**
 * A regular expression for names of one kind: the word that all names start with, and then as many characters, of the same classes, as
 * in these names. The expression has only this simple form, so that matching it is fast.
 */
export function patternOfNames(names: readonly string[], word: string): string {
  const tails = names.map((name) => [...name.slice(word.length)])
  const lengths = tails.map(({ length }) => length)
  const [least, most] = [Math.min(...lengths), Math.max(...lengths)]
  const seen = new Set(tails.flat())
  const classes = CLASSES.filter(([expression]) => [...seen].some((char) => expression.test(char)))
  const others = [...seen].filter((char) => !/[0-9a-z]/i.test(char)).sort()
  const set = `${classes.map(([, text]) => text).join('')}${others.map(escapedInSet).join('')}`
  return `^${escaped(word)}[${set}]{${least === most ? least : `${least},${most}`}}$`
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
const escapedInSet = (char: string): string => char.replace(/[\\^\]-]/, '\\$&')

const OURS = /^\^(?:[^\\^$.*+?()[\]{}|]|\\.)*\[(?:[^\\\]]|\\.)+\]\{\d+(?:,\d+)?\}\$$/

/** Whether a name matches a pattern of a document; `undefined` for a pattern that `patternOfNames` does not make. */
export function matchesPattern(name: string, pattern: string): boolean | undefined {
  if (!OURS.test(pattern)) return undefined
  try {
    return new RegExp(pattern, 'u').test(name)
  } catch {
    return undefined
  }
}
