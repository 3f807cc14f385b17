import { counted } from '../../counted.js'
import { formatCount, formatRate } from '../figures.js'
import { fitLine, type Line, lineWidth, selectLine, span } from '../line.js'
import type { Model } from '../model.js'
import type { World } from '../world.js'

/** The first line: what is looked at, how much of it there is, and whether the view is live. */
export function viewHeader(model: Model, world: World): Line {
  const { messages, rate, dropped } = world.totals
  const figures = [
    ...(world.recording ? [`● REC ${formatCount(world.recording.count)}`] : []),
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
  const state = model.paused ? '‖ PAUSED' : '● live'
  let right: Line = [span(` ${state} `)]
  // The most important figures are added first, the others as far as they fit beside the title.
  for (const figure of figures.reverse()) {
    const longer = [span(`  ${figure}`), ...right]
    if (lineWidth(longer) + 24 <= model.size.columns) right = longer
  }
  const left = fitLine([span(` tidings  ${world.title}`)], Math.max(0, model.size.columns - lineWidth(right)))
  return selectLine([...left, ...right], 'bar')
}
