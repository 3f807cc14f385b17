import { counted } from '../../core/counted.js'
import type { Json } from '../schema/same-values.js'
import type { SchemaError } from '../schema/validator.js'
import { choiceInWords, constantInWords, cut, valueInWords } from './value-words.js'

const TYPE_WORDS: Readonly<Record<string, string>> = {
  null: 'null',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  number: 'a number',
  string: 'a text',
  integer: 'a whole number'
}
const BOUNDS: Readonly<Record<string, string>> = {
  '>=': 'at least',
  '<=': 'at most',
  '>': 'more than',
  '<': 'less than'
}

/** What an error says: the rule, the steps from the value to what is wrong in it, what the schema asks for, and what is there. */
export interface ErrorWords {
  readonly rule: string
  readonly steps?: readonly string[]
  readonly expected: string
  readonly found?: string
}

const quoted = (name: unknown): string => JSON.stringify(cut(String(name), 80))

/** A rule that says how many of something there must be. */
const size =
  (rule: string, one: string) =>
  (error: SchemaError): ErrorWords => ({
    rule,
    expected: `${rule.startsWith('min') ? 'at least' : 'at most'} ${counted(Number(error.params.limit), one)}`
  })

/** A bound of a number. */
const bound =
  (rule: string) =>
  (error: SchemaError): ErrorWords => ({
    rule,
    expected: `${BOUNDS[String(error.params.comparison)]} ${error.params.limit}`
  })

/** A member or item that may not be there. */
const unwanted =
  (rule: string, name: string) =>
  (error: SchemaError): ErrorWords => {
    const member = String(error.params[name])
    const data = error.data as { [name: string]: Json }
    return {
      rule,
      steps: [member],
      expected: `no member ${quoted(member)}`,
      found: valueInWords(Object.hasOwn(data, member) ? data[member] : undefined)
    }
  }

const WORDS: Readonly<Record<string, (error: SchemaError) => ErrorWords>> = {
  type: ({ params: { type } }) => ({
    rule: 'type',
    expected: [type]
      .flat()
      .map((name) => TYPE_WORDS[String(name)] ?? String(name))
      .join(', or ')
  }),
  required: ({ params: { missingProperty } }) => ({
    rule: 'required',
    expected: `the member ${quoted(missingProperty)}`,
    found: 'nothing'
  }),
  requiresUnnamed: () => ({ rule: 'required', expected: 'the member ""', found: 'nothing' }),
  enum: ({ schema }) => ({ rule: 'enum', expected: choiceInWords(schema as Json[]) }),
  oneOfMany: ({ schema }) => ({ rule: 'enum', expected: choiceInWords(schema as Json[]) }),
  const: ({ schema }) => ({ rule: 'const', expected: valueInWords(schema as Json) }),
  sameAs: ({ schema }) => ({ rule: 'const', expected: constantInWords(schema as Json) }),
  minimum: bound('minimum'),
  maximum: bound('maximum'),
  exclusiveMinimum: bound('exclusiveMinimum'),
  exclusiveMaximum: bound('exclusiveMaximum'),
  wholeTimes: ({ schema }) => ({ rule: 'multipleOf', expected: `a multiple of ${schema}` }),
  minLength: size('minLength', 'character'),
  maxLength: size('maxLength', 'character'),
  minItems: size('minItems', 'item'),
  maxItems: size('maxItems', 'item'),
  minProperties: size('minProperties', 'member'),
  maxProperties: size('maxProperties', 'member'),
  items: ({ params: { limit } }) => ({
    rule: 'items',
    expected: `at most ${counted(Number(limit), 'item')}`
  }),
  additionalItems: ({ params: { limit } }) => ({
    rule: 'additionalItems',
    expected: `at most ${counted(Number(limit), 'item')}`
  }),
  unevaluatedItems: ({ params: { len } }) => ({
    rule: 'unevaluatedItems',
    expected:
      len === undefined ? 'no items that are not described' : `at most ${counted(Number(len), 'item')}`
  }),
  pattern: ({ schema }) => ({ rule: 'pattern', expected: `a text that matches ${quoted(schema)}` }),
  format: ({ schema }) => ({ rule: 'format', expected: `the format ${quoted(schema)}` }),
  differentItems: () => ({ rule: 'uniqueItems', expected: 'items that differ', found: 'two equal items' }),
  contains: ({ params: { minContains, maxContains } }) => ({
    rule: 'contains',
    expected: `${maxContains === undefined ? 'at least' : `${minContains} to`} ${counted(Number(maxContains ?? minContains), 'item')} as "contains" says`
  }),
  additionalProperties: unwanted('additionalProperties', 'additionalProperty'),
  unevaluatedProperties: unwanted('unevaluatedProperties', 'unevaluatedProperty'),
  propertyNames: ({ params: { propertyName } }) => ({
    rule: 'propertyNames',
    steps: [String(propertyName)],
    expected: 'a name as "propertyNames" says',
    found: quoted(propertyName)
  }),
  dependencies: dependency('dependencies'),
  dependentRequired: dependency('dependentRequired'),
  anyOf: ({ schema }) => ({
    rule: 'anyOf',
    expected: `one of ${counted((schema as Json[]).length, 'alternative')}`
  }),
  oneOf: ({ schema, params: { passingSchemas } }) => ({
    rule: 'oneOf',
    expected: `exactly one of ${counted((schema as Json[]).length, 'alternative')}`,
    ...(Array.isArray(passingSchemas) && { found: `what fits ${passingSchemas.length} of them` })
  }),
  not: ({ place }) =>
    place?.value === false
      ? { rule: 'false', expected: 'nothing here' }
      : { rule: 'not', expected: 'something else: "not" describes it' },
  if: ({ params: { failingKeyword } }) => ({
    rule: String(failingKeyword),
    expected: `what "${failingKeyword}" says`
  })
}

function dependency(rule: string) {
  return ({ params: { property, missingProperty } }: SchemaError): ErrorWords => ({
    rule,
    expected: `the member ${quoted(missingProperty)}, because there is ${quoted(property)}`,
    found: 'nothing'
  })
}

/** What an error of Ajv says, in words. */
export function errorInWords(error: SchemaError): ErrorWords {
  return WORDS[error.keyword]?.(error) ?? { rule: error.keyword, expected: `what "${error.keyword}" says` }
}
