import { quoteForShell } from '../core/quote-for-shell.js'
import type { KnownFlag } from './given-flags.js'

/** What a line of another client's asks for, as far as it was read. */
interface Wish {
  /** Of each part the value that came first. */
  readonly parts: Map<'host' | 'port' | 'topic' | 'message', string>
  readonly words: string[]
  readonly flags: string[]
}

/** How a flag of mosquitto_pub, mosquitto_sub and the clients that imitate them is taken in; one that takes a value gets it. */
type Reader = { readonly take: (wish: Wish) => void } | ValueReader

interface ValueReader {
  readonly value: (wish: Wish, value: string) => void
  /** The values that are read; all where there is none. */
  readonly fits?: RegExp
}

const nothing: Reader = { take: () => undefined }
const instead = (...flags: string[]): Reader => ({ take: (wish) => void wish.flags.push(...flags) })
const as = (flag: string, change = (value: string) => value): ValueReader => ({
  value: (wish, value) => void wish.flags.push(flag, change(value))
})
const part = (name: 'host' | 'port' | 'topic' | 'message'): ValueReader => ({
  value: ({ parts }, value) => void parts.set(name, parts.get(name) ?? value)
})
const [host, port, topic, message] = [part('host'), part('port'), part('topic'), part('message')]
/** A value that another client would mean something else with is not read: `-p 3` may be a partition, and `-k` a key. */
const only = (fits: RegExp, reader: ValueReader): ValueReader => ({ ...reader, fits })
/** The password itself is never repeated. */
const password: Reader = { value: (wish) => void wish.flags.push('--password') }

const BOTH: readonly (readonly [string, Reader])[] = [
  ['-h', host],
  ['--host', host],
  ['--hostname', host],
  ['-p', only(/^\d{2,}$/, port)],
  ['--port', port],
  ['-t', topic],
  ['--topic', topic],
  ['-u', as('--username')],
  ['--user', as('--username')],
  ['-P', password],
  ['--pw', password],
  ['-i', as('--client-id')],
  ['--id', as('--client-id')],
  ['-q', as('--qos')],
  [
    '-k',
    only(
      /^\d+$/,
      as('--keepalive', (seconds) => `${seconds}s`)
    )
  ],
  ['--cafile', as('--ca')],
  ['--will-topic', as('--will-channel')],
  ['-V', as('--protocol', (version) => (version.includes('3') ? '3.1.1' : '5'))],
  ['-d', nothing],
  ['--debug', nothing]
]

const PUBLISHING = new Map<string, Reader>([
  ...BOTH,
  ['-m', message],
  ['--message', message],
  ['-n', instead('--empty')],
  ['--null-message', instead('--empty')],
  ['-s', nothing],
  ['--stdin-file', nothing],
  ['--stdin-line', instead('--lines')]
])

const SUBSCRIBING = new Map<string, Reader>([
  ...BOTH,
  ['-C', as('--count')],
  ['-W', as('--timeout', (seconds) => `${seconds}s`)],
  ['-T', as('--exclude')],
  ['-N', instead('--no-newline')],
  ['-R', instead('--retained', 'skip')],
  ['--retained-only', instead('--retained', 'only')],
  ['-v', nothing],
  ['--verbose', nothing]
])

const DIALECTS: ReadonlyMap<string, ReadonlyMap<string, Reader>> = new Map([
  ['publish', PUBLISHING],
  ['subscribe', SUBSCRIBING],
  ['record', SUBSCRIBING]
])

/** `-t 10s` is our `--timeout`, and so is `-t 10x`. */
const isDuration = (word: string) => /^\d/.test(word)

/**
 * The command line that was meant by one with flags of mosquitto_pub or mosquitto_sub, fit to be pasted; `undefined` where it holds no
 * such flag, or something that we know nothing of. No password is in it.
 * @param id the command's id, such as `publish`
 * @param own the command's own flags, which are kept
 */
export function inOurWords(
  id: string,
  argv: readonly string[],
  own: Readonly<Record<string, KnownFlag>>
): string | undefined {
  const dialect = DIALECTS.get(id)
  if (dialect === undefined) return undefined
  const wish: Wish = { parts: new Map(), words: [], flags: [] }
  const end = argv.indexOf('--')
  const words = argv.slice(0, end < 0 ? argv.length : end)
  let isForeign = false
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-' || !word.startsWith('-')) {
      wish.words.push(word)
      continue
    }
    const theirs = word === '-t' && isDuration(words[0] ?? '') ? undefined : dialect.get(word)
    const reader = theirs ?? ownReader(word, own)
    if (reader === undefined) return undefined
    isForeign ||= theirs !== undefined && (!isOwn(word, own) || word === '-t')
    if ('take' in reader) reader.take(wish)
    else {
      const value = words.shift()
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
  const { parts, words, flags } = wish
  const [host, port] = [parts.get('host'), parts.get('port')]
  const name = host?.includes(':') && !host.startsWith('[') ? `[${host}]` : (host ?? 'localhost')
  const isNamed = host !== undefined || port !== undefined
  const broker = isNamed ? ['--broker', port === undefined ? name : `${name}:${port}`] : []
  const named = [parts.get('topic'), parts.get('message')].filter((word) => word !== undefined)
  return ['tidings', id, ...[...named, ...words, ...broker, ...flags].map(quoteForShell)].join(' ')
}
