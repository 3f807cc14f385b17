import { flagsOfPosition } from '../../core/history-position.js'
import type { OtherFlags } from '../other-words.js'
import {
  as,
  type Dialect,
  instead,
  isDuration,
  nothing,
  only,
  part,
  type Reader,
  type Wish
} from './foreign-line.js'

/** Fields of kcat's -f that `--format` has, too. */
const FIELDS: Readonly<Record<string, string>> = {
  '%s': '{payload}',
  '%k': '{key}',
  '%t': '{channel}',
  '%p': '{partition}',
  '%o': '{offset}',
  '%h': '{headers}',
  '%T': '{sourceTime}'
}
/** A text for kcat's -f all of whose fields we have. */
const FORMAT = /^(?=.*%)(?:[^%{}]|%[sktpohT])*$/s
const formatOf = (text: string) => text.replace(/\\n$/, '').replace(/%./g, (field) => FIELDS[field] ?? field)

/** A bare host is one of Kafka's here. */
const broker: Reader = {
  value: (wish, hosts) => void wish.flags.push('--broker', hosts.includes('://') ? hosts : `kafka://${hosts}`)
}
/** What kcat's -o and Java's --offset take. */
const position: Reader = only(/^(?:beginning|end|latest|earliest|-?\d+|s@\d{10,13})$/, {
  value: (wish, text) => {
    const [, ours] = /^--from (.*)$/.exec(flagsOfPosition(text) ?? '') ?? []
    wish.flags.push('--from', ours ?? 'beginning')
  }
})
const toListing: Reader = {
  take: (wish: Wish) => {
    wish.command = 'channels'
  }
}
const topic = part('topic')

const BOTH: readonly (readonly [string, Reader])[] = [
  ['-b', broker],
  ['--broker', broker],
  ['--bootstrap-server', broker],
  ['--broker-list', broker],
  ['-t', topic],
  ['--topic', topic],
  ['-L', toListing],
  ['--list', toListing],
  ['-u', nothing],
  ['-E', nothing]
]

const PUBLISHING = new Map<string, Reader>([
  ...BOTH,
  ['-k', as('--message-key')],
  ['-p', only(/^\d+$/, as('--partition'))],
  ['-z', only(/^(?:none|gzip|zstd)$/, as('--compression'))],
  [
    '-l',
    {
      take: (wish: Wish) => {
        wish.flags.push('--lines')
        wish.isInputFile = true
      }
    }
  ]
])

const inPartition = as('--where', (number) => `kafka.partition == ${number}`)
const SUBSCRIBING = new Map<string, Reader>([
  ...BOTH,
  ['-c', only(/^\d+$/, as('--count'))],
  ['--max-messages', only(/^\d+$/, as('--count'))],
  ['-e', instead('--until-end')],
  ['-J', instead('--json')],
  ['-G', as('--group')],
  ['-o', position],
  ['--offset', position],
  ['--from-beginning', instead('--from', 'beginning')],
  ['-f', only(FORMAT, as('--format', formatOf))],
  ['-p', only(/^\d+$/, inPartition)],
  ['--partition', only(/^\d+$/, inPartition)],
  [
    '--timeout-ms',
    only(
      /^\d+$/,
      as('--idle', (time) => `${time}ms`)
    )
  ]
])

const LISTING = new Map<string, Reader>(BOTH)

const BY_COMMAND: ReadonlyMap<string, ReadonlyMap<string, Reader>> = new Map([
  ['publish', PUBLISHING],
  ['subscribe', SUBSCRIBING],
  ['record', SUBSCRIBING],
  ['channels', LISTING]
])

/** -C and -P say only which of kcat's modes is meant. With a value they are mosquitto's: a number of messages, and a password. */
const MODES: Readonly<Record<string, string>> = { '-C': 'subscribe', '-P': 'publish' }

