/** The local time of day, from microseconds: `12:03:04.123`. */
export function formatTimeOfDay(time: number): string {
  const date = new Date(time / 1000)
  const two = (part: number) => String(part).padStart(2, '0')
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`
}

/**
 * The same for many messages: consecutive ones often have the same second, which is formatted once.
 * @param paint gives the text its look
 */
export function createTimeFormat(paint: (text: string) => string): (time: number) => string {
  let lastSecond = Number.NaN
  let start = ''
  let lastTime = Number.NaN
  let shown = ''
  return (time) => {
    if (time === lastTime) return shown
    lastTime = time
    const milliseconds = Math.floor(time / 1000)
    const second = Math.floor(milliseconds / 1000)
    if (second !== lastSecond) {
      start = formatTimeOfDay(second * 1_000_000).slice(0, -3)
      lastSecond = second
    }
    shown = paint(start + String(milliseconds - second * 1000).padStart(3, '0'))
    return shown
  }
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
