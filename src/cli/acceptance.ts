import { type Contract, MOST_VIOLATIONS, type Violation } from '../core/contract.js'
import { counted } from '../core/counted.js'
import { TidingsError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import { describeViolation } from '../core/violation-text.js'
import { quoteName } from '../core/visible-text.js'

/** So many violations of a message are told. */
const MOST_TOLD = 5

/** The arguments that parts of a message come from, besides its payload. */
const ARGUMENTS: Readonly<Partial<Record<Violation['part'], string>>> = {
  channel: 'CHANNEL',
  headers: '--header',
  key: '--key',
  contentType: '--content-type',
  correlation: '--correlation'
}

/** Decides which of the messages that were read are published. */
export class Acceptance {
  /** How many messages were left out because they cannot be published as they are. */
  skipped = 0
  #first: string | undefined

  /**
   * @param contract what messages have to keep, if anything
   * @param skipsInvalid a message that cannot be published is left out and counted; otherwise it is a failure
   */
  constructor(
    readonly contract?: Contract | undefined,
    readonly skipsInvalid = false
  ) {}

  /**
   * Refuses a message that breaks the contract.
   * @param place names what was read: `"file.json"`, `stdin`; a number is that of a line of stdin
   * @throws TidingsError of kind bad-input
   */
  check(message: Message, place: string | number): void {
    if (this.contract === undefined) return
    const violations = this.contract.check(message)
    const [first] = violations
    if (first === undefined) return
    const { name } = this.contract
    const { part, pointer, rule, expected, found, schema } = first
    const where = typeof place === 'number' ? `line ${place} of stdin` : place
    const what = `cannot publish ${where} to ${quoteName(message.channel)}`
    throw new TidingsError(
      'bad-input',
      `${what}: it breaks ${quoteName(name)}: ${describeViolations(violations)}`,
      {
        code: 'contract-broken',
        suggestion: this.#suggestionFor(place, where, first),
        details: {
          ...(typeof place === 'number' && { line: place }),
          ...{ channel: message.channel, part, pointer, rule, expected, found, schema }
        }
      }
    )
  }

  /** What to correct: the part of the message that is wrong, or what the contract says of it. */
  #suggestionFor(place: string | number, where: string, { part, schema }: Violation): string {
    // A line or a file has the whole message, or is one of several.
    const isOneOfMany = typeof place === 'number' || place.startsWith('"')
    const argument = isOneOfMany ? where : (ARGUMENTS[part] ?? where)
    const rule = schema === '' ? 'the contract' : `what the contract says at ${schema}`
    const correct = `correct ${argument}, or ${rule}`
    return this.skipsInvalid || !isOneOfMany ? correct : `${correct}; or go on without it: --skip-invalid`
  }

  /**
   * Whether the message that caused this failure is left out, and the others are published. It is counted.
   * @param failure one that says what was read
   */
  skips(failure: unknown): boolean {
    if (!this.skipsInvalid || !(failure instanceof TidingsError) || failure.kind !== 'bad-input') return false
    this.skipped++
    this.#first ??= failure.message
    return true
  }

  /** Whether the message is published. Throws as `check`, unless it is left out. */
  accepts(message: Message, place: string): boolean {
    try {
      this.check(message, place)
      return true
    } catch (error) {
      if (this.skips(error)) return false
      throw error
    }
  }

  /** What was left out until now: a sentence, or none. */
  get sentences(): readonly string[] {
    if (this.skipped === 0) return []
    return [`left out ${counted(this.skipped)}; the first one: ${this.#first}`]
  }
}

function describeViolations(violations: readonly Violation[]): string {
  const told = violations.slice(0, MOST_TOLD).map(describeViolation).join('; ')
  const more = violations.length - MOST_TOLD
  if (more <= 0) return told
  // Who has told so many may have left out others.
  return violations.length < MOST_VIOLATIONS ? `${told}, and ${more} more` : `${told}, and more`
}
