import { counted } from '../../../core/counted.js'
import { type DiffLine, diffLines } from '../../../core/json/line-diff.js'
import { type DiffPiece, diffWords } from '../../../core/json/word-diff.js'
import { type Line, type Span, type Style, span, spans } from '../line.js'
import { wrapLine } from './doc.js'

/** How a change is marked at the beginning of its line. */
export const SIGNS = { added: '+ ', removed: '- ', changed: '~ ', same: '  ' } as const
export const STYLES = {
  added: 'good',
  removed: 'bad',
  changed: 'warning',
  same: 'dim'
} as const satisfies Record<string, Style>

/** So many code units are compared by words, of both texts together. Nobody reads the words of a larger change one by one. */
const MOST_BY_WORDS = 10_000
/** So many code units are shown. Laying out more would take longer than a frame. */
const MOST_SHOWN = 32 * 1024
/** What a line takes of that besides its text: many short lines take as long to lay out as few long ones. */
const LINE_COST = 16
/** So many lines are shown before and after a change. */
const CONTEXT = 3
const LINE_END = '↵'

/** What changed in a text, as lines of the screen, and how many changes there are. */
export interface ShownDiff {
  readonly count: number
  readonly lines: readonly Line[]
}

/**
 * What changed from one list of lines to the other. Lines that were changed a little are shown once, with removed words in `[- -]` and added
 * ones in `{+ +}`, unless `hasWords` says that the lines have no words. Takes a bounded time, whatever the texts are.
 */
export function textDiff(
  before: readonly string[],
  after: readonly string[],
  width: number,
  hasWords = true
): ShownDiff {
  const shown: Line[] = []
  const left: Left = { words: hasWords ? MOST_BY_WORDS : 0, shown: MOST_SHOWN, isCut: false }
  let count = 0
  for (const hunk of hunksOf(diffLines(before, after))) {
    if (hunk.same.length === 0) count += addChange(hunk, shown, left, width)
    else addSame(hunk.same, shown, left, width)
  }
  if (left.isCut) shown.push([span('… the rest is too long to be shown', 'warning')])
  return { count, lines: count === 0 ? [] : shown }
}

interface Hunk {
  readonly same: string[]
  readonly removed: string[]
  readonly added: string[]
}

interface Left {
  words: number
  shown: number
  isCut: boolean
}

/** Lines that stayed, and removed lines with the added ones that stand in their place. */
function hunksOf(lines: readonly DiffLine[]): Hunk[] {
  const hunks: Hunk[] = []
  for (const { kind, text } of lines) {
    let hunk = hunks.at(-1)
    if (!hunk || hunk.same.length > 0 !== (kind === 'same')) {
      hunk = { same: [], removed: [], added: [] }
      hunks.push(hunk)
    }
    hunk[kind].push(text)
  }
  return hunks
}

function addSame(same: readonly string[], shown: Line[], left: Left, width: number): void {
  const hidden = same.length - 2 * CONTEXT
  const isLong = hidden > 1
  addLines('same', isLong ? same.slice(0, CONTEXT) : same, shown, left, width)
  if (!isLong) return
  if (!left.isCut) shown.push([span(`  ⋯ ${counted(hidden, 'line')} the same`, 'dim')])
  addLines('same', same.slice(-CONTEXT), shown, left, width)
}

function addChange({ removed, added }: Hunk, shown: Line[], left: Left, width: number): number {
  const pieces = byWords(removed, added, left)
  if (!pieces) {
    // Half of the room is left to what was added.
    const half = left.shown / 2
    left.shown -= half
    addLines('removed', removed, shown, left, width)
    left.shown += half
    addLines('added', added, shown, left, width)
    return Math.max(removed.length, added.length)
  }
  for (const line of pieceLines(pieces)) {
    const parts = line.flatMap((piece): Span[] => pieceSpans(piece))
    shown.push(...wrapLine([span(SIGNS.changed, STYLES.changed), ...parts], width, 2))
  }
  return pieces.filter(({ kind }, at) => kind !== 'same' && (pieces[at - 1]?.kind ?? 'same') === 'same')
    .length
}

function byWords(removed: readonly string[], added: readonly string[], left: Left): DiffPiece[] | undefined {
  if (removed.length === 0 || added.length === 0) return undefined
  const texts = [removed.join('\n'), added.join('\n')] as const
  const length = texts[0].length + texts[1].length
  if (length > left.words) return undefined
  left.words -= length
  left.shown -= length
  return diffWords(...texts)
}

function addLines(
  kind: DiffLine['kind'],
  texts: readonly string[],
  shown: Line[],
  left: Left,
  width: number
): void {
  for (const text of texts) {
    const part = text.slice(0, Math.max(0, left.shown))
    if (left.shown <= 0 || part.length < text.length) left.isCut = true
    if (left.shown <= 0) return
    left.shown -= part.length + LINE_COST
    const line = [span(SIGNS[kind], STYLES[kind]), ...spans(part, kind === 'same' ? 'dim' : 'text')]
    shown.push(...wrapLine(line, width, 2))
  }
}

/** The pieces of each line of the later text. A line end that came or went is shown as a sign. */
function pieceLines(pieces: readonly DiffPiece[]): DiffPiece[][] {
  const lines: DiffPiece[][] = [[]]
  for (const { kind, text } of pieces) {
    const parts = kind === 'removed' ? [text.replaceAll('\n', LINE_END)] : text.split('\n')
    for (const [index, part] of parts.entries()) {
      if (index > 0) lines.push([])
      const shown = kind === 'added' && index < parts.length - 1 ? part + LINE_END : part
      if (shown !== '') lines.at(-1)?.push({ kind, text: shown })
    }
  }
  return lines
}

function pieceSpans({ kind, text }: DiffPiece): Span[] {
  if (kind === 'same') return spans(text)
  const [open, close] = kind === 'removed' ? ['[-', '-]'] : ['{+', '+}']
  return spans(open + text + close, STYLES[kind])
}
