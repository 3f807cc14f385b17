import { formatByteSize } from '../../../core/byte-size.js'
import type { RememberedMessage } from '../../../core/catalogue/channel-entry.js'
import { payloadSize } from '../../../core/message.js'
import { previewOf } from '../detail/history-doc.js'
import { textLine } from '../form/view-field.js'
import { layOut } from '../layout.js'
import { type Line, span } from '../line.js'
import type { Model, RetainedQuestion } from '../model.js'
import type { World } from '../world.js'

const VERBS = { clear: 'clear', restore: 'put back' } as const
const CLEARING = ' The broker forgets them; u puts them back as long as tidings runs.'
const PUTTING_BACK = ' The broker keeps them again, in the place of what it keeps now.'

/** The question before retained messages are cleared, or put back, with the messages. */
export function viewQuestion(
  model: Model,
  { kind, messages, top, name }: RetainedQuestion,
  world: World
): Line[] {
  const { bodyRows } = layOut(model)
  const what = messages.length === 1 ? 'this retained message' : `these ${messages.length} retained messages`
  const cut = messages.filter((message) => payloadSize(message) < message.size).length
  const head: Line[] = [
    [span(` ${kind === 'clear' ? 'Clear' : 'Put back'} ${what} on ${world.title}?`, 'warning')],
    [span(kind === 'clear' ? CLEARING : PUTTING_BACK, 'dim')],
    ...(cut > 0
      ? [[span(` ${cut} of them cannot be put back: tidings kept only their beginning.`, 'bad')]]
      : [])
  ]
  const room = Math.max(1, bodyRows - head.length - 2)
  const shown = messages.slice(top, top + room).map(messageLine)
  const answer: Line = name
    ? [
        span(` ${world.compose?.protectedBy} is protected: type its name to ${VERBS[kind]}: `, 'strong'),
        ...textLine(name, true, 30)
      ]
    : [span(' y clear   ↑ ↓ see more   any other key: keep', 'strong')]
  return [...head, ...shown, [], answer]
}

function messageLine(message: RememberedMessage): Line {
  return [
    span('  '),
    span(message.channel, 'name'),
    span(`  ${formatByteSize(message.size)}  `, 'dim'),
    span(previewOf(message), 'string')
  ]
}
