import fs from 'node:fs'
import { dirname } from 'node:path'
import { makeFolders } from '../core/make-folders.js'

/** More is never kept: the file is read at each press of TAB. */
export const MOST_BROKERS = 16
export const MOST_CHANNELS = 200
export const LONGEST_NAME = 200
/** Bytes; what is longer was not written here. */
const LARGEST_FILE = MOST_BROKERS * MOST_CHANNELS * LONGEST_NAME * 6

/** The channels that were seen lately on a broker, the newest first. */
interface Seen {
  readonly broker: string
  readonly channels: readonly string[]
}

/** The channels that were seen lately on a broker; none where the file cannot be read, or is not one of these. */
export function recentChannels(file: string, broker: string): readonly string[] {
  return readSeen(file).find((seen) => seen.broker === broker)?.channels ?? []
}

/**
 * Keeps the names of channels for the next completion, in a file for nobody else. Nothing is written if all of them are there, and a
 * failure is no harm.
 * @param broker what names the broker, without credentials
 */
export function keepChannels(file: string, broker: string, names: Iterable<string>): void {
  const all = readSeen(file)
  const before = all.find((seen) => seen.broker === broker)?.channels ?? []
  const fresh = [...names].filter((name) => name.length <= LONGEST_NAME && !before.includes(name))
  if (fresh.length === 0) return
  const channels = [...new Set([...fresh, ...before])].slice(0, MOST_CHANNELS)
  const others = all.filter((seen) => seen.broker !== broker)
  const text = JSON.stringify([{ broker, channels }, ...others].slice(0, MOST_BROKERS))
  try {
    makeFolders(dirname(file), { make: (path) => fs.mkdirSync(path, 0o700), parentOf: dirname })
    replaceFile(file, text)
  } catch {
    return
  }
}

/** Readers find the old text or the new one. */
function replaceFile(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}`
  try {
    fs.writeFileSync(unfinished, text, { mode: 0o600 })
    fs.renameSync(unfinished, file)
  } finally {
    fs.rmSync(unfinished, { force: true })
  }
}

function readSeen(file: string): readonly Seen[] {
  try {
    const { size } = fs.statSync(file)
    const found: unknown = size > LARGEST_FILE ? [] : JSON.parse(fs.readFileSync(file, 'utf8'))
    return Array.isArray(found) ? found.filter(isSeen) : []
  } catch {
    return []
  }
}

const isSeen = (value: unknown): value is Seen =>
  typeof value === 'object' &&
  value !== null &&
  'broker' in value &&
  typeof value.broker === 'string' &&
  'channels' in value &&
  Array.isArray(value.channels) &&
  value.channels.every((name) => typeof name === 'string')
