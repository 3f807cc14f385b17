import type { JsonTree } from '../../core/catalogue/json-tree.js'
import { MOST_VIOLATIONS, type Violation } from '../../core/contract.js'
import type { ContractFiles } from '../contract-files.js'
import { escapeStep, type Place, pointerOf } from '../place.js'
import { errorInWords } from '../words/error-words.js'
import { choiceInWords, cut, valueInWords } from '../words/value-words.js'
import { beginningOf, constantsOf } from './alternatives.js'
import type { Json } from './same-values.js'
import type { SchemaError, SchemaUse, Validator } from './validator.js'

/** So deep are alternatives of alternatives looked into. */
const MOST_DEPTH = 3
/** A member that is not described, or is missing, tells more of what is meant than a value that is wrong, and less than a wrong constant. */
const STRANGE = 10
/** More alternatives are not looked into for one value. */
const MOST_ALTERNATIVES = 64
/** Among so many errors before, those of too many alternatives are looked for. */
const MOST_BEFORE = 50_000
const LONGEST_POINTER = 500
/** How far a value is from a schema of another kind, such as a text from an object. */
const OF_OTHER_KIND = 1000
/** How far a value is from another constant. */
const OF_OTHER_CONSTANT = 100

/** Something that is wrong with a value, apart from the part of the message that the value is. */
export type ValueViolation = Omit<Violation, 'part'>

/** What is wrong with a value, and how far that is from what the schema asks for: the nearest alternative is told. */
export interface Explanation {
  readonly violations: readonly ValueViolation[]
  readonly distance: number
}

/** The alternative that a value is nearest to. */
interface Nearest extends Explanation {
  /** Another one is as near, and both are far: a wrong constant stands in each. */
  readonly isTied?: boolean
  /** All that alternatives ask for, which are constants, in words. */
  readonly choice?: string
}

const NOTHING_NEAR: Nearest = { violations: [], distance: Number.POSITIVE_INFINITY }

/** How a value is looked at. */
export interface Looking {
  /** The value has texts alone, as headers have, which may spell numbers. */
  readonly readsTexts: boolean
  /** The value may have so many mistakes that the first one has to do. */
  readonly isLarge: boolean
}

/** How a value is looked at, and into how many alternatives one may still look. */
interface Search extends Looking {
  left: number
}

/** Says what is wrong with values. */
export class SchemaViolations {
  constructor(
    private readonly files: ContractFiles,
    private readonly validator: Validator
  ) {}

  /** What is wrong with a value; nothing if it is valid. Throws an Error where the work exceeds its budget. */
  explain(schema: SchemaUse, value: Json, looking: Looking): Explanation {
    return this.#explain(schema, value, { ...looking, left: MOST_ALTERNATIVES }, 0)
  }

  /** Where a schema says something, as a violation tells it. */
  schemaAt(place: Place | undefined, rule?: string): string {
    if (place === undefined) return ''
    const file = place.file === this.files.main.file ? '' : `${place.file}#`
    return `${file}${pointerOf(place)}${rule === undefined ? '' : `/${rule}`}`
  }

  #explain(schema: SchemaUse, value: Json, search: Search, depth: number): Explanation {
    const errors = this.#errorsOf(schema, value, search).filter(({ keyword }) => keyword !== 'if')
    const explained = new Set<string>()
    const nearest = new Map<SchemaError, Nearest>()
    // Ajv tells what is wrong with the alternatives before it tells that none fits: the outer ones come last.
    for (const error of depth < MOST_DEPTH ? errors.filter(isOfAlternatives).reverse() : []) {
      if (search.left <= 0 || explained.has(keyOf(error))) continue
      nearest.set(error, this.#nearest(error, errors, schema, value, search, depth, explained))
    }
    const violations: ValueViolation[] = []
    // Headers of any name may come with a message, whatever is described.
    let distance = search.readsTexts ? 0 : STRANGE * this.validator.members.strangeness(schema, value)
    for (const error of errors) {
      if (explained.has(keyOf(error))) continue
      distance += distanceOf(error)
      if (violations.length >= MOST_VIOLATIONS) continue
      const { violations: inNearest, choice, ...found } = nearest.get(error) ?? NOTHING_NEAR
      const told = { ...this.#violationOf(error), ...(choice !== undefined && { expected: choice }) }
      // What is wrong with the nearest alternative helps more than that none fits, unless the value is of another kind.
      const isNear = found.distance < OF_OTHER_KIND && found.isTied !== true
      violations.push(...(isNear ? [...inNearest, told] : [told, ...inNearest]))
    }
    return { violations: violations.slice(0, MOST_VIOLATIONS), distance }
  }

  #errorsOf(schema: SchemaUse, value: Json, { isLarge, readsTexts }: Looking): readonly SchemaError[] {
    return this.validator.errorsOf(schema, isLarge ? 'first' : 'all', readsTexts)(value)
  }

