import type { ChannelFamily } from '../catalogue/channel-family.js'
import { type JsonObject, jsonObject } from '../catalogue/json-tree.js'
import type { DescribedServer } from '../described-server.js'
import type { Comparison, MatchedChannel } from './compare-document.js'
import { type DescribedMessage, describeMessages, describeParameters, isSilent } from './describe-family.js'
import type { DocumentedChannel } from './documented-channels.js'
import { type DocumentPath, type EditableDocument, referenceTo } from './editable-document.js'
import { operationBindings } from './protocol-bindings.js'

/** Begins a document that has no channels yet. */
export function beginDocument(document: EditableDocument, title: string): void {
  document.set(['asyncapi'], '3.0.0')
  document.set(
    ['info'],
    jsonObject({
      title,
      version: '1.0.0',
      description: 'Channels and messages as they were observed on the broker.'
    })
  )
}

/** Adds the broker, unless the document names that host already. */
export function addServer(document: EditableDocument, server: DescribedServer): void {
  const servers = document.get(['servers'])
  const known = typeof servers === 'object' && servers !== null ? Object.entries(servers) : []
  if (known.some(([, { host }]) => host === server.host)) return
  document.set(
    ['servers', new UnusedKeys(known.map(([key]) => key)).take('broker')],
    jsonObject({ ...server })
  )
}

/**
 * Writes what was seen into the document: channels that it lacked, and in the others what it did not allow for. Everything
 * else stays: descriptions, titles, further examples, channels on which nothing came.
 */
export function updateDocument(
  document: EditableDocument,
  channels: readonly DocumentedChannel[],
  comparison: Comparison
): void {
  for (const { edits } of comparison.differences) {
    for (const { path, value } of edits) {
      if (value === undefined) document.remove(path)
      else document.set(path, value)
    }
  }
  for (const matched of comparison.matched) completeChannel(document, matched)
  const keys = new UnusedKeys(channels.map(({ key }) => key))
  for (const family of comparison.undocumented) addChannel(document, keys.take(keyOf(family.address)), family)
}

/** What people may have left out on purpose is no difference, but is filled in: examples and parameters. */
function completeChannel(
  document: EditableDocument,
  { channel, family, messages, further }: MatchedChannel
): void {
  for (const { path, message } of messages) {
    if (message.example !== undefined && document.get([...path, 'examples']) === undefined)
      document.set([...path, 'examples'], [jsonObject({ payload: message.example })])
  }
  for (const message of further) {
    const keys = new UnusedKeys(Object.keys(Object(document.get([...channel.path, 'messages']) ?? {})))
    document.set([...channel.path, 'messages', keys.take(message.kind)], describedMessage(message))
  }
  const parameters = describeParameters(family)
  if (parameters !== undefined && document.get([...channel.path, 'parameters']) === undefined)
    document.set([...channel.path, 'parameters'], parameters)
}

/** Of a family on which nothing came only the names are written: an operation without messages is for whatever comes to be described. */
function addChannel(document: EditableDocument, key: string, family: ChannelFamily): void {
  const path = ['channels', key]
  const channel = { address: family.address, parameters: describeParameters(family) }
  const operation = { action: 'receive', channel: referenceTo(path) }
  const seen = isSilent(family) ? undefined : seenOn(family, path)
  document.set(path, jsonObject({ ...channel, messages: seen?.messages }))
  document.set(['operations', `receive_${key}`], jsonObject({ ...operation, ...seen?.operation }))
}

function seenOn(family: ChannelFamily, path: DocumentPath) {
  const described = describeMessages(family)
  const messages = described.map((message) => [message.kind, describedMessage(message)] as const)
  return {
    messages: jsonObject(Object.fromEntries(messages)),
    operation: {
      messages: described.map(({ kind }) => referenceTo([...path, 'messages', kind])),
      bindings: operationBindings(family)
    }
  }
}

function describedMessage({ contentType, payload, example, bindings }: DescribedMessage): JsonObject {
  const examples = example === undefined ? undefined : [jsonObject({ payload: example })]
  return jsonObject({ contentType, payload, examples, bindings })
}

function keyOf(address: string): string {
  const key = address
    .slice(0, 200)
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
  return key === '' ? 'channel' : key
}

/** Finds names that are not taken yet, and takes them: `a`, `a_2`, `a_3`, ... */
class UnusedKeys {
  private readonly taken: Set<string>
  /** The number that the last one of a name had; counting from 2 again would take the square of their number. */
  private readonly last = new Map<string, number>()

  constructor(taken: Iterable<string>) {
    this.taken = new Set(taken)
  }

  take(key: string): string {
    let candidate = key
    let number = this.last.get(key) ?? 1
    while (this.taken.has(candidate)) candidate = `${key}_${++number}`
    this.last.set(key, number)
    this.taken.add(candidate)
    return candidate
  }
}
