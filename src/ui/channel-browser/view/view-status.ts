import { counted } from '../../../core/counted.js'
import { nextScope, type SearchScope } from '../channel-search.js'
import { formatCount } from '../figures.js'
import { formKeys, formQuestion } from '../form/form-keys.js'
import { askKeys, viewAsk } from '../form/view-ask.js'
import { textLine } from '../form/view-field.js'
import { layOut } from '../layout.js'
import { type Line, lineWidth, type Span, span } from '../line.js'
import type { Model, Prompt } from '../model.js'
import { offeredKeys } from '../offered-keys.js'
import type { World } from '../world.js'
import { helpPlace } from './view-help.js'
import { viewLimits } from './view-limits.js'

const ASKED: Readonly<Record<Prompt['kind'], string>> = {
  filter: ' f filter: ',
  search: ' / search '
}

const PLACES: Readonly<Record<SearchScope, string>> = {
  both: 'names and payloads',
  names: 'names only',
  payloads: 'payloads only'
}

/** Cells that show what is typed, however much there is to say of it. */
const LEAST_TYPED = 16

const KEYS_OF_PROMPT: Readonly<Record<Prompt['kind'], string>> = {
  filter: ' Enter keep   ↑ ↓ move   Esc undo',
  search: ' Enter keep   ↑ ↓ move   Esc undo'
}

/** The line above the keys: what is being typed, what is to be said, or what is filtered and left out; nothing if there is nothing. */
export function viewStatus(model: Model, world: World): Line | undefined {
  if (model.ask) return viewAsk(model.ask, model, world)
  const question = model.form && formQuestion(model.form)
  if (question) return question
  if (model.isLeaving && world.unanswered > 0) return viewLeaving(world)
  const chosen = viewChoice(model, world)
  if (model.prompt) return viewPrompt(model.prompt, model, chosen)
  if (model.notice) {
    const { tone, text } = model.notice
    return [span(tone === 'good' ? ' ✓ ' : tone === 'warning' ? ' ! ' : ' ✗ ', tone), span(text, tone)]
  }
  const choice = chosen.length === 0 ? [] : [span(' '), ...chosen, span('  Esc shows all ', 'dim')]
  // Where the keys have no line of their own, they are needed more.
  if (!layOut(model).hasStatusLine) return choice.length > 0 ? choice : undefined
  const room = model.size.columns - lineWidth(choice)
  return [...choice, ...viewLimits(world.totals, world.state, room)]
}

function viewLeaving({ unanswered }: World): Line {
  const [have, them] = unanswered === 1 ? ['has', 'it'] : ['have', 'them']
  const text = `${counted(unanswered)} ${have} no answer of the broker yet; q again gives ${them} up`
  return [span(' ! ', 'warning'), span(text, 'warning')]
}

/** What is typed, and behind it what it finds, or what is wrong with it. */
function viewPrompt(prompt: Prompt, { scope, searchProblem, size }: Model, chosen: readonly Span[]): Line {
  const isSearch = prompt.kind === 'search'
  const problem = isSearch ? searchProblem : undefined
  const head = [
    span(ASKED[prompt.kind], 'strong'),
    ...(isSearch ? [span(`${PLACES[scope]}: `, 'strong')] : [])
  ]
  const tail = [span('  '), ...(problem === undefined ? chosen : [span(`✗ ${problem}`, 'bad')])]
  const room = Math.max(LEAST_TYPED, size.columns - lineWidth(head) - lineWidth(tail))
  const typed = textLine(prompt, true, room).map((piece) =>
    problem === undefined || piece.style === 'selected' ? piece : { ...piece, style: 'bad' as const }
  )
  return [...head, ...typed, ...tail]
}

function viewChoice(model: Model, world: World): Span[] {
  const choice: Span[] = []
  if (model.filter && model.prompt?.kind !== 'filter')
    choice.push(span(`filter ${model.filter.text}  `, 'name'))
  if (model.search !== '' && model.prompt?.kind !== 'search')
    choice.push(span(`search${model.scope === 'both' ? '' : ` ${model.scope}`} ${model.search}  `, 'name'))
  if (model.filter || model.search !== '') {
    const searching = model.search !== '' && !world.searchDone ? ', searching …' : ''
    const hits = model.search === '' ? undefined : (world.search?.hits(model.filter?.accepts) ?? 0)
    if (hits !== undefined) choice.push(span(`${counted(hits, 'hit', formatCount)} in `, 'strong'))
    choice.push(
      span(`${world.rows(model).accepted} of ${counted(world.tree.revision, 'channel')}${searching}`, 'dim')
    )
    const inPart = model.search === '' ? 0 : (world.search?.inPart ?? 0)
    if (inPart > 0) choice.push(span(`, ${counted(inPart, 'payload')} searched in part`, 'warning'))
  }
  return choice
}

/** The line of keys: as many as fit of what is possible now. Help and quit are always shown. */
export function viewKeys(model: Model, world: World): Line {
  if (model.ask) return askKeys(model.ask, world)
  if (model.prompt) {
    const tab = model.prompt.kind === 'search' ? `   Tab ${PLACES[nextScope(model.scope)]}` : ''
    return [span(`${KEYS_OF_PROMPT[model.prompt.kind]}${tab}`, 'dim')]
  }
  if (model.question) {
    const typed =
      model.question.kind === 'clear' ? 'Enter clear   Esc keep them' : 'Enter put back   Esc do not'
    const yes = model.question.name ? typed : 'y clear   any other key: keep them'
    return [span(` ${yes}`, 'dim')]
  }
  if (model.helpTop !== undefined) {
    const { page, pages } = helpPlace(model)
    const more = pages === 1 ? '' : ` ${page}/${pages}   Space next page   ↑ ↓ scroll  `
    return [span(`${more} any other key: back`, 'dim')]
  }
  if (model.form) return formKeys(model.form)
  const keyed = offeredKeys(model, world).map(({ keys, word, isLast }) => ({
    isLast,
    pieces: [span(` ${keys}`, 'strong'), span(` ${word} `, 'dim')]
  }))
  const last = keyed.filter(({ isLast }) => isLast).flatMap(({ pieces }) => pieces)
  const line: Span[] = []
  for (const { isLast, pieces } of keyed) {
    if (!isLast && lineWidth([...line, ...pieces, ...last]) <= model.size.columns) line.push(...pieces)
  }
  return [...line, ...last]
}
