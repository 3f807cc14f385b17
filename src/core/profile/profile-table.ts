import { closestName } from '../closest-name.js'
import { parseDuration } from '../duration.js'
import { TidingsError } from '../errors.js'
import { ProfileProblem } from './profile-problem.js'

/**
 * Reads the values of one table of a file, and knows afterwards which keys nobody has asked for.
 * Each method returns undefined for a key that is absent, and throws a `ProfileProblem` for a value of another kind.
 */
export class ProfileTable {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #path: readonly string[]
  readonly #asked: string[] = []

  constructor(values: Readonly<Record<string, unknown>>, path: readonly string[]) {
    this.#values = values
    this.#path = path
  }

  text(key: string): string | undefined {
    const value = this.#ask(key)
    if (value === undefined || (typeof value === 'string' && value !== '')) return value
    throw this.problem(key, value === '' ? 'it is empty' : 'it must be a text in quotes')
  }

  /** A text, which may be empty. */
  anyText(key: string): string | undefined {
    const value = this.#ask(key)
    if (value === undefined || typeof value === 'string') return value
    throw this.problem(key, 'it must be a text in quotes')
  }

  yesOrNo(key: string): boolean | undefined {
    const value = this.#ask(key)
    if (value === undefined || typeof value === 'boolean') return value
    throw this.problem(key, 'it must be true or false')
  }

  /** A text, or a list of texts; at least one. */
  texts(key: string): readonly string[] | undefined {
    const value = this.#ask(key)
    if (value === undefined) return undefined
    const list: readonly unknown[] = Array.isArray(value) ? value : [value]
    const texts = list.filter((each) => typeof each === 'string' && each !== '').map(String)
    if (texts.length === list.length && texts.length > 0) return texts
    throw this.problem(key, 'it must be a text in quotes, or a list of such texts')
  }

  /** A list of texts, of which the first is not empty. */
  words(key: string): readonly string[] | undefined {
    const value = this.#ask(key)
    if (value === undefined) return undefined
    const list: readonly unknown[] = Array.isArray(value) ? value : []
    const words = list.filter((each) => typeof each === 'string' && !each.includes('\0')).map(String)
    if (words.length === list.length && words[0]) return words
    throw this.problem(
      key,
      'it must be a list: a program and its arguments, such as ["pass", "show", "broker"]'
    )
  }

  /** Milliseconds, of a text such as `10s`, or of a number of seconds. */
  duration(key: string): number | undefined {
    const value = this.#ask(key)
    if (value === undefined) return undefined
    if (typeof value !== 'string' && typeof value !== 'number')
      throw this.problem(key, 'it must be a duration such as "30s", or a number of seconds')
    try {
      return parseDuration(String(value), 'a duration')
    } catch (error) {
      if (error instanceof TidingsError)
        throw this.problem(key, 'it must be a duration such as "250ms", "30s" or "1m30s"')
      throw error
    }
  }

  /** One of some values; a number counts as its text. */
  choice<Option extends string>(key: string, options: readonly Option[]): Option | undefined {
    const value = this.#ask(key)
    if (value === undefined) return undefined
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
    const chosen = options.find((option) => option === text)
    if (chosen !== undefined) return chosen
    const meant = closestName(text, options)
    throw this.problem(
      key,
      `it must be one of ${options.join(', ')}${meant === undefined ? '' : `; did you mean "${meant}"?`}`
    )
  }

  problem(key: string, why: string): ProfileProblem {
    return new ProfileProblem([...this.#path, key], why)
  }

  /** @throws ProfileProblem for a key that nobody has asked for */
  refuseOthers(): void {
    const unknown = Object.keys(this.#values).find((key) => !this.#asked.includes(key))
    if (unknown === undefined) return
    const meant = closestName(unknown, this.#asked) ?? closestName(camelCase(unknown), this.#asked)
    throw this.problem(
      unknown,
      `there is no such key${meant === undefined ? '' : `; did you mean "${meant}"?`}`
    )
  }

  /** Takes a key for known that is read elsewhere. */
  allow(key: string): void {
    this.#asked.push(key)
  }

  #ask(key: string): unknown {
    this.#asked.push(key)
    return Object.hasOwn(this.#values, key) ? this.#values[key] : undefined
  }
}

/** `will-qos` as `willQos`: a flag's name as the key of a profile. */
export const camelCase = (name: string): string =>
  name.replaceAll(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase())
