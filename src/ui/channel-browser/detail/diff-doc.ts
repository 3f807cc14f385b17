import type { RememberedMessage } from '../../../core/catalogue/channel-entry.js'
import { counted } from '../../../core/counted.js'
import { formatDuration } from '../../../core/duration.js'
import { diffOutlines, formatDifference, type JsonChange } from '../../../core/json/json-diff.js'
import { formatPointer } from '../../../core/json/json-outline.js'
import { type Line, plainText, span, spans } from '../line.js'
import { type Doc, docOf, wrapLine } from './doc.js'
import { tokenSpans } from './json-lines.js'
import { type Content, contentOf } from './message-content.js'
import { hexLine } from './payload-doc.js'
import { type ShownDiff, SIGNS, STYLES, textDiff } from './text-diff.js'

/** What changed since the message before: JSON by values, text by words and lines, bytes by lines of a hex dump. */
export function diffDoc(before: RememberedMessage | undefined, after: RememberedMessage, width: number): Doc {
  if (!before) return docOf([[span('no message before this one is kept', 'dim')]])
  const changes = changedLines(contentOf(before), contentOf(after), width)
  const apart = formatDuration(Math.max(0, (after.time - before.time) / 1000))
  const head: Line = [
    span(changes.count === 0 ? 'no change' : counted(changes.count, 'change'), 'strong'),
    span(` in ${apart}`, 'dim')
  ]
  return docOf([...wrapLine(head, width), ...changes.lines])
}

function changedLines(before: Content, after: Content, width: number): ShownDiff {
  if (before.kind === 'json' && after.kind === 'json') {
    const changes = diffOutlines(before.outline, after.outline)
    return {
      count: changes.length,
      lines: changes.flatMap((change) => wrapLine(changeLine(change), width, 4))
    }
  }
  const hasWords = before.kind !== 'binary' && after.kind !== 'binary'
  return textDiff(textLines(before), textLines(after), width, hasWords)
}

function changeLine(change: JsonChange): Line {
  const difference = formatDifference(change)
  return [
    span(SIGNS[change.kind], STYLES[change.kind]),
    ...spans(formatPointer(change.pointer), 'name'),
    span('  '),
    ...(change.before ? tokenSpans(change.before) : []),
    ...(change.before && change.after ? [span(' → ', 'dim')] : []),
    ...(change.after ? tokenSpans(change.after) : []),
    ...(difference ? [span(`  (${difference})`, 'dim')] : [])
  ]
}

function textLines(content: Content): string[] {
  if (content.kind === 'null') return ['(no payload)']
  if (content.kind === 'empty') return []
  if (content.kind !== 'binary') return content.text.split(/\r\n|\n/)
  const lines: string[] = []
  for (let at = 0; at < content.bytes.length; at += 8) lines.push(plainText(hexLine(content.bytes, at, 8, 4)))
  return lines
}
