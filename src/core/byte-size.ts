import { TidingsError } from './errors.js'
import { quoteName } from './visible-text.js'

const PREFIXES = 'kmgt'
const NO_NUMBER = 'it is not a number with a unit (B, kB, KiB, MB, MiB, GB, ...)'

/**
 * Parses a size such as `500`, `10MB`, `64KiB`, `1.5M` or `1g`, in upper or lower case, and returns bytes. As in GNU's tools, `MB`
 * counts in thousands, and `MiB` and a bare `M` count in 1,024s. Throws a `TidingsError` of kind usage for anything else.
 * @param what the name of the value in the error
 */
export function parseByteSize(text: string, what = 'a size'): number {
  const [, amount, prefix, suffix] = /^(\d+(?:\.\d+)?) ?([kmgt]?)(i?b)?$/i.exec(text) ?? []
  if (amount === undefined || prefix === undefined) throw badByteSize(text, what, NO_NUMBER)
  if (prefix === '' && suffix?.toLowerCase() === 'ib') throw badByteSize(text, what, NO_NUMBER)
  const base = suffix?.toLowerCase() === 'b' ? 1000 : 1024
  const bytes = Math.round(
    Number(amount) * base ** (prefix === '' ? 0 : PREFIXES.indexOf(prefix.toLowerCase()) + 1)
  )
  if (!Number.isSafeInteger(bytes)) throw badByteSize(text, what, 'it is too large')
  return bytes
}

function badByteSize(text: string, what: string, why: string): TidingsError {
  return new TidingsError('usage', `cannot read ${quoteName(text)} as ${what}: ${why}`, {
    code: 'bad-size',
    suggestion: 'write it like 500, 64KiB, 10MB or 1g; a bare number is bytes'
  })
}

/** Formats a number of bytes for people, in thousands: `1 byte`, `512 bytes`, `1.2 kB`, `34 MB`. */
export function formatByteSize(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  let amount = bytes / 1000
  let unit = 0
  while (roundShort(amount) >= 1000 && unit < 3) {
    amount /= 1000
    unit++
  }
  return `${roundShort(amount)} ${['kB', 'MB', 'GB', 'TB'][unit]}`
}

function roundShort(amount: number): number {
  return amount < 9.95 ? Math.round(amount * 10) / 10 : Math.round(amount)
}
