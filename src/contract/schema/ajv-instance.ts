import type { Options } from 'ajv'
import type core from 'ajv/dist/core.js'
import type { WorkBudget } from '../work-budget.js'
import { checkedFormats } from './formats.js'
import type { Draft } from './keywords.js'
import { makeNeedsTest } from './member-needs.js'
import { isMultiple } from './multiples.js'
import type { Patterns } from './patterns.js'
import { equalItems, type Json, oneOfValues } from './same-values.js'
import { MOST_TOGETHER } from './wide-keywords.js'

/** How schemas are compiled. */
export interface Compiling {
  /** What is found of a wrong value: that it is wrong, the first thing that is wrong, or all that is. The latter two come with facts. */
  readonly finds: 'nothing' | 'first' | 'all'
  /** Takes texts for the numbers that they spell, where a number is described: in headers everything is a text. */
  readonly readsTexts: boolean
}

/** What the classes of Ajv for the drafts have in common. */
export type AjvCore = core.default
export type AjvClass = new (options: Options) => AjvCore

/** The class of Ajv that knows a draft. It is loaded only where a schema is of that draft. */
export async function loadAjv(draft: Draft): Promise<AjvClass> {
  if (draft === '2020-12') return (await import('ajv/dist/2020.js')).Ajv2020
  if (draft === '2019-09') return (await import('ajv/dist/2019.js')).Ajv2019
  return (await import('ajv')).Ajv
}

/** Makes an Ajv for copies of schemas. The keywords of ours are those whose work Ajv does not bound, one that it rounds, and three that mend its code. */
export function makeAjv(
  AjvOfDraft: AjvClass,
  { finds, readsTexts }: Compiling,
  patterns: Patterns,
  budget: WorkBudget
): AjvCore {
  const regExp = Object.assign((pattern: string) => patterns.compile(pattern), { code: 'compilePattern' })
  const ajv = new AjvOfDraft({
    strict: false,
    validateSchema: false,
    meta: false,
    logger: false,
    messages: false,
    addUsedSchema: false,
    // What a reference leads to is written into the code of the reference only where it is small.
    inlineRefs: MOST_TOGETHER,
    // What an object has from its prototype is no member of it.
    ownProperties: true,
    allErrors: finds === 'all',
    verbose: finds !== 'nothing',
    coerceTypes: readsTexts,
    formats: checkedFormats(),
    code: { regExp }
  })
  ajv.addKeyword({
    keyword: 'enteredByReference',
    before: '$ref',
    errors: false,
    validate: (
      _: boolean,
      _value: Json,
      _schema?: unknown,
      { instancePath = '' } = {} as { instancePath?: string }
    ) => {
      budget.step(instancePath.length)
      return true
    }
  })
  // Where no alternative has noted members, Ajv's code for "patternProperties" would write them into nothing, and throw. It compares
  // the names of described members one by one in one expression, which overflows the stack, and looks noted members up.
  ajv.addKeyword({
    keyword: 'notesMembers',
    before: '$ref',
    code: ({ gen, it }) => {
      it.props = gen.var('props', gen.object())
    }
  })
  // Ajv looks for the name of a missing member, and takes the empty one for none.
  ajv.addKeyword({
    keyword: 'requiresUnnamed',
    type: 'object',
    errors: false,
    validate: (_: boolean, value: object) => Object.hasOwn(value, '')
  })
  ajv.addKeyword({
    keyword: 'needsMembers',
    type: 'object',
    errors: finds !== 'nothing',
    validate: makeNeedsTest(finds !== 'nothing')
  })
  ajv.addKeyword({
    keyword: 'wholeTimes',
    type: 'number',
    errors: false,
    validate: (step: number, value: number) => isMultiple(value, step)
  })
  ajv.addKeyword({
    keyword: 'differentItems',
    type: 'array',
    errors: false,
    validate: (_: boolean, items: Json[]) => equalItems(items, budget) === undefined
  })
  ajv.addKeyword({
    keyword: 'oneOfMany',
    errors: false,
    compile: (values: Json[]) => oneOfValues(values, budget)
  })
  ajv.addKeyword({ keyword: 'sameAs', errors: false, compile: (value: Json) => oneOfValues([value], budget) })
  return ajv
}
