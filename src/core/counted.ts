import { formatGrouped } from './grouped-number.js'

/** `1 message`, `12,345 messages`; the number is written by `format`. */
export function counted(
  count: number,
  noun = 'message',
  format: (count: number) => string = formatGrouped
): string {
  return `${format(count)} ${noun}${count === 1 ? '' : 's'}`
}
