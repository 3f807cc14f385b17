import { type LevelKind, LIKELY, SURE, switchesIn } from './level-kind.js'

/** The least length of a run of digits that is a code, and of any run in a code of several runs. */
const CODE_DIGITS = 4
const NUMBER = /^\d+$/

/** A level with several numbers of any length, whose words are the same in all siblings: `rack-1-12`, `SN-2023-000123`. */
export function severalNumbersKinds(level: string): LevelKind[] {
  const runs = runsOf(level)
  // A word after the last number may name what is measured: `port-1-volts`.
  if (!NUMBER.test(runs.at(-2) ?? '')) return []
  return kindOf(level, runs, 'numbers', (run) => (NUMBER.test(run) ? '#' : run))
}

/** A level that may be a code, such as `WX43-K7Q2`: each run is a word, or letters and digits of one length in all siblings. */
export function codedKinds(level: string): LevelKind[] {
  const runs = runsOf(level)
  const areCodes = runs.length > 3 && runs.every((run, at) => at % 2 === 0 || digitsIn(run) >= 2)
  return kindOf(level, runs, 'code', (run) => (isCode(run, areCodes) ? `#${run.length}` : run))
}

/** Runs of letters and digits, at odd positions; the text between the runs is at even positions. */
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
  // Letters after a number are more likely its unit.
  return letters <= 3 && digits >= 5 && !/^\d/.test(run)
}

function fewestCodes(levels: readonly string[]): number {
  return levels.every(isSerial) ? SURE : LIKELY
}

/** Whether a level looks like a serial number, and not like words with numbers of parts: many digits, or letters and digits in turns. */
function isSerial(level: string): boolean {
  const runs = level.match(/[0-9a-z]+/gi) ?? []
  return runs.some((run) => {
    const turns = switchesIn(run)
    if (turns >= 3) return turns >= 4 || !/[a-z]{4}/i.test(run)
    return digitsIn(run) >= 5 && !/[a-z]{4}/i.test(run)
  })
}
