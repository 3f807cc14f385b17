import { coversPattern } from '../../../core/channel-pattern.js'
import { counted } from '../../../core/counted.js'
import { visibleText } from '../../../core/visible-text.js'
import { truncateMiddle } from '../../cell-width.js'
import { type Line, lineWidth, span } from '../line.js'
import type { Model } from '../model.js'
import type { World } from '../world.js'
import { type Ask, askProblem } from './ask.js'
import { textLine } from './view-field.js'

/** What is recorded are messages that the browser observes; a warning where the pattern asks for others. */
function warningOf(ask: Ask, { grammar, watched }: World): string | undefined {
  if (ask.kind !== 'record' || !watched) return undefined
  const parsed = grammar.parsePattern(ask.pattern.text)
  if ('why' in parsed || watched.patterns.some((outer) => coversPattern(outer, parsed.pattern, grammar)))
    return undefined
  return `only what is observed: ${watched.patterns.join(' ')}`
}

/** The question with what was typed, and what is wrong with it. */
export function viewAsk(ask: Ask, model: Model, world: World): Line {
  const problem = askProblem(ask, world)
  const warning = problem === undefined ? warningOf(ask, world) : undefined
  const after = [
    span(problem ? `  ✗ ${problem}` : '', 'bad'),
    span(warning ? `  ! ${warning}` : '', 'warning')
  ]
  const { columns } = model.size
  const before = labelOf(ask)
  const room = columns - lineWidth(before) - lineWidth(after)
  return [...before, ...textLine(ask[ask.at], true, Math.max(12, room)), ...after]
}

function labelOf({ kind, at, pattern }: Ask): Line {
  if (kind === 'export') return [span(' export to file: ', 'strong')]
  if (kind === 'save') return [span(' save the history to file: ', 'strong')]
  if (kind === 'stream') return [span(' stream: ', 'strong')]
  if (at === 'pattern') return [span(' record channels: ', 'strong')]
  return [
    span(' record ', 'strong'),
    span(truncateMiddle(visibleText(pattern.text), 30), 'name'),
    span(' to file: ', 'strong')
  ]
}

/** The line of keys while something is asked: what Enter does, and what is written. */
export function askKeys({ kind }: Ask, { tree }: World): Line {
  const channels = counted(tree.revision, 'channel')
  const said = {
    stream: ' Enter stream them outside of this screen, q comes back   Esc cancel',
    record: ' Enter record what comes, one JSON line a message   Tab channels   Esc cancel',
    save: ' Enter save what is held, as a recording   Esc cancel',
    export: ` Enter write ${channels} as AsyncAPI, or update the file   Esc cancel`
  }
  return [span(said[kind], 'dim')]
}
