import type { ChannelEntry, RememberedMessage } from '../catalogue/channel-entry.js'
import type { ChannelFamily } from '../catalogue/channel-family.js'
import { hasBraces } from '../catalogue/family-address.js'
import {
  formatJson,
  isJsonObject,
  type JsonObject,
  type JsonTree,
  jsonObject
} from '../catalogue/json-tree.js'
import { parseJson } from '../catalogue/parse-json.js'
import { payloadBytes, payloadSize } from '../message.js'
import { type PayloadKind, payloadKind } from '../payload.js'
import { messageBindings } from './protocol-bindings.js'

/** A kind of message that was observed on a family of channels, as AsyncAPI describes it. */
export interface DescribedMessage {
  readonly kind: Exclude<PayloadKind, 'empty' | 'null'>
  readonly contentType: string
  readonly payload: JsonObject
  /** One real payload, if it is short and can be shown. */
  readonly example: JsonTree | undefined
  /** Absent where the protocol has no binding. */
  readonly bindings: JsonObject | undefined
}

const CONTENT_TYPES = {
  json: 'application/json',
  text: 'text/plain',
  binary: 'application/octet-stream'
} as const
const EXAMPLE_VALUES = 3
const LONGEST_EXAMPLE = 4096
const DEEPEST_EXAMPLE = 64

/** Whether no message came on any channel of a family. Such channels are known because a broker has listed them. */
export function isSilent(family: ChannelFamily): boolean {
  return family.members.every(({ count }) => count === 0)
}

/** Describes the messages of a family: one for each observed kind of payload. */
export function describeMessages(family: ChannelFamily): DescribedMessage[] {
  const kinds = (['json', 'text', 'binary'] as const).filter((kind) =>
    family.members.some(({ kinds }) => kinds.includes(kind))
  )
  return kinds.map((kind) => {
    const latest = latestOf(family.members, kind)
    return {
      kind,
      contentType: latest?.contentType ?? CONTENT_TYPES[kind],
      payload: kind === 'json' ? writable(family.schema() ?? jsonObject()) : payloadOf(kind),
      example: latest && exampleOf(kind, latest),
      bindings: messageBindings(family, latest)
    }
  })
}

/**
 * Describes the parameters of a family's address, with some observed values as examples. A level with braces is a parameter only
 * because an address cannot contain braces otherwise, so its parameter lists all values as an enum.
 */
export function describeParameters(family: ChannelFamily): JsonObject | undefined {
  const { parameters } = family
  if (parameters.length === 0) return undefined
  const described = parameters.map(({ name, values }) => {
    const areLevels = values.every(hasBraces)
    const known = areLevels ? { enum: [...values] } : { examples: values.slice(0, EXAMPLE_VALUES) }
    return [name, jsonObject(known)] as const
  })
  return jsonObject(Object.fromEntries(described))
}

function payloadOf(kind: 'text' | 'binary'): JsonObject {
  return kind === 'text' ? jsonObject({ type: 'string' }) : jsonObject({ type: 'string', format: 'binary' })
}

/** The latest message of that kind whose whole payload was kept. */
function latestOf(members: readonly ChannelEntry[], kind: PayloadKind): RememberedMessage | undefined {
  let latest: RememberedMessage | undefined
  for (const { latest: candidate } of members) {
    if (candidate === undefined || (latest !== undefined && candidate.time <= latest.time)) continue
    if (payloadSize(candidate) === candidate.size && payloadKind(candidate.payload) === kind)
      latest = candidate
  }
  return latest
}

function exampleOf(kind: PayloadKind, message: RememberedMessage): JsonTree | undefined {
  const payload = payloadBytes(message)
  if (payload.length > LONGEST_EXAMPLE || kind === 'binary') return undefined
  const text = Buffer.from(payload).toString()
  if (kind === 'text') return text
  const value = parseJson(text, DEEPEST_EXAMPLE)
  // The parser cuts a value that is nested more deeply, and the rest would be no real example.
  const whole = formatJson(value) === formatJson(parseJson(text, DEEPEST_EXAMPLE + 1))
  return whole && formatJson(value) === formatJson(writable(value)) ? value : undefined
}

/** Names that a reader of the document would take for a reference, or that break JavaScript readers. */
const UNWRITABLE = new Set(['$ref', '__proto__'])

/** The value without the members, at any depth, that an AsyncAPI document cannot hold. */
function writable<Value extends JsonTree>(value: Value): Value
function writable(value: JsonTree): JsonTree {
  if (Array.isArray(value))
    return value
      .filter((item) => typeof item !== 'string' || !UNWRITABLE.has(item))
      .map((item) => writable(item))
  if (!isJsonObject(value)) return value
  const rest = Object.entries(value).filter(([name]) => !UNWRITABLE.has(name))
  return jsonObject(Object.fromEntries(rest.map(([name, member]) => [name, writable(member)])))
}
