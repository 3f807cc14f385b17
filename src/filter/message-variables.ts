import type { CelInput } from '@bufbuild/cel'
import { create } from '@bufbuild/protobuf'
import { TimestampSchema } from '@bufbuild/protobuf/wkt'
import { levelsOf } from '../core/address-levels.js'
import type { ChannelGrammar } from '../core/channel-grammar.js'
import { type ExactJsonLimit, readExactJson } from '../core/json/exact-json.js'
import { type WantedJson, WantedMembers } from '../core/json/wanted-json.js'
import { BINDINGS, isRedelivered, isRetained, type Message, payloadSize } from '../core/message.js'
import { decodeUtf8, isUtf8 } from '../core/utf8.js'
import { bindingInput } from './binding-input.js'
import { BYTES_PER_STEP, type StepBudget } from './step-budget.js'
import type { Uses } from './used-names.js'

/** The rules by which a channel has levels. */
export type LevelRules = Pick<ChannelGrammar, 'separator' | 'isLiteral'>

/** A longer payload that is text and not JSON is not judged: as a string it takes twice the memory. */
const MOST_TEXT = 16 * 1024 * 1024
const MIB = 1024 * 1024

const LIMITS: Readonly<Record<ExactJsonLimit, string>> = {
  'too deep': 'the JSON of the payload is nested too deeply',
  'too many values': 'the JSON of the payload has too many values'
}

/** The facts of messages that an expression can name. What the expression does not use is not read. */
const FACTS: Readonly<Record<string, (message: Message, rules: LevelRules) => CelInput>> = {
  channel: ({ channel }) => channel,
  levels: ({ channel }, rules) => levelsOf(channel, rules),
  headers: headersOf,
  key: ({ key }) => key ?? null,
  time: ({ time }) => timeOf(time),
  sourceTime: ({ sourceTime }) => timeOf(sourceTime),
  contentType: ({ contentType }) => contentType ?? null,
  size: (message) => BigInt(payloadSize(message)),
  retain: isRetained,
  qos: ({ guarantee }) => (guarantee === undefined ? null : BigInt(guarantee)),
  dup: isRedelivered,
  expiry: ({ expiry }) => expiry ?? null,
  responseChannel: ({ responseChannel }) => responseChannel ?? null,
  correlation: ({ correlation }) => correlation ?? null
}

/** Every name of a variable. */
export const VARIABLES: readonly string[] = ['payload', ...Object.keys(FACTS), ...BINDINGS]

/** The variables of an expression for one message after another. The library reads those that it needs, by their names. */
export class MessageVariables {
  #message: Message | undefined
  #payload: CelInput | undefined
  readonly #wanted: WantedJson

  constructor(
    rules: LevelRules,
    { payload: members, hidesPayload }: Pick<Uses, 'payload' | 'hidesPayload'>,
    private readonly budget: StepBudget
  ) {
    this.#wanted = WantedMembers.of(members)
    const define = (name: string, read: (message: Message) => CelInput) =>
      Object.defineProperty(this, name, { get: () => this.#message && read(this.#message) })
    for (const [name, read] of Object.entries(FACTS)) define(name, (message) => read(message, rules))
    for (const name of BINDINGS) define(name, (message) => bindingInput(message[name]))
    for (const [name, path] of hidesPayload ? [] : directNames(members))
      Object.defineProperty(this, name, { get: () => memberOf(this.payload, path) })
  }

  /** Sets the message that the variables are of. */
  of(message: Message): this {
    this.#message = message
    this.#payload = undefined
    return this
  }

  /** The value of JSON, or text, or bytes; null where there is no payload at all. It is read once, however often the expression names it. */
  get payload(): CelInput | undefined {
    this.#payload ??= this.#message && this.#readPayload(this.#message.payload)
    return this.#payload
  }

  #readPayload(bytes: Uint8Array | null): CelInput {
    if (bytes === null) return null
    this.budget.charge(bytes.length / BYTES_PER_STEP)
    const json = readExactJson(bytes, this.#wanted)
    if (json !== undefined) {
      if ('limit' in json) throw new Error(LIMITS[json.limit])
      return json.value
    }
    if (!isUtf8(bytes)) return bytes
    if (bytes.length > MOST_TEXT)
      throw new Error(`the text of the payload is longer than ${MOST_TEXT / MIB} MiB`)
    return decodeUtf8(bytes)
  }
}

/**
 * Of `payload.a.b`, CEL looks for a variable of that whole name first. That it is there saves a third of the time. `payload["a.b"]` is
 * looked for under the same name, so where a member has a dot there are no such variables.
 */
function directNames(members: readonly (readonly string[])[]): Map<string, readonly string[]> {
  if (members.some((path) => path.some((name) => name.includes('.')))) return new Map()
  const paths = members.filter(({ length }) => length > 0)
  return new Map(paths.map((path) => [`payload.${path.join('.')}`, path]))
}

function memberOf(value: CelInput | undefined, path: readonly string[]): CelInput | undefined {
  let member = value
  for (const name of path) member = member instanceof Map ? member.get(name) : undefined
  return member
}

/** The headers by their names. Several values of one name are a list, as in an envelope. */
function headersOf({ headers }: Message): Map<string, CelInput> {
  const values = new Map<string, CelInput>()
  for (const [name, value] of headers) {
    const before = values.get(name)
    if (before === undefined) values.set(name, value)
    else if (Array.isArray(before)) before.push(value)
    else values.set(name, [before, value])
  }
  return values
}

/** @param time microseconds since 1970-01-01 UTC */
function timeOf(time: number | undefined): CelInput {
  if (time === undefined) return null
  const seconds = Math.floor(time / 1e6)
  return create(TimestampSchema, { seconds: BigInt(seconds), nanos: Math.floor(time - seconds * 1e6) * 1000 })
}
