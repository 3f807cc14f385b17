import {
  type CelList,
  type CelMap,
  type CelValue,
  isCelError,
  isCelList,
  isCelMap,
  isCelUint
} from '@bufbuild/cel'
import { compareTexts } from './compare-texts.js'
import type { Calling, LibraryFunctions } from './functions.js'
import { BYTES_PER_STEP, ELEMENTS_PER_STEP, type StepBudget } from './step-budget.js'

/** A number of any type. JavaScript compares whole and decimal numbers by their exact values, as CEL does. */
function numberOf(value: CelValue | undefined): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value
  return isCelUint(value) ? value.value : undefined
}

/** The functions that compare. They charge for long texts and for what lists and maps hold, and are quick for numbers and texts. */
export function comparisons(library: LibraryFunctions, budget: StepBudget): [string, Calling][] {
  const libraryEquals = library('_==_')

  const equals = (one: CelValue, other: CelValue): boolean => {
    if (typeof one === typeof other && typeof one !== 'object') {
      if (typeof one === 'string') budget.charge(one.length / BYTES_PER_STEP)
      return one === other
    }
    if (isCelList(one)) return isCelList(other) && areListsEqual(one, other)
    if (isCelMap(one)) return isCelMap(other) && areMapsEqual(one, other)
    const [number, counterpart] = [numberOf(one), numberOf(other)]
    if (number !== undefined && counterpart !== undefined)
      return number <= counterpart && number >= counterpart
    if (one instanceof Uint8Array) budget.charge(one.length / BYTES_PER_STEP)
    const result = libraryEquals?.(undefined, [one, other])
    if (isCelError(result)) throw result
    return result === true
  }
  const areListsEqual = (one: CelList, other: CelList): boolean => {
    if (one.size !== other.size) return false
    for (let at = 0; at < one.size; at++) {
      budget.charge(1 / ELEMENTS_PER_STEP)
      if (!equals(one.get(at) ?? null, other.get(at) ?? null)) return false
    }
    return true
  }
  const areMapsEqual = (one: CelMap, other: CelMap): boolean => {
    if (one.size !== other.size) return false
    for (const [key, value] of one) {
      budget.charge(1 / ELEMENTS_PER_STEP)
      const counterpart = lookUp(other, key)
      if (counterpart === undefined || !equals(value, counterpart)) return false
    }
    return true
  }
  const lookUp = (map: CelMap, key: Parameters<CelMap['get']>[0]) => {
    // The library looks at each key for one that is a number.
    if (typeof key !== 'string') budget.charge(map.size / ELEMENTS_PER_STEP)
    return map.get(key)
  }
  const isIn: Calling = (_target, args) => {
    const [value, container] = args as [CelValue, CelValue]
    if (isCelMap(container) && typeof value === 'string') return container.get(value) !== undefined
    if (isCelMap(container)) budget.charge(container.size / ELEMENTS_PER_STEP)
    if (!isCelList(container)) return library('@in')?.(undefined, args)
    for (const each of container) {
      budget.charge(1 / ELEMENTS_PER_STEP)
      if (equals(each, value)) return true
    }
    return false
  }

  const ordered = (
    name: string,
    compare: (one: bigint | number, other: bigint | number) => boolean
  ): [string, Calling] => {
    const rest = library(name)
    return [
      name,
      (target, args) => {
        const [one, other] = args
        const [number, counterpart] = [numberOf(one), numberOf(other)]
        if (number !== undefined && counterpart !== undefined) return compare(number, counterpart)
        if (typeof one === 'string' && typeof other === 'string') {
          budget.charge(one.length / BYTES_PER_STEP)
          return compare(compareTexts(one, other), 0)
        }
        if (one instanceof Uint8Array) budget.charge(one.length / BYTES_PER_STEP)
        return rest?.(target, args)
      }
    ]
  }

  return [
    ['_==_', (_target, args) => equals(...(args as [CelValue, CelValue]))],
    ['_!=_', (_target, args) => !equals(...(args as [CelValue, CelValue]))],
    ['@in', isIn],
    ordered('_<_', (one, other) => one < other),
    ordered('_<=_', (one, other) => one <= other),
    ordered('_>_', (one, other) => one > other),
    ordered('_>=_', (one, other) => one >= other)
  ]
}