function readerOf(command: string, word: string, next = '-'): Reader | undefined {
  const mode = MODES[word]
  if (mode !== undefined) return mode === command && next.startsWith('-') ? nothing : undefined
  // Where these are ours, their values tell.
  if (word === '-t' && isDuration(next)) return undefined
  if (word === '-u' && !next.startsWith('-')) return undefined
  if (word === '-q') return /^[012]$/.test(next) ? undefined : nothing
  if (word === '-o' && flagsOfPosition(next) === undefined) return undefined
  return BY_COMMAND.get(command)?.get(word)
}

/** The flags of kcat and of the programs kafka-console-consumer and kafka-console-producer. */
export const KCAT: Dialect = { readerOf, beatsOwn: new Set(['-t', '-o', '-q']) }

/** What nobody writes who comes from another client than kcat. */
const isOfKcat = (word: string, next = '-') =>
  /^(?:-[JGX]|--bootstrap-server(?:=.*)?|--broker-list(?:=.*)?)$/s.test(word) ||
  (word === '-o' && flagsOfPosition(next) !== undefined) ||
  ((word === '-L' || word in MODES) && next.startsWith('-'))

/**
 * Whether a line is one for Kafka: by its broker, or, where the broker has no scheme or none is named, by flags that only kcat and Kafka's programs have.
 * @param broker as the line, the environment or a profile names it
 */
export function speaksKcat(argv: readonly string[], broker: string | undefined): boolean {
  if (broker?.includes('://')) return /^kafkas?:/i.test(broker)
  return argv.some((word, at) => isOfKcat(word, argv[at + 1]))
}

const LOGIN =
  'kafkas:// is TLS, ?sasl=MECHANISM in the URL says how to log in, --username and --password-file with what; tidings help connection'
const LINES_WITH_KEYS = 'a key for all: --message-key KEY; a key for each line: --lines --key-delimiter :'

/** Flags of kcat and of Kafka's own programs. What is not here is answered as for every broker. */
export const KCAT_FLAGS: OtherFlags = new Map<string, string | readonly string[]>([
  ['-L', 'tidings channels lists the topics; --json has their partitions and leaders'],
  ['--list', 'tidings channels lists the topics'],
  ['--describe', 'tidings channels TOPIC --json has partitions, leaders and replicas'],
  ['-C', 'leave it out: tidings subscribe TOPIC'],
  ['-P', 'leave it out: tidings publish TOPIC; a password is asked for with --password'],
  ['-c', ['--count N', 'publish the first lines only: head -n N FILE | tidings publish TOPIC --lines']],
  [
    '-D',
    [
      "--format '{payload},' --no-newline ends each message with a comma",
      "--lines takes lines; make them: tr ',' '\\n' < FILE | tidings publish TOPIC --lines"
    ]
  ],
  ['-K', ["--format '{key}:{payload}'", LINES_WITH_KEYS]],
  ['-X', LOGIN],
  [
    '-T',
    [
      '--lines reads what tee passes on: tee FILE | tidings publish TOPIC --lines',
      'tidings subscribe TOPIC | tee FILE'
    ]
  ],
  ['-f', "--format '{key} {payload}'"],
  ['-Q', 'tidings subscribe TOPIC --from 2026-11-29T12:00:00Z begins at a time; the offset is in --json'],
  ['-s', '--raw writes the bytes as they are; tidings decodes no Avro'],
  ['--property', ["--format '{key} {payload}', or --json for everything", LINES_WITH_KEYS]],
  ['--consumer-property', LOGIN],
  ['--producer-property', LOGIN],
  ['--command-property', LOGIN],
  ['--command-config', LOGIN],
  ['--consumer.config', LOGIN],
  ['--producer.config', LOGIN],
  ['--exit', '--until-end'],
  ['--timeout-ms', ['--idle DURATION', '--timeout DURATION']],
  ['--bootstrap-server', '--broker kafka://HOST:PORT'],
  ['--broker-list', '--broker kafka://HOST:PORT'],
  ['--partition', "--where 'kafka.partition == N'"],
  ['--whitelist', "a pattern in place of the topic: tidings subscribe 'orders.#'"],
  ['--include', "a pattern in place of the topic: tidings subscribe 'orders.#'"]
])
