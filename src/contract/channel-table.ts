import type { PatternRules } from '../core/channel-pattern.js'
import type { Violation } from '../core/contract.js'
import { AddressTemplate, hasParameters, placesOf } from './address.js'
import type { DescribedChannel, DescribedParameter } from './described-message.js'
import { pointerOf } from './place.js'
import type { SchemaViolations } from './schema/schema-violations.js'
import type { Validator } from './schema/validator.js'
import { choiceInWords, cut, valueInWords } from './words/value-words.js'

/** So many channels are named to whom uses another one. */
const MOST_NAMED = 5

/** What a document says of a channel: the channel that it describes, or why it describes none. */
export type ChannelFound = { readonly channel: DescribedChannel } | { readonly violation: Violation }

interface Template {
  readonly template: AddressTemplate
  readonly channel: DescribedChannel
}

/** Finds the described channel that a message comes on. An address may be written with slashes where the protocol divides otherwise. */
export class ChannelTable {
  readonly #byAddress = new Map<string, DescribedChannel>()
  /** In the order of the document, by the place of their address: a hostile broker makes up channels that fit none of them. */
  readonly #templates = new Map<string, Template[]>()
  readonly #tests = new Map<DescribedParameter, (value: string) => boolean>()

  constructor(
    private readonly channels: readonly DescribedChannel[],
    private readonly rules: PatternRules,
    private readonly validator: Validator,
    private readonly explainer: SchemaViolations
  ) {
    for (const channel of channels) {
      for (const address of spellingsOf(channel.address, rules)) {
        if (!hasParameters(address)) this.#byAddress.set(address, this.#byAddress.get(address) ?? channel)
        else this.#addTemplate(new AddressTemplate(address, rules), channel)
      }
    }
  }

  #addTemplate(template: AddressTemplate, channel: DescribedChannel): void {
    const others = this.#templates.get(template.place) ?? []
    others.push({ template, channel })
    this.#templates.set(template.place, others)
  }

  /** The described channel. If several addresses fit, one without parameters does, and then the first whose parameters fit: of those whose first level has none before others. */
  find(name: string): ChannelFound {
    const channel = this.#byAddress.get(name)
    if (channel !== undefined) return { channel }
    let nearest: Violation | undefined
    const templates = placesOf(name, this.rules).flatMap((place) => this.#templates.get(place) ?? [])
    for (const { template, channel } of templates) {
      const values = template.match(name)
      if (values === undefined) continue
      const violation = this.#parameterViolation(channel, values)
      if (violation === undefined) return { channel }
      nearest ??= violation
    }
    return { violation: nearest ?? this.#unknown(name) }
  }

  #parameterViolation(channel: DescribedChannel, values: ReadonlyMap<string, string>): Violation | undefined {
    for (const [name, value] of values) {
      const parameter = channel.parameters.get(name)
      if (parameter === undefined || this.#testOf(parameter)(value)) continue
      return {
        part: 'channel',
        pointer: '',
        rule: 'parameter',
        expected: cut(`for {${name}} ${this.#wantedOf(parameter, value)}`),
        found: valueInWords(value),
        schema: pointerOf(parameter.place)
      }
    }
    return undefined
  }

  /** What a parameter has to be, in words: what its schema says of a value that is wrong. */
  #wantedOf({ values, schema }: DescribedParameter, value: string): string {
    if (values !== undefined) return choiceInWords(values)
    const looking = { readsTexts: true, isLarge: false }
    const violations = schema === undefined ? [] : this.explainer.explain(schema, value, looking).violations
    // Of several alternatives each is as good as the nearest.
    const told = violations.find(({ rule }) => rule === 'oneOf' || rule === 'anyOf') ?? violations[0]
    return told?.expected ?? 'what its schema describes'
  }

  #testOf(parameter: DescribedParameter): (value: string) => boolean {
    const known = this.#tests.get(parameter)
    if (known !== undefined) return known
    const { values, schema } = parameter
    const test =
      values !== undefined
        ? (value: string) => values.includes(value)
        : schema === undefined
          ? () => true
          : this.validator.testOf(schema, true)
    this.#tests.set(parameter, test)
    return test
  }

  #unknown(name: string): Violation {
    const expected = knownInWords(this.channels)
    return {
      part: 'channel',
      pointer: '',
      rule: 'channel',
      expected,
      found: valueInWords(name),
      schema: '/channels'
    }
  }
}

/** Few channels are named, so that a typing error is seen at once. */
function knownInWords(channels: readonly DescribedChannel[]): string {
  const { length } = channels
  if (length === 0) return 'none, because the document describes no channel'
  if (length > MOST_NAMED) return `one of the ${length} channels that are described`
  return cut(`the channel ${choiceInWords(channels.map(({ address }) => address))}`)
}

/** The spellings of an address: as the document has it, and with the protocol's separator. */
export function spellingsOf(address: string, { separator }: PatternRules): readonly string[] {
  const spelled = address.replaceAll('/', separator)
  return spelled === address ? [address] : [spelled, address]
}
