import type { CelValue } from '@bufbuild/cel'
import type { Calling, LibraryFunctions } from './functions.js'
import { regularExpressions } from './regular-expressions.js'
import { BYTES_PER_STEP, type StepBudget } from './step-budget.js'

/** The longest text that is read as a number, a time or the like: to read a whole number takes time that grows with its square. */
const MOST_READ = 1000
/** What it costs to look up the rules of a time zone. */
const STEPS_PER_ZONE = 50
/** A search for a short text is linear; for a long one the time may grow with the product of both lengths. */
const SHORT = 16

/** The functions on texts, bytes and times. They charge for the length of their arguments. */
export function textFunctions(library: LibraryFunctions, budget: StepBudget): [string, Calling][] {
  const matches = regularExpressions(budget)
  const charging = (
    name: string,
    steps: (one: CelValue | undefined, other: CelValue | undefined) => number
  ) => {
    const rest = library(name)
    return [
      name,
      (target: CelValue | undefined, args: readonly CelValue[]) => {
        budget.charge(target === undefined ? steps(args[0], args[1]) : steps(target, args[0]))
        return rest?.(target, args)
      }
    ] as [string, Calling]
  }
  const reading = (name: string) =>
    charging(name, (text) => {
      if (typeof text !== 'string') return 1
      if (text.length > MOST_READ)
        throw new Error(`a text of more than ${MOST_READ} characters is no ${name}`)
      // The library takes what JavaScript takes: an empty text is 0 there, and 30 February a day of March.
      const wanted = READABLE[name]
      if (wanted?.isReadable(text) === false) throw new Error(`a text is no ${wanted.what}`)
      return 1
    })
  const [, readTimestamp] = reading('timestamp')
  const timestamp: Calling = (target, args) => {
    const [value] = args
    // CEL means seconds; the library takes milliseconds.
    if (target === undefined && typeof value === 'bigint' && args.length === 1)
      return library('timestamp')?.(target, [value * 1000n])
    return readTimestamp(target, args)
  }
  const size: Calling = (target, args) => {
    const value = target ?? args[0]
    if (typeof value !== 'string' || args.length > (target === undefined ? 1 : 0))
      return library('size')?.(target, args)
    budget.charge(value.length / BYTES_PER_STEP)
    return BigInt(countCharacters(value))
  }
  return [
    ['size', size],
    [
      'matches',
      (target, args) => {
        const [text, pattern, ...more] = target === undefined ? args : [target, ...args]
        if (typeof text !== 'string' || typeof pattern !== 'string' || more.length > 0) return undefined
        return matches(text, pattern)
      }
    ],
    charging('contains', (text, part) => (lengthOf(text) * (1 + lengthOf(part) / SHORT)) / BYTES_PER_STEP),
    ...['startsWith', 'endsWith', 'string', 'bytes'].map((name) =>
      charging(name, (value) => lengthOf(value) / BYTES_PER_STEP)
    ),
    ...['int', 'uint', 'double', 'bool', 'duration'].map(reading),
    ['timestamp', timestamp],
    ...TIME_PARTS.map((name) => charging(name, (_time, zone) => (zone === undefined ? 1 : STEPS_PER_ZONE)))
  ]
}

const like = (pattern: RegExp) => (text: string) => pattern.test(text)

/** What CEL reads as a value of a type. */
const READABLE: Readonly<Record<string, { what: string; isReadable(text: string): boolean }>> = {
  int: { what: 'whole number', isReadable: like(/^[+-]?\d+$/) },
  uint: { what: 'whole number', isReadable: like(/^\d+$/) },
  double: {
    what: 'number',
    isReadable: like(/^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)$/i)
  },
  duration: {
    what: 'duration',
    isReadable: like(/^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+)$/)
  },
  timestamp: { what: 'time', isReadable: isTimestamp }
}

/** Whether a text is a date and time of RFC 3339, on a day that there is. */
function isTimestamp(text: string): boolean {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.exec(text)
  if (parts === null) return false
  const [, year, month, day] = parts.map(Number)
  if (year === undefined || month === undefined || day === undefined) return false
  // The day 0 of the next month is the last one of this month.
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
  )
}

const TIME_PARTS = [
  'getDate',
  'getDayOfMonth',
  'getDayOfWeek',
  'getDayOfYear',
  'getFullYear',
  'getHours',
  'getMilliseconds',
  'getMinutes',
  'getMonth',
  'getSeconds'
]

const lengthOf = (value: CelValue | undefined): number =>
  typeof value === 'string' || value instanceof Uint8Array ? value.length : 0

/** The number of Unicode characters. The library makes a list of them, which takes many times the memory of the text. */
function countCharacters(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    if ((text.codePointAt(at) as number) > 0xffff) at++
    count++
  }
  return count
}
