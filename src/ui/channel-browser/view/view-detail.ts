import { type ChannelEntry, isPlacedBySource } from '../../../core/catalogue/channel-entry.js'
import { counted } from '../../../core/counted.js'
import { formatSourceTime, formatTimeOfDay } from '../../local-time.js'
import { bindingMarks, toldGuarantee } from '../../message-binding.js'
import { visibleValue } from '../../visible-value.js'
import { detailDoc, positionOf, shownMessage } from '../detail/detail-doc.js'
import { describeSize } from '../detail/message-content.js'
import { markedName } from '../hit-marks.js'
import { layOut } from '../layout.js'
import { fitLine, type Line, selectLine, span } from '../line.js'
import type { Model } from '../model.js'
import type { World } from '../world.js'
import { tabsLine } from './tabs-line.js'

/** The detail pane: the channel's name, facts of the message shown, tabs, and the tab's content. */
export function viewDetail(model: Model, world: World, width: number): Line[] {
  const node = model.selected === undefined ? undefined : world.tree.find(model.selected)
  if (!node) return [[span(' nothing is selected', 'dim')]]
  const { contentRows } = layOut(model)
  const doc = detailDoc(model, world)
  const content: Line[] = []
  for (let index = model.top; index < Math.min(doc.length, model.top + contentRows); index++) {
    const line = doc.line(index)
    const isCursor = doc.cursorLines > 0 && index === model.line && model.focus === 'detail'
    content.push(isCursor ? selectLine(fitLine(line, width)) : line)
  }
  const { entry } = node
  return [
    [
      span(' '),
      ...markedName(
        node.path === '' ? '(empty)' : node.path.slice(0, 4096),
        width - 1,
        model.focus === 'detail' ? 'title' : 'strong',
        world.search?.inNames
      )
    ],
    entry ? factsLine(model, entry) : [span(` ${counted(node.channels, 'channel')} below`, 'dim')],
    entry ? tabsLine(model.tab, width) : [],
    ...content
  ]
}

function factsLine(model: Model, entry: ChannelEntry): Line {
  const message = shownMessage(model, entry)
  if (!message) return [span(' listed by the broker', 'dim')]
  const position = positionOf(entry, message)
  const { key, sourceTime, time } = message
  const guarantee = toldGuarantee(message)
  const facts = [
    formatTimeOfDay(time),
    describeSize(message, ' '),
    ...(guarantee === undefined ? [] : [`QoS ${guarantee}`]),
    ...bindingMarks(message),
    ...(key === undefined ? [] : [`key ${visibleValue(key)}`]),
    ...(sourceTime === undefined || isPlacedBySource(message)
      ? []
      : [`published ${formatSourceTime(sourceTime, time)}`])
  ]
  const past = position < 0 ? 'past' : `past ${position + 1}/${entry.history.length}`
  return [...(model.pinned ? [span(` ${past}`, 'warning')] : []), span(` ${facts.join(' · ')}`, 'dim')]
}
