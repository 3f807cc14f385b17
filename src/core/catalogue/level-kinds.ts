import { codedKinds, severalNumbersKinds } from './coded-level.js'
import { hexTailKinds } from './hex-tail.js'
import { notationKinds } from './identifier-notation.js'
import type { LevelKind } from './level-kind.js'
import { numberKinds } from './numbered-level.js'

const LONGEST = 128

/**
 * The kinds of identifier that a level can be, in four ranks: a notation that no word has, hexadecimal digits, numbers, and codes of
 * letters and digits. The level's siblings decide which kind it is.
 */
export function levelKinds(level: string): readonly (readonly LevelKind[])[] {
  if (level.length > LONGEST) return []
  const numbers = [...numberKinds(level), ...severalNumbersKinds(level)]
  return [notationKinds(level), hexTailKinds(level), numbers, codedKinds(level)]
}
