import { type CelValue, celList, isCelList } from '@bufbuild/cel'
import type { Calling, LibraryFunctions } from './functions.js'
import { BYTES_PER_STEP, ELEMENTS_PER_STEP, type StepBudget } from './step-budget.js'

/** The longest text, or number of bytes, that `+` makes. */
const MOST_JOINED = 1024 * 1024
/** The longest list that `+` makes. */
const MOST_ELEMENTS = 10_000

/**
 * The functions that calculate and join. CEL has none for a whole number with a decimal one; in JSON the same sensor writes 31 and 31.5, so
 * here the whole number becomes decimal. What is joined is bounded: it can double again and again.
 */
export function arithmetic(library: LibraryFunctions, budget: StepBudget): [string, Calling][] {
  const mixed = (name: string, calculate: (one: number, other: number) => number): [string, Calling] => {
    const rest = library(name)
    return [
      name,
      (target, args) => {
        const [one, other] = args
        if (typeof one === 'bigint' && typeof other === 'number') return calculate(Number(one), other)
        if (typeof one === 'number' && typeof other === 'bigint') return calculate(one, Number(other))
        return rest?.(target, args)
      }
    ]
  }
  const [, add] = mixed('_+_', (one, other) => one + other)
  const [, mixedRemainder] = mixed('_%_', (one, other) => one % other)
  // CEL has no remainder of decimal numbers at all.
  const remainder: Calling = (target, args) => {
    const [one, other] = args
    return typeof one === 'number' && typeof other === 'number' ? one % other : mixedRemainder(target, args)
  }
  const join: Calling = (target, args) => {
    const [one, other] = args as [CelValue, CelValue]
    if (isCelList(one) && isCelList(other)) {
      const size = one.size + other.size
      if (size > MOST_ELEMENTS) throw new Error(`a list gets more than ${MOST_ELEMENTS} elements`)
      budget.charge(size / ELEMENTS_PER_STEP)
      return celList([...one, ...other])
    }
    const length = joinedLength(one, other)
    if (length > MOST_JOINED) throw new Error(`a text gets longer than ${MOST_JOINED} characters`)
    budget.charge(length / BYTES_PER_STEP)
    return add(target, args)
  }
  return [
    ['_+_', join],
    mixed('_-_', (one, other) => one - other),
    mixed('_*_', (one, other) => one * other),
    mixed('_/_', (one, other) => one / other),
    ['_%_', remainder]
  ]
}

function joinedLength(one: CelValue, other: CelValue): number {
  if (typeof one === 'string' && typeof other === 'string') return one.length + other.length
  if (one instanceof Uint8Array && other instanceof Uint8Array) return one.length + other.length
  return 0
}
