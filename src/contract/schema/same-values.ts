import type { WorkBudget } from '../work-budget.js'

/** JSON as `JSON.parse` returns it. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** A text that is the same for equal values, whatever the order of their members, and different for others. */
function canonicalText(value: Json, budget: WorkBudget): string {
  if (typeof value !== 'object' || value === null) {
    const text = value === 0 ? '0' : JSON.stringify(value)
    budget.compare(text.length)
    return text
  }
  const parts = Array.isArray(value)
    ? value.map((item) => canonicalText(item, budget))
    : Object.keys(value)
        .sort()
        .map((name) => `${JSON.stringify(name)}:${canonicalText(value[name] as Json, budget)}`)
  const text = parts.join(',')
  budget.compare(text.length)
  return Array.isArray(value) ? `[${text}]` : `{${text}}`
}

/** The positions of two equal items; `undefined` if there are none. Takes linear time. */
export function equalItems(
  items: readonly Json[],
  budget: WorkBudget
): readonly [number, number] | undefined {
  const seen = new Map<Json, number>()
  const seenTexts = new Map<string, number>()
  for (const [at, item] of items.entries()) {
    const isSimple = typeof item !== 'object' || item === null
    const text = isSimple ? '' : canonicalText(item, budget)
    const before = isSimple ? seen.get(item) : seenTexts.get(text)
    if (before !== undefined) return [before, at]
    if (isSimple) seen.set(item, at)
    else seenTexts.set(text, at)
  }
  return undefined
}

/** Whether a value is one of many. */
export function oneOfValues(values: readonly Json[], budget: WorkBudget): (value: Json) => boolean {
  const simple = new Set(values.filter((value) => typeof value !== 'object' || value === null))
  const texts = new Set<string>()
  for (const value of values) {
    budget.renew()
    if (typeof value === 'object' && value !== null) texts.add(canonicalText(value, budget))
  }
  return (value) =>
    typeof value !== 'object' || value === null ? simple.has(value) : texts.has(canonicalText(value, budget))
}
