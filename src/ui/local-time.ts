/** The local time of day, from microseconds: `12:03:04.123`. */
export function formatTimeOfDay(time: number): string {
  const date = new Date(time / 1000)
  const two = (part: number) => String(part).padStart(2, '0')
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`
}

/** The local day, from microseconds: `2026-11-23`. */
export function formatDay(time: number): string {
  const date = new Date(time / 1000)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** When a message was published, in local time. The day is left out if the message was received on the same day. */
export function formatSourceTime(sourceTime: number, received: number | undefined): string {
  const day = formatDay(sourceTime)
  const isSameDay = received !== undefined && formatDay(received) === day
  return `${isSameDay ? '' : `${day} `}${formatTimeOfDay(sourceTime)}`
}
