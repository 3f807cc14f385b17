import { whyNotName } from '../channel-grammar.js'
import { TidingsError } from '../errors.js'
import { visibleText } from '../visible-text.js'

const EXAMPLE =
  'a line looks like {"channel":"lights/1","payload":{"on":true}}; "tidings subscribe --json" writes such lines'

/** The error of an envelope line. Its message is only the reason: the reader of the file adds the file's name and the line's number. */
export function badEnvelope(reason: string, suggestion = EXAMPLE): TidingsError {
  return new TidingsError('bad-input', reason, { code: 'bad-envelope', suggestion })
}

const LONGEST_VALUE = 60

export function badField(name: string, value: unknown, must: string): TidingsError {
  const text = visibleText(formatValue(value))
  const shown = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text
  return badEnvelope(`field "${visibleText(name)}" is ${shown}: ${must}`)
}

function formatValue(value: unknown): string {
  // JSON.parse reads `1e999` as Infinity, which JSON.stringify would write as null.
  if (typeof value === 'number') return String(value)
  try {
    return JSON.stringify(value)
  } catch {
    // JSON.stringify is recursive, unlike JSON.parse, and overflows the stack.
    return 'nested too deeply to be shown'
  }
}

/** Reads the members of an object in an envelope. `null` counts as absent, because jq writes `null` for a missing value. */
export class FieldReader {
  readonly #fields: ReadonlyMap<string, unknown>
  readonly #read = new Set<string>()

  /** @param path the prefix of a member's name in errors: the binding's name with a dot, or nothing */
  constructor(
    fields: Readonly<Record<string, unknown>>,
    private readonly path: string
  ) {
    this.#fields = new Map(Object.entries(fields))
  }

  read<T>(name: string, accepts: (field: unknown) => field is T, must: string): T | undefined {
    this.#read.add(name)
    const field = this.#fields.get(name) ?? undefined
    if (field === undefined || accepts(field)) return field
    throw badField(`${this.path}${name}`, field, must)
  }

  /** The same, for a member that is converted; `convert` returns `undefined` for what is not accepted. */
  convert<T>(name: string, convert: (field: unknown) => T | undefined, must: string): T | undefined {
    const field = this.read(name, (_value): _value is unknown => true, must)
    if (field === undefined) return undefined
    const converted = convert(field)
    if (converted === undefined) throw badField(`${this.path}${name}`, field, must)
    return converted
  }

  /** The members that nobody has read, with their path. */
  unread(): readonly string[] {
    return [...this.#fields.keys()]
      .filter((name) => !this.#read.has(name))
      .map((name) => `${this.path}${name}`)
  }
}

export function isGuarantee(value: unknown): value is 0 | 1 | 2 {
  return value === 0 || value === 1 || value === 2
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value)
}

export const CHANNEL_MUST = 'must be a channel'

export function isName(value: unknown): value is string {
  return typeof value === 'string' && whyNotName(value) === undefined
}

export const SECONDS_MUST = 'must be a number of seconds from 0 to 4294967295'

/** The greatest number of seconds that fits into 32 bits: 136 years. */
export function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 0xffff_ffff
}

export function isIds(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((id) => Number.isInteger(id) && id >= 1 && id <= 268_435_455)
}

/** A strict check, because Node's decoder skips characters that are not base64. */
export function isBase64(value: unknown): value is string {
  return typeof value === 'string' && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value)
}
