import { counted } from '../../../core/counted.js'
import { visibleText } from '../../../core/visible-text.js'
import { cellWidth, truncateMiddle } from '../../cell-width.js'
import { formatCount, formatRate } from '../figures.js'
import { fitLine, type Line, lineWidth, type Style, selectLine, span } from '../line.js'
import type { Model } from '../model.js'
import type { World } from '../world.js'
import { connectionTexts } from './view-connection.js'

/** Cells that are left to the title in any case, where the screen has as many. Figures leave it up to half of the screen. */
const TITLE = 24
/** Less than that of a reason says nothing. */
const SHORTEST_REASON = 12

/** The first line: what is looked at, how much of it there is, and how it stands with the connection. */
export function viewHeader(model: Model, world: World): Line {
  const { messages, rate, dropped } = world.totals
  const recording = world.recording ? [span(`  ● REC ${formatCount(world.recording.count)}`)] : []
  const figures = [
    ...(dropped.beyondChannels > 0
      ? [`! ${counted(dropped.beyondChannels, 'message', formatCount)} beyond the limit`]
      : []),
    ...(dropped.unlisted > 0
      ? [`! ${counted(dropped.unlisted, 'channel', formatCount)} beyond the limit`]
      : []),
    counted(world.tree.revision, 'channel', formatCount),
    counted(messages, 'message', formatCount),
    formatRate(rate)
  ]
  let right = viewState(model, world)
  // The most important figures are added first, the others as far as they fit beside the title.
  for (const figure of figures.reverse()) {
    const longer = [span(`  ${figure}`), ...right]
    if (lineWidth([...recording, ...longer]) + titleRoom(model, world) <= model.size.columns) right = longer
  }
  if (lineWidth([...recording, ...right]) + TITLE <= model.size.columns) right = [...recording, ...right]
  const bar: Style = world.color === undefined ? 'bar' : `bar-${world.color}`
  const room = Math.max(0, model.size.columns - lineWidth(right))
  const left = fitLine([span(titleIn(room, world.title))], room)
  return [
    ...selectLine(left, bar),
    ...right.map((piece) => (piece.style === 'bad' ? piece : { ...piece, style: bar }))
  ]
}

function titleRoom({ size }: Model, { title }: World): number {
  return Math.max(TITLE, Math.min(cellWidth(visibleText(title)) + 2, Math.floor(size.columns / 2)))
}

/** The title, or as much of it as tells the broker: a profile's name or a scheme begins it, and a port ends it. */
function titleIn(room: number, title: string): string {
  const shown = visibleText(title)
  const whole = ` tidings  ${shown}`
  return cellWidth(whole) <= room ? whole : ` ${truncateMiddle(shown, room - 1)}`
}

/** The longest text for which there is room. Of a text with a reason the end may be cut. */
function viewState({ paused, size }: Model, { state, clock }: World): Line {
  const before = [span(` ${paused ? '‖ PAUSED ' : ''}`)]
  const isTrouble = state.kind === 'reconnecting' || state.kind === 'ended'
  if (paused && !isTrouble) return before
  const texts = connectionTexts(state, clock)
  const room = size.columns - TITLE - lineWidth(before) - 1
  const [longest = [], second = longest] = texts
  if (isTrouble && lineWidth(second) + SHORTEST_REASON <= room)
    return [...before, ...(lineWidth(longest) > room ? fitLine(longest, room) : longest), span(' ')]
  const fitting = texts.find((text) => lineWidth(text) <= room) ?? texts.at(-1) ?? []
  return [...before, ...fitting, span(' ')]
}
