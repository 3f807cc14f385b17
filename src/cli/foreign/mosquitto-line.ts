import {
  as,
  type Dialect,
  instead,
  isDuration,
  nothing,
  only,
  part,
  password,
  type Reader
} from './foreign-line.js'

const [host, port, topic, message] = [part('host'), part('port'), part('topic'), part('message')]

/** A value that another client would mean something else with is not read: `-p 3` may be a partition, and `-k` a key. */
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

const BY_COMMAND: ReadonlyMap<string, ReadonlyMap<string, Reader>> = new Map([
  ['publish', PUBLISHING],
  ['subscribe', SUBSCRIBING],
  ['record', SUBSCRIBING]
])

/** The flags of mosquitto_pub, mosquitto_sub and the clients that imitate them. */
export const MOSQUITTO: Dialect = {
  readerOf: (command, word, next) =>
    word === '-t' && isDuration(next) ? undefined : BY_COMMAND.get(command)?.get(word),
  beatsOwn: new Set(['-t'])
}
