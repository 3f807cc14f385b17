/** The formats of JSON Schema that are recognised. The first one that fits is preferred. */
export const STRING_FORMATS = ['date-time', 'date', 'uuid', 'ipv4', 'ipv6', 'email', 'uri'] as const

export type StringFormat = (typeof STRING_FORMATS)[number]

// Each expression takes linear time. It accepts at most what the format's RFC allows, so every validator accepts the same texts.
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const BYTE = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/
/** The address of a Zigbee device looks like an IPv6 address, but nobody writes the groups of an IPv6 address with leading zeros. */
const EUI_64 = /^(?:[0-9a-f]{2}:){7}[0-9a-f]{2}$/i
const HEX_GROUP = /^[0-9a-f]{1,4}$/i
const MAILBOX = /^[a-z0-9_%+-]+$/i
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i
const AUTHORITY_URI =
  /^(?:https?|wss?|mqtts?|ftps?|amqps?|coaps?|file):\/\/[a-z0-9.-]+(?::\d{1,5})?(?:\/(?:[a-z0-9._~!$&'()*+,;=:@/?-]|%[0-9a-f]{2})*)?$/i

const LONGEST = 2048

const TESTS: Readonly<Record<StringFormat, (text: string) => boolean>> = {
  'date-time': (text) => text.charAt(10) === 'T' && isDate(text.slice(0, 10)) && TIME.test(text.slice(11)),
  date: isDate,
  uuid: (text) => UUID.test(text),
  ipv4: (text) =>
    text.length <= 15 && text.split('.').length === 4 && text.split('.').every((byte) => BYTE.test(byte)),
  ipv6: isIpv6,
  email: isEmail,
  uri: (text) => AUTHORITY_URI.test(text)
}

/** The set of all formats, as bits: every format is possible before the first text. */
export const ANY_FORMAT = 2 ** STRING_FORMATS.length - 1

/** The formats among `candidates` that the text has. Sets of formats have one bit for each position in `STRING_FORMATS`. */
export function matchingFormats(text: string, candidates: number): number {
  if (text.length < 3 || text.length > LONGEST) return 0
  let matching = 0
  for (const [bit, format] of STRING_FORMATS.entries()) {
    if (candidates & (1 << bit) && TESTS[format](text)) matching |= 1 << bit
  }
  return matching
}

/** The first format of a set of bits. */
export function preferredFormat(set: number): StringFormat | undefined {
  return STRING_FORMATS.find((_, bit) => set & (1 << bit))
}

function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? []
  if (year === undefined) return false
  const [y, m, d] = [Number(year), Number(month), Number(day)]
  const leap = y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0)
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1] ?? 0
  return d >= 1 && d <= days
}

function isIpv6(text: string): boolean {
  if (text.length > 39 || !text.includes(':')) return false
  const [left = '', right, more] = text.split('::')
  if (more !== undefined) return false
  const groups = [...(left === '' ? [] : left.split(':')), ...(right ? right.split(':') : [])]
  return (
    (right === undefined ? groups.length === 8 && !EUI_64.test(text) : groups.length < 8) &&
    groups.every((group) => HEX_GROUP.test(group))
  )
}

function isEmail(text: string): boolean {
  const at = text.indexOf('@')
  if (at < 1 || text.length > 254) return false
  const labels = text.slice(at + 1).split('.')
  return (
    labels.length >= 2 &&
    labels.every((label) => LABEL.test(label)) &&
    text
      .slice(0, at)
      .split('.')
      .every((part) => MAILBOX.test(part))
  )
}
