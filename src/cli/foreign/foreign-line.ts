import { quoteForShell } from '../../core/quote-for-shell.js'
import type { KnownFlag } from '../given-flags.js'

/** What a line of another client's asks for, as far as it was read. */
export interface Wish {
  /** Of each part the value that came first. */
  readonly parts: Map<'host' | 'port' | 'topic' | 'message', string>
  readonly words: string[]
  readonly flags: string[]
  /** The command that is meant, where that is another one than was typed. */
  command?: string
  /** The last word is a file whose lines are published. */
  isInputFile?: boolean
}

/** How a flag of another client is taken in; one that takes a value gets it. */
export type Reader = { readonly take: (wish: Wish) => void } | ValueReader

interface ValueReader {
  readonly value: (wish: Wish, value: string) => void
  /** The values that are read; all where there is none. */
  readonly fits?: RegExp
}

export const nothing: Reader = { take: () => undefined }
export const instead = (...flags: string[]): Reader => ({ take: (wish) => void wish.flags.push(...flags) })
export const as = (flag: string, change = (value: string) => value): ValueReader => ({
  value: (wish, value) => void wish.flags.push(flag, change(value))
})
export const part = (name: 'host' | 'port' | 'topic' | 'message'): ValueReader => ({
  value: ({ parts }, value) => void parts.set(name, parts.get(name) ?? value)
})
/** A value that another client would mean something else with is not read. */
export const only = (fits: RegExp, reader: ValueReader): ValueReader => ({ ...reader, fits })
/** The password itself is never repeated. */
export const password: Reader = { value: (wish) => void wish.flags.push('--password') }

/** The flags of other clients by command, such as `publish`. */
export interface Dialect {
  /**
   * How a flag is taken in; undefined where it is one of ours, or unknown.
   * @param next the word behind it
   */
  readonly readerOf: (command: string, word: string, next: string | undefined) => Reader | undefined
  /** The flags that are ours, too, and mean something else there. */
  readonly beatsOwn: ReadonlySet<string>
}

/** `-t 10s` is our `--timeout`, and so is `-t 10x`. */
export const isDuration = (word = '') => /^\d/.test(word)

/**
 * The command line that was meant by one with flags of another client, fit to be pasted; `undefined` where it holds no such flag, or
 * something that we know nothing of. No password is in it.
 * @param id the command's id, such as `publish`
 * @param own the command's own flags, which are kept
 */
export function inOurWords(
  dialect: Dialect,
  id: string,
  argv: readonly string[],
  own: Readonly<Record<string, KnownFlag>>
): string | undefined {
  const wish: Wish = { parts: new Map(), words: [], flags: [] }
  const end = argv.indexOf('--')
  const words = argv.slice(0, end < 0 ? argv.length : end)
  let isForeign = false
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-' || !word.startsWith('-')) {
      wish.words.push(word)
      continue
    }
    const [name = '', inWord] = word.startsWith('--') ? word.split(/=(.*)/s) : [word]
    const theirs = dialect.readerOf(id, name, inWord ?? words[0])
    const reader = theirs ?? ownReader(word, own)
    if (reader === undefined) return undefined
    isForeign ||= theirs !== undefined && (!isOwn(name, own) || dialect.beatsOwn.has(name))
    if ('take' in reader) reader.take(wish)
    else {
      const value = theirs !== undefined && inWord !== undefined ? inWord : words.shift()
      if (value === undefined || reader.fits?.test(value) === false) return undefined
      reader.value(wish, value)
    }
  }
  if (end >= 0) wish.words.push(...argv.slice(end + 1))
  return isForeign ? lineOf(id, wish) : undefined
}

const ownName = (word: string, own: Readonly<Record<string, KnownFlag>>) =>
  word.startsWith('--')
    ? word.slice(2).replace(/=.*/s, '')
    : Object.keys(own).find((name) => own[name]?.char === word.slice(1))

const isOwn = (word: string, own: Readonly<Record<string, KnownFlag>>) =>
  own[ownName(word, own) ?? ''] !== undefined

function ownReader(word: string, own: Readonly<Record<string, KnownFlag>>): Reader | undefined {
  const name = ownName(word, own) ?? ''
  const flag = own[name]
  if (flag === undefined) return undefined
  if (name === 'password') return word.includes('=') ? instead('--password') : password
  return flag.type === 'boolean' || word.includes('=') ? instead(word) : as(word)
}

function lineOf(id: string, wish: Wish): string {
  const { parts, words, flags, command = id } = wish
  const [host, port] = [parts.get('host'), parts.get('port')]
  const name = host?.includes(':') && !host.startsWith('[') ? `[${host}]` : (host ?? 'localhost')
  const isNamed = host !== undefined || port !== undefined
  const broker = isNamed ? ['--broker', port === undefined ? name : `${name}:${port}`] : []
  const named = [parts.get('topic'), parts.get('message')].filter((word) => word !== undefined)
  const given = [...named, ...words]
  const file = wish.isInputFile && given.length > 1 ? given.pop() : undefined
  const line = ['tidings', command, ...[...given, ...broker, ...flags].map(quoteForShell)].join(' ')
  return file === undefined ? line : `${line} < ${quoteForShell(file)}`
}
