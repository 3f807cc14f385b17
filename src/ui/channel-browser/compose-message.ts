import type { Capabilities, Capability } from '../../core/capabilities.js'
import type { ChannelGrammar } from '../../core/channel-grammar.js'
import { checkChannelName } from '../../core/channel-name.js'
import {
  DEFAULT_GUARANTEE,
  type Guarantee,
  type Message,
  NO_HEADERS,
  payloadBytes
} from '../../core/message.js'
import { payloadKind } from '../../core/payload.js'
import { decodeUtf8 } from '../../core/utf8.js'
import { visibleText } from '../../core/visible-text.js'
import { bindingLike } from '../message-binding.js'
import { isEditable, type Prompts } from '../prompts.js'
import type { Draft } from './browser-actions.js'

/** What the user is asked, so that a test can answer. */
export interface Questions extends Pick<Prompts, 'line' | 'choice'> {
  /** Lets the user edit a payload in an editor, byte for byte; nothing if the user gives up. */
  edit(payload: Uint8Array): Promise<Uint8Array | undefined>
  /** The channel grammar of the broker that the message goes to. */
  readonly grammar: ChannelGrammar
  /** The capabilities of that broker. */
  readonly capabilities: Capabilities
  /** The name of the profile that protects the broker, if one does. */
  readonly protectedBy?: string
}

type Source = 'line' | 'editor' | 'same' | 'empty' | 'none'

// The longest text that is edited on one line of a prompt.
const LONGEST_LINE = 1000

/** Asks for a message to publish, starting from the message that is shown. Nothing if the user gives up (Ctrl-C). */
export async function composeMessage(draft: Draft, ask: Questions): Promise<Message | undefined> {
  try {
    const channel = await ask.line('Channel', draft.channel, (text) => channelProblem(text, ask.grammar))
    const payload = await composePayload(draft.message, ask)
    if (payload === undefined) return undefined
    const { message } = draft
    const guarantee = await composeGuarantee(message, ask)
    const retain =
      ask.capabilities.retained === true &&
      (await ask.choice('Keep it as the last value of the channel (retain)?', YES_NO, false))
    const what = payload === null ? 'a message without a payload' : `${payload.length} bytes`
    const { protectedBy } = ask
    const where = protectedBy === undefined ? '' : ` of ${protectedBy}, which is protected`
    const goesOut = await ask.choice(
      `Publish ${what} to ${visibleText(channel)}${where}?`,
      YES_NO,
      protectedBy === undefined
    )
    if (!goesOut) return undefined
    // Keeps what belongs to the content of the message shown, and drops what belongs to its delivery.
    return {
      channel: ask.grammar.spellChannel(channel),
      payload,
      headers: message?.headers ?? NO_HEADERS,
      guarantee,
      key: ask.capabilities.key === true ? message?.key : undefined,
      contentType: message?.contentType,
      ...bindingLike(message, retain)
    }
  } catch (error) {
    if (error instanceof Error && GIVEN_UP.includes(error.name)) return undefined
    throw error
  }
}

// Inquirer's errors after Ctrl-C, and after the signal it was handed.
const GIVEN_UP = ['ExitPromptError', 'AbortPromptError']

const QOS = [
  { name: '0, at most once', value: 0, capability: 'at-most-once' },
  { name: '1, at least once', value: 1, capability: 'acknowledged' },
  { name: '2, exactly once', value: 2, capability: 'exactly-once' }
] as const satisfies readonly { name: string; value: Guarantee; capability: Capability }[]

const YES_NO = [
  { name: 'no', value: false },
  { name: 'yes', value: true }
]

function channelProblem(text: string, grammar: ChannelGrammar): true | string {
  try {
    checkChannelName(text, grammar)
    return true
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Asks for the QoS. Starts with the QoS of the message shown if the broker offers it, otherwise with the lowest that it offers. */
async function composeGuarantee(shown: Message | undefined, ask: Questions): Promise<Guarantee> {
  const offered = QOS.filter(({ capability }) => ask.capabilities[capability] === true)
  const initial = offered.find(({ value }) => value === shown?.guarantee) ?? offered[0]
  if (offered.length > 1 && initial !== undefined) return ask.choice<Guarantee>('QoS', offered, initial.value)
  return initial?.value ?? DEFAULT_GUARANTEE
}

async function composePayload(
  shown: Message | undefined,
  ask: Questions
): Promise<Uint8Array | null | undefined> {
  const bytes = payloadBytes(shown ?? { payload: null })
  const isText = payloadKind(bytes) !== 'binary'
  const text = isText ? decodeUtf8(bytes) : ''
  // A prompt is one line: text with control characters goes to the editor.
  const fitsLine = isText && text.length <= LONGEST_LINE && isEditable(text)
  const sources: { name: string; value: Source }[] = [
    ...(fitsLine ? [{ name: 'edit it on a line', value: 'line' as const }] : []),
    ...(isText ? [{ name: 'edit it in $EDITOR', value: 'editor' as const }] : []),
    ...(bytes.length > 0 ? [{ name: 'the payload shown, as it is', value: 'same' as const }] : []),
    { name: 'empty', value: 'empty' },
    ...(ask.capabilities['null-payload'] === true ? [{ name: 'no payload', value: 'none' as const }] : [])
  ]
  const isTombstone = shown?.payload === null && ask.capabilities['null-payload'] === true
  switch (await ask.choice('Payload', sources, isTombstone ? 'none' : (sources[0]?.value ?? 'empty'))) {
    case 'line':
      return Buffer.from(await ask.line('Payload', text))
    case 'editor':
      return ask.edit(bytes)
    case 'same':
      return bytes
    case 'empty':
      return new Uint8Array()
    case 'none':
      return null
  }
}
