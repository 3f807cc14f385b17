import type { ChannelFamily } from '../catalogue/channel-family.js'
import { isJsonObject, type JsonObject, type JsonTree, jsonObject } from '../catalogue/json-tree.js'
import type { DescribedServer } from '../described-server.js'
import type { Comparison, MatchedChannel } from './compare-document.js'
import { type DescribedMessage, describeMessages, describeParameters, isSilent } from './describe-family.js'
import { documentKey } from './document-key.js'
import { type DocumentPath, type EditableDocument, isReference, referenceTo } from './editable-document.js'
import { channelBindings, operationBindings } from './protocol-bindings.js'
import { UnusedKeys } from './unused-keys.js'

/** Writes the first members of a new document, which has no channels yet. */
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

/** Adds the broker as a server, unless the document has a server of that host already, or refers to servers in another place. */
export function addServer(document: EditableDocument, server: DescribedServer): void {
  const servers = document.get(['servers'])
  if (isReference(servers)) return
  const known = membersOf(servers)
  if (known.some(([, each]) => isJsonObject(each) && each.host === server.host)) return
  document.set(
    ['servers', new UnusedKeys(known.map(([key]) => key)).take('broker')],
    jsonObject({ ...server })
  )
}

/**
 * Writes what was observed into the document: channels that the document lacks, and values that its channels do not allow. Everything
 * else stays: descriptions, titles, further examples, and channels on which no message came.
 */
export function updateDocument(document: EditableDocument, comparison: Comparison): void {
  for (const { edits } of comparison.differences) {
    for (const { path, value } of edits) {
      if (value === undefined) document.remove(path)
      else document.set(path, value)
    }
  }
  const names = new UnusedKeys(messageNames(document))
  for (const matched of comparison.matched) completeChannel(document, matched, names)
  // Members that this program does not understand have keys, too: channels without an address, and operations of any kind.
  const keys = new UnusedKeys(keysOf(document, 'channels'))
  const operations = new UnusedKeys(keysOf(document, 'operations'))
  for (const family of comparison.undocumented) {
    const key = keys.take(documentKey(family.address))
    addChannel(document, key, family, { messages: names, operations })
  }
}

/** Fills in missing examples and parameters. They are not counted as differences, because an author may omit them on purpose. */
function completeChannel(
  document: EditableDocument,
  { channel, family, messages, further }: MatchedChannel,
  names: UnusedKeys
): void {
  for (const { path, message } of messages) {
    if (message.example !== undefined && document.get([...path, 'examples']) === undefined)
      document.set([...path, 'examples'], [jsonObject({ payload: message.example })])
  }
  const isOnly = further.length === 1 && document.get([...channel.path, 'messages']) === undefined
  for (const message of further) {
    const name = names.take(isOnly ? channel.key : `${channel.key}_${message.kind}`)
    document.set([...channel.path, 'messages', name], describedMessage(message, name))
  }
  const parameters = describeParameters(family)
  if (parameters !== undefined && document.get([...channel.path, 'parameters']) === undefined)
    document.set([...channel.path, 'parameters'], parameters)
}

/**
 * Adds a channel and its operation. A family on which no message came gets no messages: in AsyncAPI, an operation without messages
 * stands for all messages of its channel.
 */
function addChannel(
  document: EditableDocument,
  key: string,
  family: ChannelFamily,
  unused: { readonly messages: UnusedKeys; readonly operations: UnusedKeys }
): void {
  const path = ['channels', key]
  const channel = { address: family.address, parameters: describeParameters(family) }
  const operation = { action: 'receive', channel: referenceTo(path) }
  const seen = isSilent(family)
    ? undefined
    : seenOn(family, path, (suffix) => unused.messages.take(`${key}${suffix}`))
  const bindings = channelBindings(family)
  document.set(path, jsonObject({ ...channel, messages: seen?.messages, bindings }))
  document.set(
    ['operations', unused.operations.take(`receive_${key}`)],
    jsonObject({ ...operation, ...seen?.operation })
  )
}

function seenOn(family: ChannelFamily, path: DocumentPath, nameFor: (suffix: string) => string) {
  const described = describeMessages(family)
  const messages = described.map((message) => {
    const name = nameFor(described.length === 1 ? '' : `_${message.kind}`)
    return [name, describedMessage(message, name)] as const
  })
  return {
    messages: jsonObject(Object.fromEntries(messages)),
    operation: {
      messages: messages.map(([name]) => referenceTo([...path, 'messages', name])),
      bindings: operationBindings(family)
    }
  }
}

/** `name` must be unique in the document: code generators name the types of payloads after it. */
function describedMessage(
  { contentType, payload, example, bindings }: DescribedMessage,
  name: string
): JsonObject {
  const examples = example === undefined ? undefined : [jsonObject({ payload: example })]
  return jsonObject({ name, contentType, payload, examples, bindings })
}

/** The keys and names of all messages in a document. */
function messageNames(document: EditableDocument): string[] {
  const channels = membersOf(document.get(['channels'])).map(([, channel]) => channel)
  const components = document.get(['components'])
  return [...channels, components].flatMap((owner) =>
    membersOf(isJsonObject(owner) ? owner.messages : undefined).flatMap(([key, message]) => {
      const name = isJsonObject(message) ? message.name : undefined
      return typeof name === 'string' ? [key, name] : [key]
    })
  )
}

const keysOf = (document: EditableDocument, name: string): string[] =>
  membersOf(document.get([name])).map(([key]) => key)

const membersOf = (value: JsonTree | undefined): [string, JsonTree][] =>
  isJsonObject(value) ? Object.entries(value) : []
