import { describe, expect, it } from 'vitest'
import { inOurWords } from '../../../src/cli/foreign/foreign-line.js'
import { KCAT, KCAT_FLAGS, speaksKcat } from '../../../src/cli/foreign/kcat-line.js'
import { otherFlag } from '../../../src/cli/other-words.js'
import Channels from '../../../src/commands/channels.js'
import Publish from '../../../src/commands/publish.js'
import Record from '../../../src/commands/record.js'
import Subscribe from '../../../src/commands/subscribe.js'

const FLAGS = {
  publish: Publish.flags,
  subscribe: Subscribe.flags,
  record: Record.flags,
  channels: Channels.flags
}

/** The line in our words, of a line whose words a blank divides. */
const said = (line: string) => {
  const [id = '', ...argv] = line.split(' ')
  return inOurWords(KCAT, id, argv, FLAGS[id as keyof typeof FLAGS] ?? {})
}

describe('a command line with the flags of kcat or Kafka, in our words', () => {
  it.each([
    [
      'subscribe -b h:9092 -C -t t -o beginning -e -q',
      'tidings subscribe t --broker kafka://h:9092 --from beginning --until-end'
    ],
    ['subscribe -C -t t -o end -c 5 -J', 'tidings subscribe t --from latest --count 5 --json'],
    ['subscribe t -o -10 -e', 'tidings subscribe t --from -10 --until-end'],
    ['subscribe t -o s@1700000000000', 'tidings subscribe t --from 2023-11-14T22:13:20Z'],
    ['subscribe -G work t1 t2', 'tidings subscribe t1 t2 --group work'],
    ['subscribe t -p 3 -q 2', `tidings subscribe t --where 'kafka.partition == 3' -q 2`],
    ['subscribe t -f %k|%s\\n', `tidings subscribe t --format '{key}|{payload}'`],
    ['subscribe -L', 'tidings channels'],
    ['channels -L -t t', 'tidings channels t'],
    ['record -t t -c 5 -o file', 'tidings record t --count 5 -o file'],
    [
      'publish -P -t t -k key -p 3 -z gzip',
      'tidings publish t --message-key key --partition 3 --compression gzip'
    ],
    ['publish -P -t t -l my.txt', 'tidings publish t --lines < my.txt'],
    ['publish -t t -l', 'tidings publish t --lines'],
    [
      'subscribe --bootstrap-server h:9092,i:9092 --topic=t --from-beginning --max-messages 3',
      'tidings subscribe t --broker kafka://h:9092,i:9092 --from beginning --count 3'
    ],
    [
      'subscribe t --partition 0 --offset earliest --timeout-ms 500',
      `tidings subscribe t --where 'kafka.partition == 0' --from beginning --idle 500ms`
    ]
  ])('%s', (line, ours) => {
    expect(said(line)).toBe(ours)
  })

  it.each([
    ['a line in our words', 'subscribe t --from beginning -b kafka://h'],
    ['a duration', 'subscribe t -t 10s'],
    ['a number of messages of another client', 'subscribe t -C 5'],
    ['a password of another client', 'publish t x -P s3cret'],
    ['a format with fields that we do not have', 'subscribe t -f %S'],
    ['what Kafka has no flag for here', 'subscribe t -X security.protocol=ssl'],
    ['a file that is written to', 'record t -o file']
  ])('there is none for %s', (_, line) => {
    expect(said(line)).toBeUndefined()
  })
})

describe('a flag of kcat or Kafka alone', () => {
  it.each([
    ['subscribe', '-X', 'kafkas:// is TLS'],
    ['subscribe', '-K', "--format '{key}:{payload}'"],
    ['publish', '-K', 'a key for all: --message-key KEY'],
    ['subscribe', '-D', "--format '{payload},' --no-newline"],
    ['publish', '-D', "tr ',' '\\n' < FILE | tidings publish TOPIC --lines"],
    ['publish', '-P', 'leave it out'],
    ['publish', '-c', 'head -n N FILE | tidings publish TOPIC --lines'],
    ['publish', '-T', 'tee FILE | tidings publish TOPIC --lines'],
    ['subscribe', '-Q', '--from 2026-11-29T12:00:00Z'],
    ['subscribe', '--property', "--format '{key} {payload}'"],
    ['subscribe', '--consumer-property', '--password-file'],
    ['subscribe', '--exit', '--until-end'],
    ['channels', '--list', 'tidings channels']
  ] as const)('%s %s is told in our words', (id, flag, words) => {
    expect(otherFlag(flag, FLAGS[id], KCAT_FLAGS)).toContain(words)
  })
})

describe('the words of kcat are understood', () => {
  it.each([
    ['at a broker of Kafka', [], 'kafka://h', true],
    ['at one with TLS', [], 'KAFKAS://h', true],
    ['at a broker without a scheme, where only kcat has such a flag', ['-J'], 'h:9092', true],
    ['where a program of Kafka names its broker', ['--bootstrap-server=h'], undefined, true],
    ['for a mode', ['-C', '-t', 't'], 'h', true],
    ['for a list', ['-L', '-b', 'h'], 'h', true],
    ['never for a URL of mosquitto_sub', ['-L', 'mqtt://h/t'], undefined, false],
    ['never at another broker', ['-C', '-t', 't', '-J'], 'mqtt://h', false],
    ['never where mosquitto_sub has the flag', ['-C', '5', '-t', 't'], 'h', false]
  ])('%s', (_, argv, broker, is) => {
    expect(speaksKcat(argv, broker)).toBe(is)
  })
})
