import { visibleText } from '../core/visible-text.js'

/** A longer reason is cut: a part of it may come from a message. */
const LONGEST = 100

const OPERATORS: Readonly<Record<string, string>> = { '@in': 'in', '_[_]': '[]', '_?_:_': '?:', '-_': '-' }

const REASONS: readonly (readonly [RegExp, (parts: readonly string[]) => string])[] = [
  [/^field not found: (.*)$/s, ([name = '']) => `no field "${name}"`],
  [/^index (\S+) out of bounds/, ([index = '']) => `no element ${index}`],
  [
    /^found no matching overload for '?(.+?)'? applied to '(?:(.+)\.)?\((.*)\)'$/s,
    ([name = '', target, types = '']) =>
      `"${operatorOf(name)}" does not apply to ${[target, ...types.split(', ')]
        .filter((type) => type !== undefined && type !== '')
        .map(typeOf)
        .join(' and ')}`
  ],
  [
    /^type mismatch: expected bool, got (.*)$/s,
    ([type = '']) => `${typeOf(type)} where true or false is needed`
  ],
  [/^type mismatch: iterable vs (.*)$/s, ([type = '']) => `${typeOf(type)} where a list or map is needed`],
  [/^(?:int|uint) (?:divide|modulus) by zero$/, () => 'division by zero'],
  [/^int overflow/, () => 'a whole number beyond 64 bits'],
  [/^Maximum call stack/, () => 'it is nested too deeply'],
  [/^error parsing regexp: (.*)$/s, ([why = '']) => `a bad regular expression: ${why}`],
  [/^Failed to parse timestamp/, () => 'a text is no time'],
  [/^Failed to parse duration/, () => 'a text is no duration'],
  [/^Unable to convert string '/, () => 'a text is neither true nor false'],
  [/^Cannot convert .* to a BigInt$/s, () => 'a text is no whole number']
]

/** The name of the field that a message does not have, where the library says that. */
export const missingField = (message: string): string | undefined =>
  /^field not found: (.*)$/s.exec(message)?.[1]

/** Why a message could not be judged: what the library says, in our words. */
export function reasonOf(message: string): string {
  const reason = inOurWords(message)
  return visibleText(reason.length > LONGEST ? `${reason.slice(0, LONGEST)}…` : reason)
}

function inOurWords(message: string): string {
  for (const [pattern, words] of REASONS) {
    const match = pattern.exec(message)
    if (match) return words(match.slice(1))
  }
  return message
}

/** Why a value of this type, by CEL's name of the type, is no judgement. */
export const notACondition = (type: string): string => `${typeOf(type)} where true or false is needed`

/** `_>_` is `>`. */
const operatorOf = (name: string) => OPERATORS[name] ?? name.replace(/^_?(\W+)_$/, '$1')

const typeOf = (name = '') =>
  name === 'null_type' ? 'null' : name.replace('google.protobuf.', '').toLowerCase()
