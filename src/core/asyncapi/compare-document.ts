import type { ChannelFamily } from '../catalogue/channel-family.js'
import { isJsonObject } from '../catalogue/json-tree.js'
import type { PatternRules } from '../channel-pattern.js'
import { type DescribedMessage, describeMessages, isSilent } from './describe-family.js'
import { addressPattern, couldBeSeen, type DocumentedChannel } from './documented-channels.js'
import { type DocumentPath, type EditableDocument, isReference, resolvePath } from './editable-document.js'
import { type Edit, schemaGaps } from './widen-schema.js'

/** A difference between a channel's description and the messages that were observed on the channel. */
export interface ChannelDifference {
  readonly address: string
  readonly text: string
  /** What to change in the document, as an order; absent where nothing can be edited. */
  readonly advice?: string
  readonly edits: readonly Edit[]
  /** The document has no message of the channel, so that any message may come. */
  readonly isAllowed?: boolean
}

/** An observed message, and the place of the message in the document that describes it. */
export interface MatchedMessage {
  readonly path: DocumentPath
  readonly message: DescribedMessage
}

/** A family that a document describes. */
export interface MatchedChannel {
  readonly channel: DocumentedChannel
  readonly family: ChannelFamily
  readonly messages: readonly MatchedMessage[]
  /** Observed messages of a kind that the document does not describe. */
  readonly further: readonly DescribedMessage[]
}

/** What a document and the observed channels have in common, and what not. */
export interface Comparison {
  readonly matched: readonly MatchedChannel[]
  /** Addresses in the document that match an observed pattern, and on which no message came. */
  readonly silent: readonly string[]
  readonly undocumented: readonly ChannelFamily[]
  readonly differences: readonly ChannelDifference[]
}

const SHOWN_VALUES = 3

/** Compares a document with what was observed on `patterns`, which `parseChannelPattern` has returned. Changes nothing. */
export function compareDocument(
  document: EditableDocument,
  channels: readonly DocumentedChannel[],
  families: readonly ChannelFamily[],
  patterns: readonly string[],
  rules: PatternRules
): Comparison {
  const { separator } = rules
  const byPattern = new Map<string, DocumentedChannel>()
  const byAddress = new Map(channels.map((channel) => [channel.address, channel]))
  for (const channel of channels) {
    const pattern = addressPattern(channel.address, separator)
    if (!byPattern.has(pattern)) byPattern.set(pattern, channel)
  }
  const matched: MatchedChannel[] = []
  const undocumented: ChannelFamily[] = []
  const differences: ChannelDifference[] = []
  const heard = new Set<string>()
  for (const family of families) {
    const pattern = addressPattern(family.address, separator)
    const channel = byAddress.get(family.address) ?? byPattern.get(pattern)
    if (channel === undefined) undocumented.push(family)
    else {
      if (!isSilent(family)) heard.add(channel.address)
      matched.push(compareChannel(document, channel, family, differences))
    }
  }
  const silent = channels
    .map(({ address }) => address)
    .filter((address) => !heard.has(address))
    .filter((address) => patterns.some((pattern) => couldBeSeen(pattern, address, rules)))
  return { matched, silent, undocumented, differences }
}

function compareChannel(
  document: EditableDocument,
  channel: DocumentedChannel,
  family: ChannelFamily,
  differences: ChannelDifference[]
): MatchedChannel {
  const { address } = channel
  if (channel.isOld) return { channel, family, messages: [], further: [] }
  differences.push(...unlistedValues(channel, family))
  const messages: MatchedMessage[] = []
  const further: DescribedMessage[] = []
  const paths = messagePaths(document, channel.path)
  const documented = paths.filter((path) => isKnown(document, path))
  const isTrusted = documented.length < paths.length
  for (const message of describeMessages(family)) {
    const candidates = documented.filter((path) =>
      couldCarry(document.get([...path, 'contentType']), message.kind)
    )
    const compared = candidates.map((path) => ({ path, edits: gapsOf(document, path, message) }))
    const fitting = compared.find(({ edits }) => edits.length === 0)
    // A message whose description is in another file may be this one.
    if (fitting === undefined && isTrusted) continue
    const best = fitting ?? compared[0]
    if (best === undefined) {
      further.push(message)
      const isAllowed = paths.length === 0
      const text = isAllowed
        ? `it has no message for ${message.kind} payloads`
        : `carries ${message.kind} payloads, which no message describes`
      const advice = `add a message for ${message.kind} payloads`
      differences.push({ address, text, edits: [], ...(isAllowed && { isAllowed, advice }) })
      continue
    }
    messages.push({ path: best.path, message })
    for (const gap of best.edits) differences.push({ address, ...gap })
  }
  return { channel, family, messages, further }
}

/** The observed values of parameters that the document's enums lack. */
function unlistedValues(
  { address, parameters }: DocumentedChannel,
  family: ChannelFamily
): ChannelDifference[] {
  return parameters.flatMap(({ name, level, path, values }) => {
    const seen = family.parameters.find((parameter) => parameter.level === level)?.values ?? []
    const listed = new Set(values)
    const unlisted = values === undefined ? [] : seen.filter((value) => !listed.has(value))
    if (unlisted.length === 0) return []
    const shown = unlisted.slice(0, SHOWN_VALUES).map((value) => JSON.stringify(value))
    const more = unlisted.length > SHOWN_VALUES ? `, and ${unlisted.length - SHOWN_VALUES} more` : ''
    return [
      {
        address,
        text: `parameter ${name}: its enum lacks ${shown.join(', ')}${more}`,
        advice: `let the parameter ${name} be ${shown.join(', ')}${more}, too`,
        edits: [{ path: [...path, 'enum'], value: [...listed, ...unlisted] }]
      }
    ]
  })
}

/** The paths of a channel's messages in the document. If another file lists the messages, the one path of the whole list. */
function messagePaths(document: EditableDocument, channel: DocumentPath): DocumentPath[] {
  const place = [...channel, 'messages']
  const messages = document.get(place) ?? null
  if (messages === null) return []
  if (!isJsonObject(messages) || isReference(messages)) return [place]
  return Object.keys(messages).map((name) => resolvePath(document, [...place, name]))
}

/** Whether this document describes the message. A reference to another file, or to a missing place, is no description. */
function isKnown(document: EditableDocument, message: DocumentPath): boolean {
  const value = document.get(message)
  return value === null || (isJsonObject(value) && !isReference(value))
}

function gapsOf(document: EditableDocument, message: DocumentPath, seen: DescribedMessage) {
  const path = resolvePath(document, [...message, 'payload'])
  const payload = document.get(path)
  const isHere = document.get([...message, 'payload']) !== undefined
  if (payload === undefined && isHere) return []
  if (payload === undefined)
    return [
      {
        text: 'its payload is not described',
        advice: 'describe its payload',
        edits: [{ path, value: seen.payload }]
      }
    ]
  return schemaGaps(payload, seen.payload).map(({ edits, ...words }) => ({
    ...words,
    edits: edits.map((edit) => ({ path: [...path, ...edit.path], value: edit.value }))
  }))
}

/** A message without a content type may carry any payload. A text may happen to be JSON: `21.5` is both. */
function couldCarry(contentType: unknown, kind: DescribedMessage['kind']): boolean {
  if (typeof contentType !== 'string') return true
  if (/[/+]json\b/i.test(contentType)) return kind === 'json'
  return /^text\//i.test(contentType)
    ? kind !== 'binary'
    : kind === 'binary' || !/octet-stream/i.test(contentType)
}
