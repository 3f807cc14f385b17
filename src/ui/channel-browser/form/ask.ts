import { heldBelow } from '../held-messages.js'
import type { Key } from '../key-decoder.js'
import type { Model } from '../model.js'
import { type Step, stay, withNotice } from '../step.js'
import type { TreeNode } from '../tree-node.js'
import type { World } from '../world.js'
import { editText, fieldOf, ONE_LINE, type TextField } from './text-field.js'

/** A question on one line: which channels to stream or to record, and into which file something is written. */
export interface Ask {
  readonly kind: 'stream' | 'record' | 'save' | 'export'
  /** What is being typed. */
  readonly at: 'pattern' | 'file'
  readonly pattern: TextField
  readonly file: TextField
}

/** Asks which channels are to be streamed: those that are selected, or all that are observed. */
export function askToStream(model: Model, world: World): Step {
  if (!world.can.stream) return stay(withNotice(model, world, 'there is no broker to stream from'))
  return stay({
    ...model,
    ask: { kind: 'stream', at: 'pattern', pattern: selectedPattern(model, world), file: fieldOf('') }
  })
}

/** Asks for the file and the channels of a recording, or ends the one that runs. */
export function askToRecord(model: Model, world: World): Step {
  if (world.recording) return { model, effects: [{ kind: 'stop-recording' }] }
  if (!world.can.record) return stay(withNotice(model, world, 'there is no broker to record from'))
  const file = fieldOf(`recording-${stampOf(world)}.jsonl`)
  return stay({ ...model, ask: { kind: 'record', at: 'file', pattern: selectedPattern(model, world), file } })
}

/** Asks for the file into which the history of the selected channel, or of all channels below the branch, is saved. */
export function askToSave(model: Model, world: World, node: TreeNode): Step {
  if (!world.can.save) return stay(withNotice(model, world, 'the history cannot be saved here'))
  if (heldBelow(node).length === 0) return stay(withNotice(model, world, 'no message of it is held'))
  const file = fieldOf(`history-${stampOf(world)}.jsonl`)
  return stay({ ...model, ask: { kind: 'save', at: 'file', pattern: selectedPattern(model, world), file } })
}

/** The time, for the name of a file. */
const stampOf = ({ clock }: World): string =>
  new Date(clock / 1000).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')

/** Asks for the file of an export. */
export function askToExport(model: Model, world: World): Step {
  if (!world.can.export) return stay(withNotice(model, world, 'the catalogue cannot be exported here'))
  return stay({
    ...model,
    ask: { kind: 'export', at: 'file', pattern: fieldOf(''), file: fieldOf('asyncapi.yaml') }
  })
}

/** The pattern that matches the selected line and everything below it; without a selection, that of all that is observed. */
function selectedPattern(model: Model, { tree, watched, grammar }: World): TextField {
  const node = model.selected === undefined ? undefined : tree.find(model.selected)
  if (!node) return fieldOf(watched?.patterns[0] ?? grammar.examples.patterns.split(',')[0] ?? '#')
  return fieldOf(patternOf(node, tree))
}

/** The pattern that matches a node and everything below it. */
export function patternOf({ path, children }: TreeNode, { separator }: World['tree']): string {
  // `a/#` matches `a` too, see `matchesPattern`.
  return children.length > 0 ? `${path}${separator}#` : path
}

/** A key while something is asked. */
export function pressInAsk(key: Key, ask: Ask, before: Model, world: World): Step {
  const model: Model = { ...before, notice: undefined }
  if (key.name === 'escape') return stay({ ...model, ask: undefined })
  if (key.name === 'enter') return finish(ask, model, world)
  if (ask.kind === 'record' && (key.name === 'tab' || key.name === 'shift-tab'))
    return stay({ ...model, ask: { ...ask, at: ask.at === 'file' ? 'pattern' : 'file' } })
  return stay({ ...model, ask: { ...ask, [ask.at]: editText(ask[ask.at], key, ONE_LINE) } })
}

function finish(ask: Ask, model: Model, world: World): Step {
  if (askProblem(ask, world) !== undefined) return stay(model)
  const done: Model = { ...model, ask: undefined }
  const file = ask.file.text.trim()
  if (ask.kind !== 'stream' && file === '') return stay(withNotice(done, world, 'no file was named'))
  if (ask.kind === 'export') return { model: done, effects: [{ kind: 'export', file }] }
  if (ask.kind === 'save') return save(file, done, world)
  const parsed = world.grammar.parsePattern(ask.pattern.text)
  if ('why' in parsed) return stay(model)
  return ask.kind === 'stream'
    ? { model: done, effects: [{ kind: 'stream', pattern: parsed.pattern }] }
    : { model: done, effects: [{ kind: 'record', patterns: [parsed.pattern], file }] }
}

function save(file: string, model: Model, world: World): Step {
  const node = model.selected === undefined ? undefined : world.tree.find(model.selected)
  if (!node) return stay(withNotice(model, world, 'no channel is selected'))
  const patterns = [patternOf(node, world.tree)]
  return { model, effects: [{ kind: 'save', messages: heldBelow(node), patterns, file }] }
}

/** Why the pattern cannot be used; `undefined` if it can. */
export function askProblem(ask: Ask, { grammar }: World): string | undefined {
  if (ask.kind === 'export' || ask.kind === 'save') return undefined
  const parsed = grammar.parsePattern(ask.pattern.text)
  if ('why' in parsed) return parsed.why
  return parsed.group === undefined ? undefined : 'a group shares messages: see tidings subscribe --group'
}
