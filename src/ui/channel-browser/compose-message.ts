import { checkChannelName } from '../../core/channel-name.js'
import { type Message, NO_HEADERS, type Qos } from '../../core/message.js'
import { payloadKind } from '../../core/payload.js'
import { visibleText } from '../../core/visible-text.js'
import type { Draft } from './browser-actions.js'

/** What the user is asked, so that a test can answer; `inquirerQuestions` are the real ones. */
export interface Questions {
  line(message: string, initial: string, check?: (text: string) => true | string): Promise<string>
  text(message: string, initial: string): Promise<string>
  choice<Value>(
    message: string,
    choices: readonly { name: string; value: Value }[],
    initial: Value
  ): Promise<Value>
}

type Source = 'line' | 'editor' | 'same' | 'empty'

// What can be edited on one line of a prompt.
const LONGEST_LINE = 1000

/** Asks for a message to publish, starting from the one that is shown. Nothing if the user thinks better of it (Ctrl-C). */
export async function composeMessage(draft: Draft, ask: Questions): Promise<Message | undefined> {
  try {
    // A prompt shows what it starts from as it is, so it starts from nothing that a terminal would obey.
    const start = visibleText(draft.channel) === draft.channel ? draft.channel : ''
    const channel = await ask.line('Channel', start, channelProblem)
    const payload = await composePayload(draft.message, ask)
    const qos = await ask.choice<Qos>('QoS', QOS, draft.message?.mqtt.qos ?? 0)
    const retain = await ask.choice('Keep it as the last value of the channel (retain)?', YES_NO, false)
    const goesOut = await ask.choice(
      `Publish ${payload.length} bytes to ${visibleText(channel)}?`,
      YES_NO,
      true
    )
    if (!goesOut) return undefined
    return {
      channel,
      payload,
      headers: draft.message?.headers ?? NO_HEADERS,
      mqtt: { ...kept(draft), qos, retain }
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
] as const satisfies readonly { name: string; value: Qos }[]

const YES_NO = [
  { name: 'no', value: false },
  { name: 'yes', value: true }
]

function channelProblem(text: string): true | string {
  try {
    checkChannelName(text)
    return true
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The properties of the message shown that belong to its content; not those of its way here. */
function kept({ message }: Draft) {
  const { contentType, payloadUtf8 } = message?.mqtt ?? {}
  return {
    ...(contentType !== undefined && { contentType }),
    ...(payloadUtf8 !== undefined && { payloadUtf8 })
  }
}

async function composePayload(shown: Message | undefined, ask: Questions): Promise<Uint8Array> {
  const bytes = shown?.payload ?? new Uint8Array()
  const isText = payloadKind(bytes) !== 'binary'
  const text = isText ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8') : ''
  // A prompt is one line, and shows what it edits: text with control characters goes to the editor.
  const fitsLine = isText && text.length <= LONGEST_LINE && visibleText(text) === text
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
      return Buffer.from(await ask.text('Payload', text))
    case 'same':
      return bytes
    case 'empty':
      return new Uint8Array()
  }
}

/** Asks with inquirer, on the process's terminal, until `signal` aborts; text of several lines in `$EDITOR`. */
export function inquirerQuestions(signal: AbortSignal): Questions {
  const load = async () => (await import('inquirer')).default.createPromptModule({ signal })
  return {
    async line(message, initial, check) {
      const prompt = await load()
      const validate = check && { validate: check }
      const question = { type: 'input' as const, name: 'answer', message, default: initial, ...validate }
      const { answer } = await prompt([{ ...question, prefill: 'editable' as const }])
      return answer
    },
    async text(message, initial) {
      const prompt = await load()
      const question = { type: 'editor' as const, name: 'answer', message, default: initial }
      const { answer } = await prompt([{ ...question, waitForUserInput: false }])
      // Editors end a file with a newline; the payload had none unless it had it before.
      return initial.endsWith('\n') ? answer : answer.replace(/\n$/, '')
    },
    async choice(message, choices, initial) {
      const prompt = await load()
      const named = choices.map(({ name }, index) => ({ name, value: index }))
      const at = choices.findIndex(({ value }) => value === initial)
      const { answer } = await prompt([
        { type: 'select' as const, name: 'answer', message, choices: named, default: Math.max(0, at) }
      ])
      const chosen = choices[answer]
      if (!chosen) throw new Error(`inquirer answered ${answer}, which is no choice`)
      return chosen.value
    }
  }
}
