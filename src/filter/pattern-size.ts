/** What a class of Unicode costs beside one character: it has up to some hundred ranges. */
const CLASS_OF_UNICODE = 20
const REPETITION = /^\{(\d+)(,(\d*))?\}/
const GROUP_HEAD = /^\?(?:P?<\w*>|[a-zA-Z-]*:)/
const FLAGS = /^\(\?[a-zA-Z-]*\)/
const ESCAPE = /^\\(?:[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|..)|[0-7]{1,3}|Q(?:.*?\\E|.*)|.)/su
/** At each place only one alternative can match: a class that does not end takes no time. */
const CLASS = /^\[\^?\]?(?:\[:\^?\w+:\]|\\[pP](?:\{[^}]*\}|[^{])|\\[^pP]|[^\]\\])*\]/su

interface Level {
  total: number
  /** The last part, which a repetition repeats. */
  last: number
}

const costOfPiece = (piece: string): number => {
  if (piece.startsWith('\\Q')) return piece.length
  return 1 + CLASS_OF_UNICODE * (piece.match(/\\[pP]/g)?.length ?? 0)
}

/**
 * How many instructions the program of a regular expression has at most. It is counted from the text, because the program itself may take
 * seconds and hundreds of megabytes: a repetition is a copy for each time.
 */
export function patternSize(pattern: string): number {
  const outer: Level[] = []
  let level: Level = { total: 0, last: 0 }
  const add = (cost: number) => {
    level.total += cost
    level.last = cost
  }
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at)
    const [piece] = ESCAPE.exec(rest) ?? CLASS.exec(rest) ?? []
    const [repetition, least, , most] = REPETITION.exec(rest) ?? []
    // Flags are no part: a repetition behind them repeats what is before them.
    const [flags] = FLAGS.exec(rest) ?? []
    if (flags !== undefined) at += flags.length
    else if (piece !== undefined) {
      add(costOfPiece(piece))
      at += piece.length
    } else if (repetition !== undefined) {
      // One more where there is no end: `a{2,}` is `aa+`.
      const copies = Math.max(Number(least), Number(most ?? 0)) + 1
      const repeated = copies * (level.last + 1)
      level.total += repeated - level.last
      level.last = repeated
      at += repetition.length
    } else {
      at++
      const [character] = rest
      if (character === '(') {
        outer.push(level)
        level = { total: 0, last: 0 }
        at += GROUP_HEAD.exec(rest.slice(1))?.[0].length ?? 0
      } else if (character === ')') {
        const { total } = level
        level = outer.pop() ?? { total: 0, last: 0 }
        add(total + 3)
      } else if (character === '*' || character === '+' || character === '?') {
        level.total++
        level.last++
      } else add(character === '|' ? 2 : 1)
    }
  }
  // A group that is not closed is a mistake, which the compiler names.
  return outer.reduce((sum, { total }) => sum + total, level.total) + 4
}