  /**
   * The alternative that the value is nearest to. What any of the alternatives asks for goes into `explained`.
   * @param errors all that is found: before this error those of the alternatives
   */
  #nearest(
    error: SchemaError,
    errors: readonly SchemaError[],
    { draft }: SchemaUse,
    value: Json,
    search: Search,
    depth: number,
    explained: Set<string>
  ): Nearest {
    const { instancePath, keyword, place } = error
    const list = place === undefined ? undefined : this.files.child(place, keyword)
    const alternatives: readonly JsonTree[] = Array.isArray(list?.value) ? list.value : []
    const some = Object.keys(alternatives).slice(0, search.left)
    const part = valueAt(value, instancePath)
    const keys: string[] = []
    let best = NOTHING_NEAR
    for (const step of part === undefined ? [] : some) {
      const alternative = list === undefined ? undefined : this.files.child(list, step)
      if (alternative === undefined || part === undefined) continue
      search.left--
      const branch = { place: alternative, draft }
      for (const each of this.#errorsOf(branch, part, search))
        if (each.keyword !== 'if')
          keys.push(keyOf({ ...each, instancePath: instancePath + each.instancePath }))
      const explanation = this.#explain(branch, part, search, depth + 1)
      if (explanation.distance < best.distance) best = explanation
      else if (explanation.distance === best.distance)
        best = { ...best, isTied: best.distance >= OF_OTHER_CONSTANT }
    }
    for (const key of keys) explained.add(key)
    const choice = constantsOf(alternatives)
    if (some.length < alternatives.length) {
      const end = errors.indexOf(error)
      const before = errors.slice(Math.max(0, end - MOST_BEFORE), end).map(keyOf)
      for (const key of before.slice(beginningOf(before, keys, before.length))) explained.add(key)
      // One of those that are not looked into may have the right constant.
      if (choice === undefined && best.distance >= OF_OTHER_CONSTANT) return NOTHING_NEAR
    }
    if (choice !== undefined && choice.length > 0) return { ...NOTHING_NEAR, choice: choiceInWords(choice) }
    return { ...best, violations: best.violations.map((each) => beneath(instancePath, each)) }
  }

  #violationOf(error: SchemaError): ValueViolation {
    const { rule, steps = [], expected, found } = errorInWords(error)
    const path = steps.map((step) => `/${escapeStep(step)}`).join('')
    return {
      pointer: cut(error.instancePath + path, LONGEST_POINTER),
      rule,
      expected: cut(expected),
      found: cut(found ?? valueInWords(error.data as Json)),
      schema: this.schemaAt(error.place, rule === 'false' ? undefined : rule)
    }
  }
}

const beneath = (path: string, violation: ValueViolation): ValueViolation => ({
  ...violation,
  pointer: cut(path + violation.pointer, LONGEST_POINTER)
})

/** No alternative fits. Where too many do, each of them is as near as any other. */
const isOfAlternatives = ({ keyword, params }: SchemaError): boolean =>
  keyword === 'anyOf' || (keyword === 'oneOf' && !Array.isArray(params.passingSchemas))

const keyOf = ({ keyword, instancePath, place, params }: SchemaError): string =>
  `${keyword} ${instancePath} ${place === undefined ? '' : `${place.file}#${pointerOf(place)}`} ${JSON.stringify(params)}`

/** A wrong constant says that another alternative is meant, and so does a wrong kind of value at the top. */
function distanceOf({ keyword, instancePath, schema }: SchemaError): number {
  if (keyword === 'type' && instancePath === '') return OF_OTHER_KIND
  const isConstant = keyword === 'const' || keyword === 'sameAs'
  return isConstant || (keyword === 'enum' && Array.isArray(schema) && schema.length === 1)
    ? OF_OTHER_CONSTANT
    : 1
}

function valueAt(value: Json, path: string): Json | undefined {
  let at: Json | undefined = value
  for (const step of path.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null) return undefined
    at = Array.isArray(at) ? at[Number(name)] : Object.hasOwn(at, name) ? at[name] : undefined
  }
  return at
}
