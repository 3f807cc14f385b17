import type { BrowserEvent } from './browser-event.js'
import { compileFilter } from './channel-filter.js'
import { nextScope } from './channel-search.js'
import { pressInQuestion } from './clear-retained.js'
import { doCommand } from './commands.js'
import { pressInAsk } from './form/ask.js'
import { takeEdited } from './form/edit-payload.js'
import { takeBack } from './form/send-form.js'
import { pressInForm } from './form/update-form.js'
import { isChanged } from './form/written.js'
import { showFirstHit } from './jump-to-hit.js'
import type { Key } from './key-decoder.js'
import { commandOf } from './keys.js'
import { layOut } from './layout.js'
import { leaveIfAnswered } from './leave.js'
import { isChosen, type Model, type Notice, type Prompt } from './model.js'
import { point } from './point.js'
import { editPrompt } from './prompt.js'
import { type Step, stay, withNotice } from './step.js'
import { settleDetail } from './update-detail.js'
import { followChoice, openWhatFits, select, selectedRow } from './update-tree.js'
import { helpPlace } from './view/view-help.js'
import { acceptance, type World } from './world.js'

/** Returns the model after an event, and the effects to perform. Pure: it changes no model and performs no effect. */
export function update(model: Model, event: BrowserEvent, world: World): Step {
  const step = react(model, event, world)
  return { model: settle(seek(followChoice(model, step.model, world), world), world), effects: step.effects }
}

function react(model: Model, event: BrowserEvent, world: World): Step {
  switch (event.kind) {
    case 'key':
      return isEscaped(event.key, model) ? escapeAnd(event.key, model, world) : press(event.key, model, world)
    case 'resize':
      return stay({ ...model, size: event.size })
    case 'notice':
      return stay(tell(model, world, event))
    case 'not-searched':
      return stay(event.search === model.search ? withSearchProblem(event, model, world) : model)
    case 'cleared':
      return stay(tell({ ...model, undo: [...model.undo, event.messages] }, world, event))
    case 'not-published':
      return stay({ ...takeBack(event, model, world), isLeaving: false })
    case 'answered':
      return leaveIfAnswered(model, world)
    case 'edited':
      return stay(takeEdited(event.bytes, model, world))
    case 'restored':
      return stay(tell({ ...model, undo: model.undo.slice(0, -1) }, world, event))
    case 'tick':
      return stay(model.notice && model.notice.until <= world.clock ? { ...model, notice: undefined } : model)
  }
}

/** A terminal sends Alt with a key as Escape and the key, so that Escape with a key soon behind it looks the same. Where nothing is lost, it is that, but for the two that go by words. */
function isEscaped({ name }: Key, { form, helpTop }: Model): boolean {
  const isUntouched = form !== undefined && !isChanged(form) && form.question === undefined
  return (isUntouched || helpTop !== undefined) && /^alt-[^bf]$/u.test(name)
}

function escapeAnd({ name }: Key, model: Model, world: World): Step {
  const text = name.slice('alt-'.length)
  const closed = press({ name: 'escape' }, model, world)
  const next = press({ name: text, text }, closed.model, world)
  return { model: next.model, effects: [...closed.effects, ...next.effects] }
}

/** Tells what became of something. What went wrong is to be read, so the browser stays open. */
function tell(model: Model, world: World, { text, tone }: Pick<Notice, 'text' | 'tone'>): Model {
  return withNotice(tone === 'bad' ? { ...model, isLeaving: false } : model, world, text, tone)
}

function press(key: Key, before: Model, world: World): Step {
  if (key.pointer) return stay(point(key.pointer, before, world))
  if (key.name === 'ctrl-c' || (before.isLeaving && commandOf(key) === 'quit'))
    return doCommand('quit', before, world)
  // Whoever presses another key goes on.
  const model: Model = { ...before, isLeaving: false }
  if (key.name === 'ctrl-z') return doCommand('suspend', model, world)
  if (model.form) return pressInForm(key, model.form, model, world)
  if (model.ask) return pressInAsk(key, model.ask, model, world)
  if (model.prompt) return pressInPrompt(key, model.prompt, model, world)
  if (model.question) return pressInQuestion(key, model.question, model, world)
  if (model.helpTop !== undefined) return stay(pressInHelp(key, model.helpTop, model))
  const command = commandOf(key)
  const next: Model = { ...model, notice: undefined, seeking: false }
  return command ? doCommand(command, next, world) : stay(withNotice(next, world, unknownText(key)))
}

