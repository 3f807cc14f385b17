import { formatByteSize } from '../../../core/byte-size.js'
import type { RememberedMessage } from '../../../core/catalogue/channel-entry.js'
import { payloadSize } from '../../../core/message.js'
import { previewOf } from '../detail/history-doc.js'
import { textLine } from '../form/view-field.js'
import { layOut } from '../layout.js'
import { type Line, span } from '../line.js'
import type { ClearQuestion, Model } from '../model.js'
import type { World } from '../world.js'

/** The question before retained messages are cleared, with the messages. */
export function viewQuestion(model: Model, { messages, top, name }: ClearQuestion, world: World): Line[] {
  const { bodyRows } = layOut(model)
  const what = messages.length === 1 ? 'this retained message' : `these ${messages.length} retained messages`
  const cut = messages.filter((message) => payloadSize(message) < message.size).length
  const head: Line[] = [
    [span(` Clear ${what} on ${world.title}?`, 'warning')],
    [span(' The broker forgets them; u puts them back as long as tidings runs.', 'dim')],
    ...(cut > 0
      ? [[span(` ${cut} of them cannot be put back: tidings kept only their beginning.`, 'bad')]]
      : [])
  ]
  const room = Math.max(1, bodyRows - head.length - 2)
  const shown = messages.slice(top, top + room).map(messageLine)
  const answer: Line = name
    ? [
        span(` ${world.compose?.protectedBy} is protected: type its name to clear: `, 'strong'),
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
