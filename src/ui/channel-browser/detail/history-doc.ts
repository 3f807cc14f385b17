import { formatByteSize } from '../../../core/byte-size.js'
import type { ChannelEntry, RememberedMessage } from '../../../core/catalogue/channel-entry.js'
import { formatTimeOfDay } from '../../local-time.js'
import { bindingLetters } from '../../message-binding.js'
import { visibleValue } from '../../visible-value.js'
import { searchedText } from '../channel-search.js'
import { markedSpans } from '../hit-marks.js'
import { type Line, span } from '../line.js'
import type { TextSearch } from '../text-search.js'
import type { Doc } from './doc.js'
import { payloadValue } from './payload-doc.js'

const PREVIEW = 400

/** The messages that are kept, the latest first. Those that the search finds are marked with `*`. */
export function historyDoc(entry: ChannelEntry, search: TextSearch | undefined): Doc {
  const history = entry.history
  return {
    length: history.length,
    cursorLines: history.length,
    valueAt: (index) => {
      const message = history[history.length - 1 - index]
      return message && payloadValue(message)
    },
    line: (index) => {
      const message = history[history.length - 1 - index]
      return message ? historyLine(message, search) : []
    }
  }
}

function historyLine(message: RememberedMessage, search: TextSearch | undefined): Line {
  const { guarantee, key } = message
  const marks = [...(guarantee === undefined ? [] : [`q${guarantee}`]), ...bindingLetters(message)]
  const found = search?.matches(searchedText(message))
  const preview = previewOf(message)
  return [
    span(found ? '* ' : '  ', 'warning'),
    span(`${formatTimeOfDay(message.time)} `),
    ...marks.map((mark) => span(`${mark} `, 'dim')),
    span(`${formatByteSize(message.size)} `, 'dim'),
    ...(key === undefined ? [] : [span(`key ${visibleValue(key)} `, 'dim')]),
    ...markedSpans(preview, found ? (search?.hits(preview) ?? []) : [])
  ]
}

/** The beginning of a payload on one line. */
export function previewOf(message: RememberedMessage): string {
  const { payload } = message
  if (payload === null) return '(no payload)'
  if (payload.length === 0) return '(empty)'
  const { buffer, byteOffset, length } = payload
  const text = Buffer.from(buffer, byteOffset, Math.min(length, PREVIEW)).toString('utf8')
  const replaced = text.match(/\ufffd|[\0-\x08]/g)?.length ?? 0
  if (replaced > 1) return `0x${Buffer.from(buffer, byteOffset, Math.min(length, 64)).toString('hex')}`
  return text.replace(/\s+/g, ' ')
}
