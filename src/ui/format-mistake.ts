import { closestName } from '../core/closest-name.js'
import { TidingsError } from '../core/errors.js'
import { quoteName } from '../core/visible-text.js'

/** Texts in which fields stand as other clients write them, such as `%t %p` and `%k %s`, and none as they are written here. */
const OTHER_FORMAT = /^(?=.*%[A-Za-z])[^{}]*$/s

/** What other systems call a field. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['topic', 'channel'],
  ['routingkey', 'channel'],
  ['message', 'payload'],
  ['value', 'payload'],
  ['body', 'payload'],
  ['data', 'payload'],
  ['timestamp', 'time'],
  ['length', 'size']
])

/** The end of a field that was meant for a width: it begins with a sign of one, or is a number. */
const MEANT_WIDTH = /:(?:[<>^.=+-].*|\d[\d.]*)$/s

/** Finds mistakes in one template of `--format`. */
export class FormatMistakes {
  /** @param names the fields that there are */
  constructor(
    private readonly template: string,
    private readonly names: readonly string[]
  ) {}

  /** @throws TidingsError of kind usage for a template with fields as only other clients write them */
  checkDialect(): void {
    if (OTHER_FORMAT.test(this.template))
      throw this.#failure('it names no field', "fields stand in braces: '{channel} {key} {payload}'")
  }

  loneBrace(brace: string, offset: number): TidingsError {
    const suggestion =
      brace === '{'
        ? 'write "{{" for a brace itself, or close the field with "}"'
        : 'write "}}" for a brace itself'
    return this.#failure(`a "${brace}" stands alone`, suggestion, offset)
  }

  /**
   * @param field what stands between the braces
   * @param offset where the field begins, behind its brace
   * @throws TidingsError of kind usage if the end of the field was meant for a width, and is none
   */
  checkWidth(field: string, offset: number): void {
    const width = MEANT_WIDTH.exec(field)
    if (width === null) return
    throw this.#failure(
      `there is no width ${quoteName(width[0])}`,
      'a width is :20, :>6 on the right, :^9 in the middle, or :.20 to cut after 20; it has at most three digits',
      offset + width.index
    )
  }

  /** @param offset where the field begins, behind its brace */
  unknownField(field: string, offset: number): TidingsError {
    const near = this.#near(field)
    const known = [...this.names, 'headers.NAME', 'payload.MEMBER'].map((name) => `{${name}}`).join(' ')
    return this.#failure(
      `there is no field ${quoteName(field)}`,
      near === undefined ? `the fields are ${known}` : `did you mean "{${near}}"?`,
      offset
    )
  }

  #near(field: string): string | undefined {
    const [, header] = /^headers?[.:](.+)$/s.exec(field) ?? []
    if (header !== undefined) return `headers.${header}`
    const plain = field.toLowerCase().replaceAll(/[-_ ]/g, '')
    const alike = this.names.find((name) => name.toLowerCase() === plain)
    return alike ?? OTHER_WORDS.get(plain) ?? closestName(field.slice(0, 100), this.names)
  }

  #failure(why: string, suggestion: string, offset?: number): TidingsError {
    const { template } = this
    return new TidingsError(
      'usage',
      offset === undefined
        ? `cannot use format ${quoteName(template)}: ${why}`
        : `cannot use --format: ${why}`,
      { code: 'bad-format', suggestion, ...(offset !== undefined && { marked: { text: template, offset } }) }
    )
  }
}
