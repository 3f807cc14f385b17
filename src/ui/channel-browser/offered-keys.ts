import { BINDINGS, type Binding, type Command } from './keys.js'
import { isChosen, type Model } from './model.js'
import { selectedEntry } from './update-detail.js'
import type { World } from './world.js'

/** A key in the line of keys. */
export interface OfferedKey {
  readonly keys: string
  readonly word: string
  /** Whether it stands at the end of the line, and is there however narrow the screen is. */
  readonly isLast: boolean
}

// What is offered first, where all has no room. Commands that are in neither list follow in the order of the help.
const IN_TREE: readonly Command[] = [
  'next-hit',
  'other-pane',
  'search',
  'filter',
  'next-order',
  'publish',
  'subscribe',
  'undo',
  'pause',
  'payload'
]
const IN_DETAIL: readonly Command[] = [
  'next-hit',
  'other-pane',
  'older',
  'newer',
  'payload',
  'copy-payload',
  'zoom',
  'publish',
  'search',
  'pause'
]

/** The keys that the line of keys offers: those that do something now, the most useful ones first. */
export function offeredKeys(model: Model, world: World): OfferedKey[] {
  const first = model.focus === 'tree' ? IN_TREE : IN_DETAIL
  const rank = ({ command }: Binding) => (first.includes(command) ? first.indexOf(command) : first.length)
  const offered = BINDINGS.flatMap(({ bindings }) => bindings)
    .filter(({ command, short }) => short !== undefined && isPossible(command, model, world))
    .sort((a, b) => rank(a) - rank(b))
    .map((binding) => ({
      keys: binding.shortKeys ?? binding.shown?.split(' ')[0] ?? binding.keys[0] ?? '',
      word: wordFor(binding, model, world),
      isLast: binding.command === 'help' || binding.command === 'quit'
    }))
  const numbers = numbersOf(model, world)
  return numbers > 0 ? withChartKeys(offered, model, numbers) : offered
}

/** How many numbers of the selected channel are shown in a chart. */
function numbersOf(model: Model, world: World): number {
  const entry = model.tab === 'chart' ? selectedEntry(model, world) : undefined
  return entry === undefined ? 0 : world.numbers(entry).trends.size
}

/** The keys that only a chart has, behind the one that goes to the other pane. */
function withChartKeys(
  offered: readonly OfferedKey[],
  { focus, isAlone }: Model,
  numbers: number
): OfferedKey[] {
  const key = (keys: string, word: string): OfferedKey => ({ keys, word, isLast: false })
  const choosing = [key('↑ ↓', 'number'), key('Enter', isAlone ? 'all numbers' : 'alone')]
  const own = [...(focus === 'detail' && numbers > 1 ? choosing : []), key(', .', 'time')]
  const at = offered.findIndex(({ keys }) => keys === 'Tab') + 1
  return [...offered.slice(0, at), ...own, ...offered.slice(at)]
}

function wordFor({ command, short = '' }: Binding, model: Model, world: World): string {
  if (command === 'other-pane' && model.focus === 'tree')
    return numbersOf(model, world) > 0 ? 'numbers' : 'details'
  if (command === 'other-pane') return 'tree'
  if (command === 'pause' && model.paused) return 'resume'
  if (command === 'record' && world.recording) return 'stop recording'
  return short
}

function isPossible(command: Command, model: Model, world: World): boolean {
  const node = model.selected === undefined ? undefined : world.tree.find(model.selected)
  const entry = node?.entry
  switch (command) {
    case 'publish':
      return world.compose !== undefined
    case 'export':
      return world.can.export && node !== undefined
    case 'record':
      return world.recording !== undefined || (world.can.record && node !== undefined)
    case 'clear':
      return world.can.publish && entry?.retained === true
    case 'undo':
      return model.undo.length > 0
    case 'next-hit':
      return world.search !== undefined && world.search.found > 0
    case 'back':
      return model.pinned !== undefined || model.zoomed || model.focus === 'detail' || isChosen(model)
    case 'payload':
      return entry !== undefined
    case 'copy-payload':
      return entry?.latest !== undefined
    case 'older':
      return model.focus === 'detail' && entry?.history[0] !== (model.pinned ?? entry?.latest)
    case 'newer':
      return model.pinned !== undefined && model.focus === 'detail'
    case 'subscribe':
      return world.can.stream
    case 'other-pane':
    case 'zoom':
    case 'next-order':
      return node !== undefined
    case 'search':
    case 'filter':
      return world.tree.revision > 0
    default:
      return true
  }
}
