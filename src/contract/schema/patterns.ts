import { RE2JS } from 're2js'
import type { WorkBudget } from '../work-budget.js'

/** A longer pattern takes long to compile. */
const LONGEST = 4096
/** So many instructions may the patterns of one contract have together: they take some 10 µs and 100 bytes each. */
const MOST_INSTRUCTIONS = 200_000

/** A pattern as Ajv takes it. Ajv knows patterns by `toString`: without it, the first pattern would stand for all. */
export interface CompiledPattern {
  test(text: string): boolean
  toString(): string
}

/** The regular expressions of a contract. They are of RE2, which matches in linear time whatever the text. */
export class Patterns {
  readonly #compiled = new Map<string, CompiledPattern>()
  #instructions = 0

  constructor(private readonly budget: WorkBudget) {}

  /** Why a pattern cannot be used, in words; `undefined` if it can. */
  whyNot(pattern: string): string | undefined {
    try {
      this.compile(pattern)
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error)
    }
  }

  /** @throws Error whose message says why the pattern cannot be used */
  compile(pattern: string): CompiledPattern {
    const known = this.#compiled.get(pattern)
    if (known !== undefined) return known
    if (pattern.length > LONGEST) throw new Error(`it has more than ${LONGEST} characters`)
    const program = RE2JS.compile(RE2JS.translateRegExp(pattern))
    const size = program.programSize()
    this.#instructions += size
    if (this.#instructions > MOST_INSTRUCTIONS)
      throw new Error('the patterns of the document are too large together')
    const { budget } = this
    const compiled = {
      test(text: string) {
        budget.match(text.length, size)
        return program.test(text)
      },
      toString: () => pattern
    }
    this.#compiled.set(pattern, compiled)
    return compiled
  }
}