function unknownText({ name, text }: Key): string {
  const what = name === 'paste' ? 'pasted text' : name === 'unknown' ? 'this key' : (text ?? name)
  return `no command on ${what}; ? shows the keys`
}

function pressInPrompt(key: Key, prompt: Prompt, model: Model, world: World): Step {
  if (key.name === 'escape') return stay(undoPrompt(prompt, model, world))
  if (key.name === 'enter') return stay(keepPrompt(prompt, model, world))
  if (key.name === 'up' || key.name === 'down')
    return doCommand(key.name, { ...model, focus: 'tree', seeking: false }, world)
  if (key.name === 'tab' && prompt.kind === 'search') return stay(turnScope(model))
  const edited = editPrompt(prompt, key)
  return stay({ ...take(model, prompt.kind, edited.text, world), prompt: edited })
}

/** Undoes what was typed. Restores the selection, too, if no filter or search was set before. */
function undoPrompt(prompt: Prompt, model: Model, world: World): Model {
  const scope = prompt.scopeBefore ?? model.scope
  const undone: Model = { ...take(model, prompt.kind, prompt.before, world), scope, prompt: undefined }
  return isChosen(model) && !isChosen(undone) ? select(undone, model.selectedBefore) : undone
}

function keepPrompt({ kind }: Prompt, model: Model, world: World): Model {
  const kept: Model = { ...model, prompt: undefined }
  if (kind !== 'search' || model.searchProblem === undefined) return kept
  return withNotice(kept, world, `cannot search for "${model.search}": ${model.searchProblem}`, 'bad')
}

/** The line of the search shows what is wrong while the user types; later it is told. */
function withSearchProblem(
  { why, text }: Pick<Extract<BrowserEvent, { kind: 'not-searched' }>, 'why' | 'text'>,
  model: Model,
  world: World
): Model {
  const marked: Model = { ...model, searchProblem: why }
  return model.prompt?.kind === 'search' ? marked : withNotice(marked, world, text, 'bad')
}

function turnScope(model: Model): Model {
  return { ...model, scope: nextScope(model.scope), seeking: model.search !== '' }
}

/** A filter and a search take effect while they are typed. */
function take(model: Model, kind: Prompt['kind'], text: string, world: World): Model {
  if (kind === 'search')
    return {
      ...model,
      search: text,
      searchProblem: text === model.search ? model.searchProblem : undefined,
      seeking: text !== ''
    }
  if (kind !== 'filter' || text === (model.filter?.text ?? '')) return model
  const filter = text.trim() === '' ? undefined : { text, accepts: compileFilter(text, world.grammar) }
  return selectAccepted({ ...model, filter }, world)
}

/** Selects the first channel that the search has found, and shows the message that matches. The search may take several frames. */
function seek(model: Model, world: World): Model {
  if (!model.seeking || !world.search || world.rows(model).accepted === 0) return model
  return { ...showFirstHit(selectAccepted(model, world), world), seeking: false }
}

/** Selects the first accepted channel, unless the selected channel is accepted. */
function selectAccepted(model: Model, world: World): Model {
  const accepts = acceptance(model, world.search)
  const entry = selectedRow(model, world)?.node.entry
  if (!accepts || (entry && accepts(entry))) return model
  const first = world.rows(model).rows.find(({ node }) => node.entry && accepts(node.entry))
  return first ? { ...select(model, first.node.path), offset: 0 } : model
}

function pressInHelp(key: Key, top: number, model: Model): Model {
  const command = commandOf(key)
  const page = layOut(model).bodyRows
  const to = (line: number) => ({
    ...model,
    helpTop: Math.max(0, Math.min(line, helpPlace(model).lastTop))
  })
  if (command === 'up') return to(top - 1)
  if (command === 'down') return to(top + 1)
  if (command === 'page-down' || key.name === 'space') return to(top + page)
  if (command === 'page-up') return to(top - page)
  return { ...model, helpTop: undefined }
}

/** Adapts the model to the present tree and screen: one line is selected, and it is on the screen. */
function settle(model: Model, world: World): Model {
  const opened = openWhatFits(model, world)
  const { rows, indexOf } = world.rows(opened)
  const at = Math.max(0, opened.selected === undefined ? 0 : indexOf(opened.selected))
  const { treeRows } = layOut(opened)
  const top = Math.min(at - Math.min(opened.offset, treeRows - 1), rows.length - treeRows)
  const offset = at - Math.max(0, top)
  const selected = select(opened, rows[at]?.node.path)
  return settleDetail(offset === selected.offset ? selected : { ...selected, offset }, world)
}
