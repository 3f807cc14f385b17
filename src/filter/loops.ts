import { type CelList, type CelValue, celList, isCelList, isCelMap } from '@bufbuild/cel'
import type { Calling } from './functions.js'
import { ELEMENTS_PER_STEP, type StepBudget } from './step-budget.js'

/** Names of functions that the tree of an expression gets (`bounded-tree.ts`). Nobody can write them: no name begins with @. */
export const TICK = '@tick'
export const RANGE = '@range'
export const NEW_LIST = '@newList'
export const APPEND = '@append'
export const INDEXED = '@indexed'
export const HAS_NULL = '@hasNull'

/** The functions behind loops, indexes and `has`. */
export function loops(budget: StepBudget): [string, Calling][] {
  /** The arrays of lists that are being made. */
  const growing = new WeakMap<CelList, CelValue[]>()
  const charging: Calling = (_target, [value = null]) => {
    if (isCelList(value) || isCelMap(value)) budget.charge(value.size / ELEMENTS_PER_STEP)
    return value
  }
  return [
    [
      TICK,
      (_target, [steps]) => {
        budget.charge(Number(steps))
        return true
      }
    ],
    // The library copies what a loop goes over.
    [RANGE, charging],
    // With a key that is a number, the library looks at all keys of a map.
    [INDEXED, (target, args) => (isCelMap(args[0] ?? null) ? charging(target, args) : args[0])],
    [HAS_NULL, (_target, [map, key]) => isCelMap(map) && map.get(key as string) === null],
    [
      NEW_LIST,
      () => {
        const array: CelValue[] = []
        const list = celList(array)
        growing.set(list, array)
        return list
      }
    ],
    // The library makes a list of two lists for each element, which it then walks through in quadratic time.
    [
      APPEND,
      (_target, [list, more]) => {
        if (!isCelList(list ?? null) || !isCelList(more ?? null)) return undefined
        growing.get(list as CelList)?.push(...(more as CelList))
        return list
      }
    ]
  ]
}
