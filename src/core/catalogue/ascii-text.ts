/** Latin letters that Unicode does not decompose into an ASCII letter and a mark. */
const LATIN = 'ß=ss æ=ae œ=oe ø=o đ=d ð=d þ=th ł=l ı=i ħ=h ŋ=ng ə=e'
/** Transliteration as in passports (ICAO 9303), with few differences. */
const CYRILLIC =
  'а=a б=b в=v г=g д=d е=e ж=zh з=z и=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya є=ie і=i ґ=g ђ=dj ј=j љ=lj њ=nj ћ=c џ=dz ѕ=dz'
/** Transliteration by ISO 843, type 2, letter by letter. */
const GREEK =
  'α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o'

const LETTERS = new Map(
  `${LATIN} ${CYRILLIC} ${GREEK}`.split(' ').map((pair): [string, string] => {
    const [letter = '', text = ''] = pair.split('=')
    return [letter, text]
  })
)

/**
 * Transliterates a text to ASCII: `Küche` becomes `Kuche`, `Тест` becomes `Test`. A character of another script becomes its code point,
 * as `u6e29`. A sign becomes a space.
 */
export function asciiText(text: string): string {
  return [...text.normalize('NFC')].map(inAscii).join('')
}

function inAscii(character: string): string {
  if (character <= '\x7f') return character
  const lower = character.toLowerCase()
  const known = LETTERS.get(lower) ?? LETTERS.get(withoutMarks(lower))
  if (known !== undefined) return lower === character ? known : capitalized(known)
  const plain = withoutMarks(character)
  if (/^[\x20-\x7e]*$/.test(plain) && plain !== '') return plain
  return /[\p{L}\p{N}\p{So}]/u.test(character) ? ` u${character.codePointAt(0)?.toString(16)} ` : ' '
}

const withoutMarks = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '')
const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
