import { formatByteSize } from '../../../core/byte-size.js'
import type { ChannelEntry } from '../../../core/catalogue/channel-entry.js'
import { detailDoc, positionOf, shownMessage } from '../detail/detail-doc.js'
import { contentOf } from '../detail/message-content.js'
import { formatTimeOfDay } from '../figures.js'
import { layOut } from '../layout.js'
import { fitLine, type Line, lineWidth, type Span, selectLine, span } from '../line.js'
import { type Model, TABS } from '../model.js'
import type { World } from '../world.js'

/** The detail pane: the channel's name, facts of the message shown, tabs, and the tab's content. */
export function viewDetail(model: Model, world: World, width: number): Line[] {
  const node = model.selected === undefined ? undefined : world.tree.find(model.selected)
  if (!node) return [[span(' nothing is selected', 'dim')]]
  const { contentRows } = layOut(model)
  const doc = detailDoc(model, world)
  const content: Line[] = []
  for (let index = model.top; index < Math.min(doc.length, model.top + contentRows); index++) {
    const line = doc.line(index)
    const isCursor = doc.hasCursor && index === model.line && model.focus === 'detail'
    content.push(isCursor ? selectLine(fitLine(line, width)) : line)
  }
  const { entry } = node
  return [
    [span(` ${node.path === '' ? '(empty)' : node.path}`, model.focus === 'detail' ? 'title' : 'strong')],
    entry ? factsLine(model, entry) : [span(` ${node.channels} channels below`, 'dim')],
    entry ? tabsLine(model, width) : [],
    ...content
  ]
}

function factsLine(model: Model, entry: ChannelEntry): Line {
  const message = shownMessage(model, entry)
  const position = positionOf(entry, message)
  const which = model.pinned
    ? span(
        ` past ${position < 0 ? '(no longer kept)' : `${position + 1}/${entry.history.length}`} `,
        'warning'
      )
    : span(' latest ', 'good')
  const { qos, retain, dup } = message.mqtt
  const facts = [
    formatTimeOfDay(message.time),
    `QoS ${qos}`,
    ...(retain ? ['retained'] : []),
    ...(dup ? ['dup'] : []),
    formatByteSize(message.size),
    contentOf(message).kind
  ]
  return [which, span(facts.join(' · '), 'dim')]
}

/** The tabs with their keys; where they have no room, the names of the others are cut. */
function tabsLine(model: Model, width: number): Line {
  for (const letters of [10, 5, 3, 0]) {
    const line = TABS.flatMap((tab, index): Span[] => {
      const name = tab === model.tab ? tab : tab.slice(0, letters)
      const text = letters === 0 && tab !== model.tab ? `${index + 1}` : `${index + 1} ${name}`
      return tab === model.tab ? [span(`[${text}]`, 'strong')] : [span(` ${text} `, 'dim')]
    })
    if (lineWidth(line) <= width || letters === 0) return line
  }
  return []
}
