// The standard is POSIX's wcwidth, as xterm, VTE, xterm.js and glibc have it: a mark that takes no space (Mn, Me) has no cell, one that
// takes space (Mc, such as most vowel signs of Devanagari) has a cell of its own, and a conjunct has the cells of its letters. kitty
// draws a conjunct, and a letter with such marks, in one cell; there a gap remains, which is better than a name that runs into the next
// column. For emoji of several characters (flags, skin tones, joined ones, U+FE0F) wcwidth has no word: they have the two cells that
// kitty, WezTerm, iTerm2 and Windows Terminal give them.

// East Asian Wide and Fullwidth, and characters shown as emoji by default (Unicode 16), merged where only unassigned code
// points lie between. Ambiguous characters count as narrow, as terminals outside of East Asian locales draw them.
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x23f0, 0x23f0],
  [0x23f3, 0x23f3],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2630, 0x2637],
  [0x2648, 0x2653],
  [0x267f, 0x267f],
  [0x268a, 0x268f],
  [0x2693, 0x2693],
  [0x26a1, 0x26a1],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x26c4, 0x26c5],
  [0x26ce, 0x26ce],
  [0x26d4, 0x26d4],
  [0x26ea, 0x26ea],
  [0x26f2, 0x26f3],
  [0x26f5, 0x26f5],
  [0x26fa, 0x26fa],
  [0x26fd, 0x26fd],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274c],
  [0x274e, 0x274e],
  [0x2753, 0x2755],
  [0x2757, 0x2757],
  [0x2795, 0x2797],
  [0x27b0, 0x27b0],
  [0x27bf, 0x27bf],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b50],
  [0x2b55, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0x3247],
  [0x3250, 0xa4c6],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18df2],
  [0x1aff0, 0x1b2fb],
  [0x1d300, 0x1d376],
  [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf],
  [0x1f18e, 0x1f18e],
  [0x1f191, 0x1f19a],
  [0x1f1e6, 0x1f265],
  [0x1f300, 0x1f320],
  [0x1f32d, 0x1f335],
  [0x1f337, 0x1f37c],
  [0x1f37e, 0x1f393],
  [0x1f3a0, 0x1f3ca],
  [0x1f3cf, 0x1f3d3],
  [0x1f3e0, 0x1f3f0],
  [0x1f3f4, 0x1f3f4],
  [0x1f3f8, 0x1f43e],
  [0x1f440, 0x1f440],
  [0x1f442, 0x1f4fc],
  [0x1f4ff, 0x1f53d],
  [0x1f54b, 0x1f54e],
  [0x1f550, 0x1f567],
  [0x1f57a, 0x1f57a],
  [0x1f595, 0x1f596],
  [0x1f5a4, 0x1f5a4],
  [0x1f5fb, 0x1f64f],
  [0x1f680, 0x1f6c5],
  [0x1f6cc, 0x1f6cc],
  [0x1f6d0, 0x1f6d2],
  [0x1f6d5, 0x1f6df],
  [0x1f6eb, 0x1f6ec],
  [0x1f6f4, 0x1f6fc],
  [0x1f7e0, 0x1f7f0],
  [0x1f90c, 0x1f93a],
  [0x1f93c, 0x1f945],
  [0x1f947, 0x1f9ff],
  [0x1fa70, 0x1faf8],
  [0x20000, 0x3fffd]
]

const NARROW_ONLY = /^[\x20-\x7e]*$/
// Vowels and final consonants of Hangul stand in the cells of the consonant before them.
// The soft hyphen, and the signs of Arabic and its like that enclose the digits behind them, are drawn.
const NO_WIDTH =
  /^(?![\xad\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u115f\u{110bd}\u{110cd}])[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}\u1160-\u11ff\ud7b0-\ud7ff]/u
/** Emoji of several characters: shown as an emoji on demand, with a skin tone, joined, or a flag. */
const EMOJI_SEQUENCE =
  /^(?:\p{Emoji}\ufe0f|\p{Emoji_Modifier_Base}\p{Emoji_Modifier}|\p{Extended_Pictographic}.*\u200d|\p{Regional_Indicator}{2}|\u{1f3f4}[\u{e0020}-\u{e007f}])/su

function isWide(codePoint: number): boolean {
  let low = 0
  let high = WIDE.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const [first, last] = WIDE[middle] ?? [0, 0]
    if (codePoint < first) high = middle - 1
    else if (codePoint > last) low = middle + 1
    else return true
  }
  return false
}

function characterWidth(character: string): number {
  if (NARROW_ONLY.test(character)) return 1
  if (NO_WIDTH.test(character)) return 0
  return isWide(character.codePointAt(0) ?? 0) ? 2 : 1
}

/** How many cells one cluster takes. */
export function clusterWidth(cluster: string): number {
  if (cluster.length === 1) return characterWidth(cluster)
  if (EMOJI_SEQUENCE.test(cluster)) return 2
  let width = 0
  for (const character of cluster) width += characterWidth(character)
  return width
}

let segmenter: Intl.Segmenter | undefined

/** Code units that are segmented at once: for a text of 60,000 at once, V8 takes 5 s, and in pieces 0.1 s. */
const PIECE = 256

/** Splits a text into what a reader takes for one character (grapheme clusters), with marks and joined emoji. */
export function* clusters(text: string): Generator<string> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  for (let start = 0, size = PIECE; start < text.length; ) {
    const end = pieceEnd(text, start + size)
    let at = start
    let last = ''
    for (const { segment } of segmenter.segment(text.slice(start, end))) {
      if (last !== '') yield last
      at += last.length
      last = segment
    }
    if (end === text.length) return yield last
    // The last cluster may go on behind the piece: the next piece begins with it.
    size = at === start ? size * 2 : PIECE
    start = at
  }
}

/** Both halves of a surrogate pair stay in one piece. */
function pieceEnd(text: string, end: number): number {
  if (end >= text.length) return text.length
  return (text.charCodeAt(end) & 0xfc00) === 0xdc00 ? end + 1 : end
}

/** How many cells of a terminal a text takes; control characters must have been made visible before. */
export function cellWidth(text: string): number {
  if (NARROW_ONLY.test(text)) return text.length
  let width = 0
  for (const cluster of clusters(text)) width += clusterWidth(cluster)
  return width
}

// A cluster of more code units than this (endlessly stacked marks) is cut, because nobody can read it.
const LONGEST_CLUSTER = 16

/** The beginning of the text that fits, without an ellipsis. Does not split a cluster. */
export function sliceCells(text: string, width: number): string {
  if (width <= 0) return ''
  const near = text.length > width * LONGEST_CLUSTER ? text.slice(0, width * LONGEST_CLUSTER) : text
  if (NARROW_ONLY.test(near)) return near.slice(0, width)
  let taken = 0
  let end = 0
  for (const cluster of clusters(near)) {
    taken += clusterWidth(cluster)
    if (taken > width) break
    end += cluster.length
  }
  return near.slice(0, end)
}

/** Cuts a text in its middle where it is wider than `width`, because both ends of a channel's name identify it. */
export function truncateMiddle(text: string, width: number): string {
  if (sliceCells(text, width).length === text.length) return text
  if (width < 5) return sliceCells(text, width)
  const head = sliceCells(text, Math.floor((width - 1) / 3))
  const room = width - 1 - cellWidth(head)
  const all = [...clusters(text.slice(-room * LONGEST_CLUSTER))]
  let tail = ''
  for (let last = all.pop(); last !== undefined && cellWidth(last + tail) <= room; last = all.pop())
    tail = last + tail
  return `${head}…${tail}`
}
