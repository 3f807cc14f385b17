import { asciiText } from './ascii-text.js'
import type { LevelParameter } from './level-tree.js'

const LONGEST_WORD = 40

/** A level of a family's address: a text as it is written, or a parameter. */
export interface NamedLevel {
  readonly level: string
  readonly parameter?: LevelParameter
}

/** Whether a level contains braces. An address cannot contain them, so such a level is written as a parameter with only these values. */
export const hasBraces = (level: string): boolean => /[{}]/.test(level)

/**
 * Returns the address of a path, with a name in braces for each parameter, and the names by the positions of their levels. A name comes
 * from the word that all values start with (`lamp-1`: `lamp_id`), or from the level before (`devices/17`: `device_id`). A level that
 * contains braces is written as a parameter, too.
 */
export function nameParameters(
  path: readonly NamedLevel[],
  separator: string
): { address: string; names: Map<number, string> } {
  const names = new Map<number, string>()
  const taken = new Set<string>()
  const parts = path.map(({ level, parameter }, at) => {
    if (parameter === undefined && !hasBraces(level)) return level
    const name = unique(parameter?.name ?? derivedName(path[at - 1], parameter), taken)
    names.set(at, name)
    return `{${name}}`
  })
  return { address: parts.join(separator), names }
}

function derivedName(before: NamedLevel | undefined, parameter: LevelParameter | undefined): string {
  const suffix = parameter?.origin === 'structure' ? 'name' : 'id'
  const isName = before !== undefined && before.parameter === undefined && !hasBraces(before.level)
  const literal = isName ? before.level : ''
  const word = plainWord(parameter?.word ?? '') || singular(plainWord(literal))
  return word === '' ? suffix : `${word}_${suffix}`
}

/** A word of letters, digits and `_`, which AsyncAPI allows in parameter names. Other characters become `_`, or nothing at the ends. */
function plainWord(text: string): string {
  return asciiText(text.slice(0, LONGEST_WORD))
    .slice(0, LONGEST_WORD)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
}

function singular(word: string): string {
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`
  return /[^sui]s$/.test(word) ? word.slice(0, -1) : word
}

function unique(name: string, taken: Set<string>): string {
  let candidate = name
  for (let i = 2; taken.has(candidate); i++) candidate = `${name}_${i}`
  taken.add(candidate)
  return candidate
}
