import { escapeStep } from '../place.js'

/** In what a value is not what its type says. Is thrown by what checks values, which are recursive. */
export class AvroMistake {
  constructor(
    /** Where in the value, as a JSON pointer. */
    readonly pointer: string,
    readonly expected: string,
    readonly found: string,
    /** How many bytes were right. */
    readonly right: number
  ) {}
}

/** The way to a value: fields, and the positions of items. It is made to a pointer only if there is a mistake. */
export class AvroPath {
  readonly #steps: (string | number)[]

  constructor(steps: readonly (string | number)[] = []) {
    this.#steps = [...steps]
  }

  copy(): AvroPath {
    return new AvroPath(this.#steps)
  }

  enter(step: string | number): void {
    this.#steps.push(step)
  }

  leave(): void {
    this.#steps.pop()
  }

  mistake(expected: string, found: string, right = 0): AvroMistake {
    const pointer = this.#steps.map((step) => `/${escapeStep(String(step))}`).join('')
    return new AvroMistake(pointer, expected, found, right)
  }
}

/** What is wrong in what `check` checks; `undefined` if nothing is. */
export function mistakeOf(check: () => void): AvroMistake | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof AvroMistake) return error
    throw error
  }
}
