import type { ChannelEntry, RememberedMessage } from '../../core/catalogue/channel-entry.js'
import { levelPaths } from '../../core/channel-levels.js'
import { type ChannelSearch, searchedText } from './channel-search.js'
import { detailDoc, positionOf, shownMessage } from './detail/detail-doc.js'
import { layOut } from './layout.js'
import { type Model, NONE } from './model.js'
import { withNotice } from './step.js'
import { pin, selectedEntry } from './update-detail.js'
import { moveToLine } from './update-tree.js'
import { acceptance, type World } from './world.js'

/**
 * Goes to the next hit of the search (`by` 1), or to the one before. The hits of a channel are the channel itself, if its name or its latest
 * payload matches, then its older messages that match. The channels follow in the order of the tree. After the last hit comes the first.
 */
export function jumpToHit(model: Model, world: World, by: 1 | -1): Model {
  const { search } = world
  if (!search) return withNotice(model, world, 'nothing is searched for; / searches')
  const entry = selectedEntry(model, world)
  const isChosen = acceptance(model, search)
  if (entry && isChosen?.(entry)) {
    const next = hitWithin(model, search, entry, by)
    if (next) return showHit(next, world)
  }
  // Branches that the user has closed hide hits, too.
  const { rows, indexOf } = world.rows({ ...model, closedMeanwhile: NONE })
  const from = model.selected === undefined ? 0 : Math.max(0, indexOf(model.selected))
  for (let step = 1; step <= rows.length; step++) {
    const at = from + by * step
    const found = rows[(at + rows.length * 2) % rows.length]?.node.entry
    if (!found || !isChosen?.(found)) continue
    const opened = openAbove(model, found.name, world)
    const landed = landOn(moveToLine(opened, world, found.name), search, found, by)
    const isRound = at < 0 || at >= rows.length
    return isRound ? withNotice(showHit(landed, world), world, roundText(by), 'good') : showHit(landed, world)
  }
  return withNotice(model, world, world.searchDone ? 'there is no hit' : 'no hit yet: still searching …')
}

function roundText(by: 1 | -1): string {
  return by > 0 ? 'that was the last hit; this is the first' : 'that was the first hit; this is the last'
}

/** The next hit of the same channel; undefined if there is none. */
function hitWithin(model: Model, search: ChannelSearch, entry: ChannelEntry, by: 1 | -1): Model | undefined {
  const shown = shownMessage(model, entry)
  if (!shown) return undefined
  const { history } = entry
  for (let at = positionOf(entry, shown) - by; at >= 0 && at < history.length; at -= by) {
    const message = history[at]
    if (message && isHit(message, search)) return pin(model, entry, message)
  }
  return by < 0 && model.pinned && search.inNames?.matches(entry.name)
    ? { ...model, pinned: undefined }
    : undefined
}

/** The first (`by` 1) or the last hit of a channel. */
function landOn(model: Model, search: ChannelSearch, entry: ChannelEntry, by: 1 | -1): Model {
  const { history, latest } = entry
  const isFirst = search.inNames?.matches(entry.name) || (latest && isHit(latest, search))
  if (by > 0 && isFirst) return pin(model, entry, latest)
  const matches = (message: RememberedMessage) => isHit(message, search)
  return pin(model, entry, (by > 0 ? history.findLast(matches) : history.find(matches)) ?? latest)
}

/** Shows the first hit of the selected channel, which the search has just found. */
export function showFirstHit(model: Model, world: World): Model {
  const entry = selectedEntry(model, world)
  if (!entry || !world.search?.has(entry.name)) return model
  return showHit(landOn(model, world.search, entry, 1), world)
}

function isHit(message: RememberedMessage, { inPayloads }: ChannelSearch): boolean {
  return inPayloads?.matches(searchedText(message)) === true
}

function openAbove(model: Model, channel: string, { tree }: World): Model {
  if (model.closedMeanwhile.size === 0) return model
  const closedMeanwhile = new Set(model.closedMeanwhile)
  for (const path of levelPaths(channel, tree.separator)) closedMeanwhile.delete(path)
  return { ...model, closedMeanwhile }
}

/** Lines of a payload in which a hit is looked for. */
const LONGEST = 20_000
/** Lines that are shown above a hit. */
const ABOVE = 2

/** Moves the cursor of the payload to its first hit, so that the hit is on the screen. */
function showHit(model: Model, world: World): Model {
  if (model.tab !== 'payload' || !world.search?.inPayloads) return model
  const doc = detailDoc(model, world)
  const { contentRows } = layOut(model)
  for (let line = 0; line < Math.min(doc.length, LONGEST); line++) {
    if (!doc.line(line).some(({ style }) => style === 'hit')) continue
    if (doc.cursorLines > 0) return { ...model, line, top: line < contentRows ? 0 : line - ABOVE }
    return { ...model, top: line < contentRows ? 0 : line - ABOVE }
  }
  return model
}
