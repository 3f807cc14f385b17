import { parseTimestamp } from '../timestamp.js'
import { decodeUtf8 } from '../utf8.js'
import { convertedField } from './cached-field.js'
import { badField } from './field-reader.js'
import { ends, isPresent, isSame, lineField, parseField, starts } from './line-fields.js'

const MUST = 'must be an ISO 8601 date and time with "Z" or an offset'

const TIME = lineField('time')
/** The length of `"2026-11-23T19:05:01.`, after which tidings writes six digits and `Z"`. */
const SECOND_LENGTH = 21
let lastSecondBytes: Uint8Array = new Uint8Array()
let lastSecond = 0

/** When the message was received, in microseconds since 1970-01-01 UTC; `undefined` if the line, searched by `findFields`, has no time. */
export function readTime(line: Uint8Array): number | undefined {
  if (!isPresent(line, TIME)) return undefined
  const start = starts[TIME] as number
  const end = ends[TIME] as number
  if (end - start === SECOND_LENGTH + 8 && isSame(lastSecondBytes, line, start, start + SECOND_LENGTH)) {
    const fraction = readSixDigits(line, start + SECOND_LENGTH)
    if (fraction >= 0 && line[end - 2] === 0x5a) return lastSecond + fraction
  }
  const text = decodeUtf8(line, start + 1, end - 1)
  const time = line[start] === 0x22 ? parseTimestamp(text) : undefined
  if (time === undefined) throw badField('time', parseField(line, TIME), MUST)
  if (/^.{19}\.\d{6}Z$/.test(text)) {
    lastSecondBytes = line.slice(start, start + SECOND_LENGTH)
    lastSecond = time - Number(text.slice(20, 26))
  }
  return time
}

function readSixDigits(line: Uint8Array, start: number): number {
  let number = 0
  for (let at = start; at < start + 6; at++) {
    const digit = (line[at] as number) - 0x30
    if (digit < 0 || digit > 9) return -1
    number = number * 10 + digit
  }
  return number
}

/** When the message was published, in microseconds since 1970-01-01 UTC. */
export const sourceTimeField = convertedField(
  'sourceTime',
  (value) => (typeof value === 'string' ? parseTimestamp(value) : undefined),
  MUST
)
