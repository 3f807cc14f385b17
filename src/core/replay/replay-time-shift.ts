import { findJsonValue, type JsonPlace } from '../json/json-pointer.js'
import { scanJson } from '../json/json-text.js'
import { decodeUtf8 } from '../utf8.js'

/** Where the timestamps are that are shifted in JSON payloads. */
export interface TimeShift {
  /** The reference tokens of JSON pointers. */
  readonly pointers: readonly (readonly string[])[]
}

const ISO_START =
  /^(\d{4})-(\d\d)-(\d\d)([Tt ])(\d\d):(\d\d)(?::(\d\d)(?:([.,])(\d+))?)?((?:[Zz]|[+-]\d\d(?::?\d\d)?)?)$/
/** A number of 9 or more digits. A smaller number would be a time before March 1973, and more likely measures something else. */
const EPOCH = /^(\d{9,19})(?:\.(\d{1,12}))?$/

/**
 * Moves the timestamps that the pointers name by `delta` microseconds. A timestamp keeps its form: ISO 8601 with its offset and number
 * offset and number of decimals, or seconds, milliseconds, microseconds or nanoseconds since 1970 (told apart by their size), as a
 * number or as a string of digits.
 * byte stays. If the payload is not JSON, or has no timestamp at the pointers, the function returns the payload itself.
 */
export function shiftTimestamps(
  payload: Uint8Array,
  pointers: TimeShift['pointers'],
  delta: number
): Uint8Array {
  if (!scanJson(payload).ok) return payload
  let shifted = payload
  for (const pointer of pointers) {
    const place = findJsonValue(shifted, pointer)
    const moved = place && moveTimestamp(textAt(shifted, place), delta)
    if (place && moved !== undefined) {
      shifted = Buffer.concat([
        shifted.subarray(0, place.start),
        Buffer.from(moved),
        shifted.subarray(place.end)
      ])
    }
  }
  return shifted
}

/** The first timestamp that one of the pointers names, in microseconds since 1970; `undefined` if there is none. */
export function findTimestamp(payload: Uint8Array, pointers: TimeShift['pointers']): number | undefined {
  if (!scanJson(payload).ok) return undefined
  for (const pointer of pointers) {
    const place = findJsonValue(payload, pointer)
    const time = place && readTimestamp(textAt(payload, place))
    if (time !== undefined) return time
  }
  return undefined
}

/** The first value that one of the pointers names and that is no timestamp, as JSON text; `undefined` if there is none. */
export function findNoTimestamp(payload: Uint8Array, pointers: TimeShift['pointers']): string | undefined {
  if (!scanJson(payload).ok) return undefined
  return pointers
    .map((pointer) => findJsonValue(payload, pointer))
    .map((place) => place && textAt(payload, place))
    .find((token) => token !== undefined && readTimestamp(token) === undefined)
}

function textAt(json: Uint8Array, { start, end }: JsonPlace): string {
  return decodeUtf8(json, start, end)
}

function moveTimestamp(token: string, delta: number): string | undefined {
  if (!token.startsWith('"')) return moveEpoch(token, delta)
  const text = token.slice(1, -1)
  const moved = moveIso(text, delta) ?? moveEpochText(text, delta)
  return moved === undefined ? undefined : `"${moved}"`
}

/** A string does not lose digits: their number tells its readers the unit. A time before 1970 has no such form. */
function moveEpochText(text: string, delta: number): string | undefined {
  const moved = moveEpoch(text, delta)
  return moved === undefined || moved.startsWith('-') ? undefined : moved.padStart(text.length, '0')
}

function readTimestamp(token: string): number | undefined {
  const text = token.startsWith('"') ? token.slice(1, -1) : token
  const [, whole, fraction = ''] = EPOCH.exec(text) ?? []
  if (whole !== undefined) {
    const perSecond = BigInt(unitsPerSecond(whole)) * 10n ** BigInt(fraction.length)
    return Number(divideRounded(BigInt(`${whole}${fraction}`) * 1_000_000n, perSecond))
  }
  if (text === token) return undefined
  const local = readIso(text)
  if (local === undefined) return undefined
  const part = local.fraction === '' ? 0 : Number(`0.${local.fraction}`)
  return (local.seconds - zoneSeconds(local.zone)) * 1_000_000 + Math.round(part * 1_000_000)
}

/** Seconds have up to 11 digits until the year 5138; each finer unit has three more. */
function unitsPerSecond(digits: string): number {
  const { length } = digits
  return length <= 11 ? 1 : length <= 14 ? 1000 : length <= 17 ? 1_000_000 : 1_000_000_000
}

// The sum is computed in units of the token's last digit, as integers: tokens of one form move by one number, so distances stay exact.
function moveEpoch(token: string, delta: number): string | undefined {
  const [, whole, fraction = ''] = EPOCH.exec(token) ?? []
  if (whole === undefined) return undefined
  const perUnit = 10n ** BigInt(fraction.length)
  const value = BigInt(`${whole}${fraction}`)
  const sum =
    value + divideRounded(BigInt(Math.round(delta)) * BigInt(unitsPerSecond(whole)) * perUnit, 1_000_000n)
  const digits = (sum < 0n ? -sum : sum).toString().padStart(fraction.length + 1, '0')
  const point = digits.length - fraction.length
  return `${sum < 0n ? '-' : ''}${digits.slice(0, point)}${fraction === '' ? '' : `.${digits.slice(point)}`}`
}

function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const half = dividend < 0n ? -divisor / 2n : divisor / 2n
  return (dividend + half) / divisor
}

function readIso(text: string) {
  const parts = ISO_START.exec(text)
  if (parts === null) return undefined
  const [, year, month, day, letter, hour, minute, second, mark = '.', fraction = '', zone = ''] = parts
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second ?? '00'}Z`)
  if (Number.isNaN(time) || new Date(time).getUTCDate() !== Number(day)) return undefined
  return { seconds: time / 1000, letter, hasSeconds: second !== undefined, mark, fraction, zone }
}

function zoneSeconds(zone: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60)
}

function moveIso(text: string, delta: number): string | undefined {
  const local = readIso(text)
  if (local === undefined) return undefined
  const { seconds, letter, hasSeconds, mark, fraction, zone } = local
  const perSecond = 10n ** BigInt(fraction.length)
  const smallest = hasSeconds ? 1_000_000n : 60_000_000n
  const steps = divideRounded(BigInt(Math.round(delta)) * perSecond, smallest) * (hasSeconds ? 1n : 60n)
  const sum = BigInt(seconds) * perSecond + BigInt(fraction === '' ? '0' : fraction) + steps
  const rest = ((sum % perSecond) + perSecond) % perSecond
  const date = new Date(Number((sum - rest) / perSecond) * 1000)
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 0 || date.getUTCFullYear() > 9999)
    return undefined
  const [day = '', time = ''] = date.toISOString().split('T')
  const clock = time.slice(0, hasSeconds ? 8 : 5)
  return `${day}${letter}${clock}${fraction === '' ? '' : `${mark}${rest.toString().padStart(fraction.length, '0')}`}${zone}`
}
