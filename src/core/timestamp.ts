let lastSeconds = Number.NaN
let lastText = ''

/**
 * Formats microseconds since 1970-01-01 UTC as ISO 8601 in UTC with microseconds: `2026-11-23T19:05:01.123456Z`. Keeps the text of the last
 * second, because the times of a stream are close together: that takes a quarter of the time.
 */
export function formatTimestamp(microseconds: number): string {
  const seconds = Math.floor(microseconds / 1_000_000)
  if (seconds !== lastSeconds) {
    lastText = new Date(seconds * 1000).toISOString().slice(0, -5)
    lastSeconds = seconds
  }
  return `${lastText}.${String(Math.floor(microseconds - seconds * 1_000_000)).padStart(6, '0')}Z`
}

const ISO =
  /^([+-]\d{6}|\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?([Zz]|[+-]\d\d(?::?\d\d)?)$/

/**
 * Parses an ISO 8601 date and time with `Z` or an offset, and returns microseconds since 1970-01-01 UTC. Seconds, and any number of
 * their decimals, are optional; decimals finer than a microsecond are dropped. `undefined` for anything else.
 */
export function parseTimestamp(text: string): number | undefined {
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone = ''] = ISO.exec(text) ?? []
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  // Date.parse reads 30 February as 2 March.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).getUTCDate() !== Number(day) % 100) {
    if (hour !== '24' || Number.isNaN(milliseconds)) return undefined
  }
  const [, sign, hours, minutes = '00'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? []
  const offset = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  return (milliseconds - offset * 60_000) * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6))
}
