import { isJsonObject, JsonNumber, type JsonTree } from '../../core/catalogue/json-tree.js'
import type { Json } from './same-values.js'

/** Keywords that may stand beside a constant, and forbid nothing that the constant allows. */
const BESIDE = new Set(['type', 'title', 'description', '$comment', 'default', 'examples', 'deprecated'])

/** The values that alternatives name, where they are nothing but texts, numbers and the like: such alternatives are one choice. */
export function constantsOf(alternatives: readonly JsonTree[]): readonly Json[] | undefined {
  const values: Json[] = []
  for (const alternative of alternatives) {
    if (!isJsonObject(alternative)) return undefined
    const { const: constant, enum: choice, ...others } = alternative
    if ((constant === undefined) === (choice === undefined)) return undefined
    if (Object.keys(others).some((name) => !BESIDE.has(name))) return undefined
    for (const value of constant === undefined ? [choice].flat() : [constant]) {
      const plain = value instanceof JsonNumber ? Number(value) : value
      if (plain === undefined || (typeof plain === 'object' && plain !== null)) return undefined
      values.push(plain)
    }
  }
  return values
}

/**
 * Where the errors of alternatives begin among those before `end`, if the first alternatives have the errors `first`. The errors of one
 * alternative follow those of the one before.
 */
export function beginningOf(errors: readonly string[], first: readonly string[], end: number): number {
  for (let at = end - first.length; at >= 0; at--)
    if (first.every((error, index) => errors[at + index] === error)) return at
  return end
}
