import { formatByteSize } from '../../../core/byte-size.js'
import type { Dropped } from '../../../core/catalogue/channel-catalogue.js'
import type { ConnectionState } from '../../../core/connection-state.js'
import { counted } from '../../../core/counted.js'
import { formatCount } from '../figures.js'
import { fitLine, type Line, lineWidth, type Span, span } from '../line.js'
import type { Totals } from '../world.js'

/** From this share of the memory on, it counts as full: messages are forgotten to make room for others. */
const FULL = 0.97

/**
 * How often it was tried to connect again, what was left out to stay within time and memory, and how much of the memory is used: in so
 * many cells, at their right end. What has no room in words has it in fewer.
 */
export function viewLimits(totals: Totals, state: ConnectionState, width: number): Span[] {
  if (width < 1) return []
  const tried = state.kind === 'reconnecting' && state.tries > 0 ? [triesText(state.tries)] : []
  for (const isShort of [false, true]) {
    const left = [
      ...tried.map((text) => (isShort ? text : `${text} to connect again`)),
      ...droppedTexts(totals, isShort)
    ]
    const warnings = left.length > 0 ? [span(` ! ${left.join('; ')}`, 'warning')] : []
    const memory = memoryLine(totals.memory, isShort)
    const room = width - lineWidth(memory)
    if (lineWidth(warnings) < room) return [...fitLine(warnings, room), ...memory]
    if (isShort) return fitLine(warnings, width)
  }
  return []
}

const triesText = (tries: number): string => (tries === 1 ? '1 try' : `${formatCount(tries)} tries`)

function memoryLine({ used, limit }: Totals['memory'], isShort: boolean): Line {
  const isFull = used >= limit * FULL
  const full = isFull ? (isShort ? 'full ' : 'memory full: ') : isShort ? '' : 'memory '
  return [span(`${full}${shareText(used, limit, isShort ? '/' : ' of ')} `, isFull ? 'warning' : 'dim')]
}

/** The unit stands once, if both have the same one. */
function shareText(used: number, limit: number, between: string): string {
  const [amount, unit] = formatByteSize(used).split(' ')
  const whole = formatByteSize(limit)
  return whole.endsWith(` ${unit}`) ? `${amount}${between}${whole}` : `${amount} ${unit}${between}${whole}`
}

function droppedTexts({ messages, dropped }: Totals, isShort: boolean): string[] {
  const { beyondChannels, unlisted, beyondBytes, unexamined } = dropped
  const of = (count: number) => (isShort ? formatCount(count) : counted(count, 'message', formatCount))
  const where = isShort ? '' : 'on channels '
  return [
    ...(beyondChannels > 0 ? [`${of(beyondChannels)} ${where}beyond the limit`] : []),
    ...(unlisted > 0 ? [`${counted(unlisted, 'channel', formatCount)} beyond the limit`] : []),
    ...(beyondBytes > 0 ? [`${of(beyondBytes)} not kept`] : []),
    ...(unexamined > 0
      ? [`${examinedShare(messages, dropped)}${isShort ? '' : ' of messages'} looked into`]
      : [])
  ]
}

/** The share of the messages on the channels shown whose payloads were examined for kinds and schemas. */
function examinedShare(messages: number, { beyondChannels, unexamined }: Dropped): string {
  const all = messages - beyondChannels
  const percent = Math.floor(((all - unexamined) / all) * 100)
  return percent < 1 ? '<1 %' : `${percent} %`
}
