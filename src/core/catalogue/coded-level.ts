import { type LevelKind, LIKELY, SURE, switchesIn } from './level-kind.js'

/** The shortest run of a code of several. */
const CODE_DIGITS = 4
const NUMBER = /^\d+$/

/** Several numbers of any length in a level whose words are the same in all siblings: `rack-1-12`, `SN-2023-000123`. */
export function severalNumbersKinds(level: string): LevelKind[] {
  const runs = runsOf(level)
  // What is behind the last number may be what is measured there: `port-1-volts`.
  if (!NUMBER.test(runs.at(-2) ?? '')) return []
  return kindOf(level, runs, 'numbers', (run) => (NUMBER.test(run) ? '#' : run))
}

/** The code that a level may be, such as `WX43-K7Q2`: runs of letters and digits, each of one length in all siblings, or a word. */
export function codedKinds(level: string): LevelKind[] {
  const runs = runsOf(level)
  const areCodes = runs.length > 3 && runs.every((run, at) => at % 2 === 0 || digitsIn(run) >= 2)
  return kindOf(level, runs, 'code', (run) => (isCode(run, areCodes) ? `#${run.length}` : run))
}

/** What divides the runs is at even positions. */
const runsOf = (level: string): string[] => level.split(/([0-9a-z]+)/i)
const digitsIn = (text: string): number => (text.match(/\d/g) ?? []).length

function kindOf(
  level: string,
  runs: readonly string[],
  kind: string,
  mask: (run: string) => string
): LevelKind[] {
  const key = runs.map((run, at) => (at % 2 === 1 ? mask(run) : run)).join('')
  if (key === level) return []
  const word = /^[a-z]+(?![a-z])/i.exec(level)?.[0]
  const isWord = word !== undefined && key.startsWith(word)
  return [{ key: `${kind} ${key}`, ...(isWord && { word }), tail: level, fewest: fewestCodes }]
}

function isCode(run: string, isAmongCodes: boolean): boolean {
  const digits = digitsIn(run)
  const letters = run.length - digits
  if (digits < 2) return false
  if (letters === 0) return digits >= CODE_DIGITS
  if (isAmongCodes) return run.length >= CODE_DIGITS
  if (switchesIn(run) >= 2) return run.length >= 6
  // A number and letters behind it is a number and its unit.
  return letters <= 3 && digits >= 5 && !/^\d/.test(run)
}

function fewestCodes(levels: readonly string[]): number {
  return levels.every(isSerial) ? SURE : LIKELY
}

/** Whether there is more in it than numbers of parts and a word: many digits, or letters and digits that take turns. */
function isSerial(level: string): boolean {
  const runs = level.match(/[0-9a-z]+/gi) ?? []
  return runs.some((run) => {
    const turns = switchesIn(run)
    if (turns >= 3) return turns >= 4 || !/[a-z]{4}/i.test(run)
    return digitsIn(run) >= 5 && !/[a-z]{4}/i.test(run)
  })
}
