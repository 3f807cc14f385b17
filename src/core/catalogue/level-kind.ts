/** What a level of a channel looks like when it names one thing among many of its kind. */
export interface LevelKind {
  /** Levels of the same kind may stand for each other: `number`, `uuid`, `mac`, `hex`, or `lamp-N` for `lamp-12`. */
  readonly key: string
  /** The word before the number, if any: `lamp-`. */
  readonly word?: string
  /** Random and hardware identifiers are never words; numbers may mean something (`v1`, `v2`). */
  readonly sure: boolean
}

const LONGEST = 128
const NUMBER = /^\d{1,20}$/
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i
const MAC = /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/i
const HEX = /^(?:0x)?(?=[a-f]*\d)[0-9a-f]{8,64}$/i
const WORD_HEX = /^(.*[a-z][-_:.])(?=[0-9a-f]*\d)[0-9a-f]{6,16}$/is
const WORD_NUMBER = /^(.*\D)\d{1,12}$/s

/** The kind of identifier that a level is, or nothing if it is a word. */
export function levelKind(level: string): LevelKind | undefined {
  if (level.length > LONGEST) return undefined
  if (NUMBER.test(level)) return { key: 'number', sure: false }
  if (UUID.test(level)) return { key: 'uuid', sure: true }
  if (MAC.test(level)) return { key: 'mac', sure: true }
  if (HEX.test(level)) return { key: 'hex', sure: true }
  const hex = WORD_HEX.exec(level)?.[1]
  if (hex !== undefined) return { key: `${hex}X`, word: hex, sure: true }
  const word = WORD_NUMBER.exec(level)?.[1]
  return word === undefined ? undefined : { key: `${word}N`, word, sure: false }
}

const PLAIN_HEX = /^(?:0x)?[0-9a-f]{8,64}$/i
const WORD_PLAIN_HEX = /^(.*[a-z][-_:.])[0-9a-f]{6,16}$/is

/** The kind that a level joins if its siblings are of it, although by itself it looks like a number or a word: `ABCDEFAB`. */
export function joinableKind(level: string): string | undefined {
  if (level.length > LONGEST) return undefined
  if (PLAIN_HEX.test(level)) return 'hex'
  const word = WORD_PLAIN_HEX.exec(level)?.[1]
  return word === undefined ? undefined : `${word}X`
}
