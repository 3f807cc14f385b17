import type { ChannelEntry, RememberedMessage } from '../../../core/catalogue/channel-entry.js'
import { layOut } from '../layout.js'
import { span } from '../line.js'
import type { Model } from '../model.js'
import type { World } from '../world.js'
import { branchDoc } from './branch-doc.js'
import { chartDoc } from './chart-doc.js'
import { diffDoc } from './diff-doc.js'
import { type Doc, docOf } from './doc.js'
import { historyDoc } from './history-doc.js'
import { withOverview } from './overview-doc.js'
import { payloadDoc } from './payload-doc.js'
import { propertiesDoc } from './properties-doc.js'
import { schemaDoc } from './schema-doc.js'

/** The message that the detail pane shows: the pinned one, or the latest; none while none came. */
export function shownMessage(model: Model, entry: ChannelEntry): RememberedMessage | undefined {
  return model.pinned ?? entry.latest
}

/** Where a message is in its channel's history; -1 once it is no longer kept. */
export function positionOf(entry: ChannelEntry, message: RememberedMessage): number {
  const first = entry.history[0]
  if (!first) return -1
  // Sequence numbers ascend, mostly without gaps. Where there are gaps, the message is searched for.
  const guess = message.sequence - first.sequence
  return entry.history[guess] === message ? guess : entry.history.indexOf(message)
}

/** The number that the chart shows or marks: the chosen one, or the one that moves most. */
export function chosenField(model: Model, world: World, entry: ChannelEntry): string | undefined {
  return model.field ?? world.numbers(entry).liveliest
}

/** What the detail pane shows below its head. */
export function detailDoc(model: Model, world: World): Doc {
  const { detailWidth, treeWidth, contentRows } = layOut(model)
  // While only the tree is on the screen, the doc is still asked for its length.
  const width = Math.max(8, detailWidth || treeWidth)
  const node = model.selected === undefined ? undefined : world.tree.find(model.selected)
  if (!node) return docOf([])
  if (!node.entry) return branchDoc(node, world.now, width)
  return channelDoc(model, world, node.entry, width, contentRows)
}

function channelDoc(model: Model, world: World, entry: ChannelEntry, width: number, height: number): Doc {
  const message = shownMessage(model, entry)
  if (model.tab === 'properties') return propertiesDoc(entry, message, world.now, width)
  if (!message) return docOf([[span('no message yet', 'dim')]])
  const before = entry.history[positionOf(entry, message) - 1]
  switch (model.tab) {
    case 'payload': {
      const { folded, field, window } = model
      const search = world.search?.inPayloads
      const parts = [model.tab, entry.latest, message, folded, field, window, width, height, search]
      return world.memo(parts, () => {
        const wish = { width, height, field, window }
        return withOverview(
          payloadDoc(message, folded, width, search),
          entry,
          world.numbers(entry),
          message,
          before,
          wish
        )
      })
    }
    case 'diff':
      return world.memo([model.tab, message, before, width], () => diffDoc(before, message, width))
    case 'chart': {
      const { field, isAlone, window } = model
      return world.memo([model.tab, entry.latest, field, isAlone, window, width, height], () =>
        chartDoc(entry, world.numbers(entry), { field, isAlone, window, width, height })
      )
    }
    case 'history':
      return historyDoc(entry, world.search?.inPayloads)
    case 'schema':
      return world.memo([model.tab, entry, entry.examined, model.folded, width], () =>
        schemaDoc(entry, model.folded, width)
      )
  }
}
