import fc from 'fast-check'

/** Sequences and characters that terminals obey, or that deceive the reader. */
const SEQUENCES = [
  '\x1b[2J',
  '\x1b]0;title\x07',
  '\x1b]52;c;ZXZpbA==\x1b\\',
  '\x1bP+q544e\x1b\\',
  '\x1b[6n',
  '\x1bc',
  '\x9b31m',
  '\x9d0;x\x9c',
  '\x90q\x9c',
  '\x85',
  '\x7f',
  '\b\b',
  '\x0e',
  '\u202e',
  '\u2066',
  '\u061c',
  '\u200f',
  '\u2028',
  '\ufeff',
  '\u{e0041}'
]

/** Text that a broker or publisher may send: hostile sequences among ordinary characters, always valid UTF-8. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...SEQUENCES),
      fc.integer({ min: 1, max: 0x9f }).map((code) => String.fromCharCode(code)),
      fc.constantFrom('a', 'ü', '中', '🎉', '"', '\\', '{', '\n', '\r', '\t')
    ),
    { minLength: 1, maxLength: 8 }
  )
  .map((parts) => parts.join(''))

/** Makes `count` hostile texts, which are the same for the same seed. */
export const hostileTexts = (count: number, seed = 1): string[] =>
  fc.sample(hostileText, { numRuns: count, seed })

/** Makes a channel name from a text: without wildcards. */
export const asChannel = (text: string): string => text.replaceAll(/[+#]/g, '_')

const OWN_LOOKS = /\x1b\[[\d;]*m|\x1b\[K/g
const OBEYED =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]|\r(?!\n)/u

/** The first character in a terminal's output that the terminal would obey, with its surroundings. Our own colours do not count. */
export function findObeyed(written: string, options: { coloured?: boolean } = {}): string | undefined {
  const text = options.coloured ? written.replaceAll(OWN_LOOKS, '') : written
  const match = OBEYED.exec(text)
  return match === null
    ? undefined
    : JSON.stringify(text.slice(Math.max(0, match.index - 30), match.index + 30))
}
