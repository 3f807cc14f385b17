import { type DiffLine, diffLines } from './line-diff.js'

/** A piece of the earlier text, the later one, or both. */
export type DiffPiece = DiffLine

/** Texts that have less in common than this part of their letters are two texts, not one that was changed. */
const LEAST_COMMON = 0.35

let segmenter: Intl.Segmenter | undefined

/**
 * Compares two texts by words, as the languages of the world have them; a removed piece stands before the one that takes its place.
 * `undefined` if the texts have too little in common, or so many words that comparing them would take too long: they are better
 * shown one after the other. Takes at most some milliseconds for each 1000 words, and never more than the table of `diffLines` does.
 */
export function diffWords(before: string, after: string): DiffPiece[] | undefined {
  const pieces = gathered(diffLines(words(before), words(after)))
  const common = lettersOf(pieces.filter(({ kind }) => kind === 'same'))
  const most = Math.max(lettersOf([{ text: before }]), lettersOf([{ text: after }]))
  return common < most * LEAST_COMMON ? undefined : pieces
}

function words(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' })
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

function lettersOf(pieces: readonly { readonly text: string }[]): number {
  return pieces.reduce((sum, { text }) => sum + text.replace(/\s+/g, '').length, 0)
}

/** Neighbours of one kind become one piece. White space between two changes belongs to both of them. */
function gathered(all: readonly DiffPiece[]): DiffPiece[] {
  const pieces: DiffPiece[] = []
  let removed = ''
  let added = ''
  let between = ''
  const change = () => {
    if (removed !== '') pieces.push({ kind: 'removed', text: removed })
    if (added !== '') pieces.push({ kind: 'added', text: added })
    removed = ''
    added = ''
  }
  const stay = (text: string) => {
    if (text === '') return
    const last = pieces.at(-1)
    if (last?.kind === 'same') pieces[pieces.length - 1] = { kind: 'same', text: last.text + text }
    else pieces.push({ kind: 'same', text })
  }
  for (const { kind, text } of all) {
    const isChanging = removed !== '' || added !== ''
    if (kind !== 'same') {
      if (isChanging) {
        removed += between
        added += between
      } else stay(between)
      between = ''
      if (kind === 'removed') removed += text
      else added += text
    } else if (isChanging && /^[^\S\n]+$/.test(text)) between += text
    else {
      change()
      stay(between + text)
      between = ''
    }
  }
  change()
  stay(between)
  return pieces
}
