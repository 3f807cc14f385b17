import { RE2JS } from 're2js'
import { patternSize } from './pattern-size.js'
import type { StepBudget } from './step-budget.js'

/** An expression is at most 4 KiB long; a longer pattern comes from a message. */
const MOST_PATTERN = 1000
/** Compiling takes up to 60 µs and 750 bytes per instruction: 0.3 s. */
const MOST_INSTRUCTIONS = 5000
/** Patterns that are kept. A pattern may be a part of each message. */
const MOST_KEPT = 64
/** Matching takes at most 24 ns per character and instruction of the program, compiling some 10 µs per instruction. */
const MATCHED_PER_STEP = 128
const STEPS_PER_INSTRUCTION = 3

interface Pattern {
  readonly program: RE2JS
  readonly size: number
}

/**
 * Compiles one regular expression of RE2.
 * @throws Error if it is none, or too large
 */
export function compilePattern(text: string): RE2JS {
  if (text.length > MOST_PATTERN)
    throw new Error(`a regular expression has more than ${MOST_PATTERN} characters`)
  if (patternSize(text) > MOST_INSTRUCTIONS)
    throw new Error('a regular expression is too large, with its repetitions written out')
  return RE2JS.compile(text)
}

/** Compiles regular expressions of RE2, which match in linear time, and charges the budget for compiling and matching. */
export function regularExpressions(budget: StepBudget): (text: string, pattern: string) => boolean {
  const kept = new Map<string, Pattern>()
  const compile = (text: string): Pattern => {
    const known = kept.get(text)
    if (known !== undefined) return known
    const program = compilePattern(text)
    const pattern = { program, size: program.programSize() }
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(text, pattern)
    budget.charge(pattern.size * STEPS_PER_INSTRUCTION)
    return pattern
  }
  return (text, pattern) => {
    const { program, size } = compile(pattern)
    budget.charge((text.length * size) / MATCHED_PER_STEP)
    return program.test(text)
  }
}
