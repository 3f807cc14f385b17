import type { ChannelEntry } from '../../core/catalogue/channel-entry.js'
import { payloadBytes } from '../../core/message.js'
import { askToClear, undo } from './clear-retained.js'
import { copyValue } from './copy-value.js'
import { shownMessage } from './detail/detail-doc.js'
import { askToExport, askToRecord, askToSave, askToStream } from './form/ask.js'
import { openForm } from './form/update-form.js'
import { jumpToHit } from './jump-to-hit.js'
import type { Command } from './keys.js'
import { layOut } from './layout.js'
import { quit } from './leave.js'
import type { Model, Prompt } from './model.js'
import { type Step, stay, withNotice } from './step.js'
import { describeOrder, nextOrder, type TreeOrder } from './tree-order.js'
import { turnWindow } from './update-chart.js'
import { fold, foldAll, moveInDetail, selectedEntry, showTab, turnTab, walkHistory } from './update-detail.js'
import {
  closeAll,
  closeSelected,
  moveInTree,
  openAllBelow,
  openSelected,
  toggleSelected
} from './update-tree.js'
import type { World } from './world.js'

/** Does what a key stands for. */
export function doCommand(command: Command, model: Model, world: World): Step {
  const { treeRows, contentRows } = layOut(model)
  const inTree = model.focus === 'tree'
  const move = (by: number) => stay(inTree ? moveInTree(model, world, by) : moveInDetail(model, world, by))
  const page = (inTree ? treeRows : contentRows) - 1
  switch (command) {
    case 'up':
      return move(-1)
    case 'down':
      return move(1)
    case 'page-up':
      return move(-Math.max(1, page))
    case 'page-down':
      return move(Math.max(1, page))
    case 'first':
      return move(-ALL)
    case 'last':
      return move(ALL)
    case 'open':
      return stay(inTree ? openSelected(model, world) : fold(model, world, true))
    case 'close':
      return stay(inTree ? closeSelected(model, world) : closeInDetail(model, world))
    case 'enter':
      return stay(inTree ? toggleSelected(model, world) : fold(model, world, undefined))
    case 'open-all':
      return stay(inTree ? openAllBelow(model, world) : foldAll(model, world, true))
    case 'close-all':
      return stay(inTree ? closeAll(model, world) : foldAll(model, world, false))
    case 'other-pane':
      return stay({ ...model, focus: inTree ? 'detail' : 'tree' })
    case 'zoom':
      return stay({ ...model, zoomed: !model.zoomed })
    case 'next-tab':
      return stay(turnTab(model, 1))
    case 'previous-tab':
      return stay(turnTab(model, -1))
    case 'payload':
    case 'properties':
    case 'diff':
    case 'chart':
    case 'history':
    case 'schema':
      return stay(selectedEntry(model, world) ? showTab(model, command) : noChannel(model, world))
    case 'shorter':
      return stay(turnWindow(model, world, 1))
    case 'longer':
      return stay(turnWindow(model, world, -1))
    case 'filter':
      return stay({ ...model, prompt: promptFor('filter', model.filter?.text ?? '') })
    case 'search':
      return stay({ ...model, prompt: { ...promptFor('search', model.search), scopeBefore: model.scope } })
    case 'next-hit':
      return stay(jumpToHit(model, world, 1))
    case 'previous-hit':
      return stay(jumpToHit(model, world, -1))
    case 'next-order':
      return stay(orderBy(model, world, nextOrder(model.order)))
    case 'reverse-order':
      return stay(orderBy(model, world, { ...model.order, reversed: !model.order.reversed }))
    case 'pause':
      return stay({ ...model, paused: !model.paused })
    case 'back':
      return stay(back(model))
    case 'help':
      return stay({ ...model, helpTop: 0 })
    case 'mouse':
      return toggleMouse(model, world)
    case 'redraw':
      return { model, effects: [{ kind: 'redraw' }] }
    case 'quit':
      return quit(model, world)
    case 'suspend':
      return { model, effects: [{ kind: 'suspend' }] }
    case 'subscribe':
      return askToStream(model, world)
    case 'publish':
      return openForm(model, world)
    case 'record':
      return askToRecord(model, world)
    case 'export':
      return askToExport(model, world)
    case 'undo':
      return undo(model, world)
    default:
      return doWithSelection(command, model, world)
  }
}

function toggleMouse(model: Model, world: World): Step {
  const on = !model.mouse
  const text = on ? 'the mouse is on' : 'the mouse is off: the terminal selects text; M turns it on'
  return { model: withNotice({ ...model, mouse: on }, world, text, 'good'), effects: [{ kind: 'mouse', on }] }
}

function noChannel(model: Model, world: World): Model {
  return withNotice(model, world, 'this is a level with channels below, not a channel')
}

// Further than any list is long.
const ALL = Number.MAX_SAFE_INTEGER

/** A prompt with a text to start from, the cursor at its end. */
function promptFor(kind: Prompt['kind'], text: string): Prompt {
  return { kind, text, cursor: text.length, before: text }
}

function closeInDetail(model: Model, world: World): Model {
  const closed = fold(model, world, false)
  return closed === model ? { ...model, focus: 'tree' } : closed
}

/** Goes one step back. Leaves, in this order: a message of the past, a number alone, the zoom, the detail pane, the search, the filter. */
function back(model: Model): Model {
  if (model.pinned) return { ...model, pinned: undefined }
  if (model.isAlone && model.tab === 'chart' && model.focus === 'detail') return { ...model, isAlone: false }
  if (model.zoomed) return { ...model, zoomed: false }
  if (model.focus === 'detail') return { ...model, focus: 'tree' }
  if (model.search !== '') return { ...model, search: '', searchProblem: undefined }
  return { ...model, filter: undefined, notice: undefined }
}

type SelectionCommand = Extract<
  Command,
  'older' | 'newer' | 'copy-channel' | 'copy-payload' | 'copy-value' | 'save' | 'clear'
>

function doWithSelection(command: SelectionCommand, model: Model, world: World): Step {
  const node = model.selected === undefined ? undefined : world.tree.find(model.selected)
  if (!node) return stay(withNotice(model, world, 'no channel is selected'))
  if (command === 'copy-channel') return { model, effects: [{ kind: 'copy', bytes: Buffer.from(node.path) }] }
  if (command === 'save') return askToSave(model, world, node)
  if (command === 'clear') return stay(askToClear(model, world, node))
  const entry = selectedEntry(model, world)
  if (!entry) return stay(noChannel(model, world))
  switch (command) {
    case 'copy-payload':
      return copyPayload(model, world, entry)
    case 'copy-value':
      return copyValue(model, world)
    case 'older':
      return stay(walkHistory(model, entry, -1))
    case 'newer':
      return stay(walkHistory(model, entry, 1))
  }
}

function copyPayload(model: Model, world: World, entry: ChannelEntry): Step {
  const message = shownMessage(model, entry)
  if (!message) return stay(withNotice(model, world, 'no message came on this channel yet'))
  return { model, effects: [{ kind: 'copy', bytes: payloadBytes(message) }] }
}

function orderBy(model: Model, world: World, order: TreeOrder): Model {
  return withNotice({ ...model, order }, world, `ordered by ${describeOrder(order)}`, 'good')
}
