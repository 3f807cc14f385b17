import type { CelEnv, CelResult, CelValue } from '@bufbuild/cel'
import { celError } from '@bufbuild/cel'
import { arithmetic } from './arithmetic.js'
import { comparisons } from './comparisons.js'
import { loops } from './loops.js'
import type { StepBudget } from './step-budget.js'
import { textFunctions } from './text-functions.js'

/**
 * Calls a function of CEL. What it throws becomes an error of the evaluation.
 * @returns `undefined` if there is no such function for arguments of these types
 */
export type Calling = (target: CelValue | undefined, args: readonly CelValue[]) => CelResult | undefined

/** The functions of the library, by their names. */
export type LibraryFunctions = (name: string) => Calling | undefined

type Functions = CelEnv['funcs']

/**
 * The functions of the library, with ours in front: theirs neither bound the time that they take nor the memory.
 * @param budget is charged for what takes long
 */
export function boundedFunctions(functions: Functions, budget: StepBudget): Functions {
  const library: LibraryFunctions = (name) => {
    const group = functions.find(name)
    return group && ((target, args) => group.call(0, target, [...args]))
  }
  const ours = new Map<string, Calling>([
    ...comparisons(library, budget),
    ...arithmetic(library, budget),
    ...textFunctions(library, budget),
    ...loops(budget)
  ])
  const groups = new Map(Array.from(ours, ([name, calling]) => [name, asGroup(name, calling)]))
  return Object.create(functions, {
    find: { value: (name: string) => groups.get(name) ?? functions.find(name) }
  })
}

function asGroup(name: string, calling: Calling) {
  return {
    name,
    call(id: number, target: CelValue | undefined, args: CelValue[]): CelResult | undefined {
      try {
        return calling(target, args)
      } catch (error) {
        return celError(error, id)
      }
    }
  }
}
