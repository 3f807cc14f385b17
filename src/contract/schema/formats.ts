import type { Format } from 'ajv/dist/types/index.js'
import { fullFormats } from 'ajv-formats/dist/formats.js'

/** A text of a format is not longer. Some of the regular expressions take more than linear time. */
const LONGEST = 10_000

/** `regex` runs the regular expression of a message; a text of `byte` may be long, and is matched in linear time. */
const LEFT_OUT = ['regex']
const ANY_LENGTH = ['byte']

/** Times of most messages, which the library takes ten times as long to accept: what looks like this is a time, others may be one. */
const PLAIN_TIME =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** The names of the formats that are checked. */
export const FORMATS: readonly string[] = Object.keys(fullFormats).filter((name) => !LEFT_OUT.includes(name))

/** Formats of JSON Schema that are not checked: their names are no mistakes. */
export const UNCHECKED_FORMATS = ['idn-email', 'idn-hostname', 'iri', 'iri-reference', ...LEFT_OUT]

/** The formats that are checked: those of JSON Schema that the library has, and those of OpenAPI. A format with another name is a note. */
export function checkedFormats(): Record<string, Format> {
  const formats = Object.entries(fullFormats).filter(([name]) => !LEFT_OUT.includes(name))
  const checked = formats.map(([name, format]) => [
    name,
    ANY_LENGTH.includes(name) ? format : bounded(format)
  ])
  const { 'date-time': dateTime, ...others }: Record<string, Format> = Object.fromEntries(checked)
  const isTime = dateTime === undefined ? undefined : testOf(dateTime)
  if (isTime === undefined) return others
  return { ...others, 'date-time': (text: string) => PLAIN_TIME.test(text) || isTime(text) }
}

function bounded(format: Format): Format {
  const test = testOf(format)
  return test === undefined ? format : (text: string) => text.length <= LONGEST && test(text)
}

/** The test of a format of texts; `undefined` for a format of numbers, and for one that accepts everything. */
function testOf(format: Format): ((text: string) => boolean) | undefined {
  if (format instanceof RegExp) return (text) => format.test(text)
  if (typeof format === 'function') return format
  if (typeof format !== 'object' || format.type === 'number') return undefined
  return testOf(format.validate as Format)
}
