import type { ChannelGrammar } from '../../core/channel-grammar.js'
import { checkChannelName } from '../../core/channel-name.js'
import { type Guarantee, type Message, NO_HEADERS, payloadBytes } from '../../core/message.js'
import { payloadKind } from '../../core/payload.js'
import { decodeUtf8 } from '../../core/utf8.js'
import { visibleText } from '../../core/visible-text.js'
import { bindingLike } from '../message-binding.js'
import { isEditable, type Prompts } from '../prompts.js'
import type { Draft } from './browser-actions.js'

/** What the user is asked, so that a test can answer. */
export interface Questions extends Pick<Prompts, 'line' | 'choice'> {
  /** Has the user change text in an editor, byte for byte; nothing if they think better of it. */
  edit(payload: Uint8Array): Promise<Uint8Array | undefined>
  /** How channels are named where the message goes. */
  readonly grammar: ChannelGrammar
}

type Source = 'line' | 'editor' | 'same' | 'empty'

// What can be edited on one line of a prompt.
const LONGEST_LINE = 1000

/** Asks for a message to publish, starting from the one that is shown. Nothing if the user thinks better of it (Ctrl-C). */
export async function composeMessage(draft: Draft, ask: Questions): Promise<Message | undefined> {
  try {
    const channel = await ask.line('Channel', draft.channel, (text) => channelProblem(text, ask.grammar))
    const payload = await composePayload(draft.message, ask)
    if (!payload) return undefined
    const guarantee = await ask.choice<Guarantee>('QoS', QOS, draft.message?.guarantee ?? 0)
    const retain = await ask.choice('Keep it as the last value of the channel (retain)?', YES_NO, false)
    const goesOut = await ask.choice(
      `Publish ${payload.length} bytes to ${visibleText(channel)}?`,
      YES_NO,
      true
    )
    if (!goesOut) return undefined
    const { message } = draft
    // Of the message that is shown, what belongs to its content; not what belongs to its way here.
    return {
      channel: ask.grammar.spellChannel(channel),
      payload,
      headers: message?.headers ?? NO_HEADERS,
      guarantee,
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
  { name: '0, at most once', value: 0 },
  { name: '1, at least once', value: 1 },
  { name: '2, exactly once', value: 2 }
] as const satisfies readonly { name: string; value: Guarantee }[]

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

async function composePayload(shown: Message | undefined, ask: Questions): Promise<Uint8Array | undefined> {
  const bytes = payloadBytes(shown ?? { payload: null })
  const isText = payloadKind(bytes) !== 'binary'
  const text = isText ? decodeUtf8(bytes) : ''
  // A prompt is one line: text with control characters goes to the editor.
  const fitsLine = isText && text.length <= LONGEST_LINE && isEditable(text)
  const sources: { name: string; value: Source }[] = [
    ...(fitsLine ? [{ name: 'edit it on a line', value: 'line' as const }] : []),
    ...(isText ? [{ name: 'edit it in $EDITOR', value: 'editor' as const }] : []),
    ...(bytes.length > 0 ? [{ name: 'the payload shown, as it is', value: 'same' as const }] : []),
    { name: 'empty', value: 'empty' }
  ]
  switch (await ask.choice('Payload', sources, sources[0]?.value ?? 'empty')) {
    case 'line':
      return Buffer.from(await ask.line('Payload', text))
    case 'editor':
      return ask.edit(bytes)
    case 'same':
      return bytes
    case 'empty':
      return new Uint8Array()
  }
}
