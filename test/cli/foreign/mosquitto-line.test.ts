import { describe, expect, it } from 'vitest'
import { inOurWords } from '../../../src/cli/foreign/foreign-line.js'
import { MOSQUITTO } from '../../../src/cli/foreign/mosquitto-line.js'
import Publish from '../../../src/commands/publish.js'
import Record from '../../../src/commands/record.js'
import Subscribe from '../../../src/commands/subscribe.js'

const FLAGS = { publish: Publish.flags, subscribe: Subscribe.flags, record: Record.flags }

/** The line in our words, of a line whose words a blank divides. */
const said = (line: string) => {
  const [id = '', ...argv] = line.split(' ')
  return inOurWords(MOSQUITTO, id, argv, FLAGS[id as keyof typeof FLAGS] ?? {})
}

describe('a command line with the flags of mosquitto_pub or mosquitto_sub, in our words', () => {
  it.each([
    ['publish -h localhost -t a -m b', 'tidings publish a b --broker localhost'],
    ['publish -t a/b -m {"on":true}', `tidings publish a/b '{"on":true}'`],
    ['publish -p 1884 a b', 'tidings publish a b --broker localhost:1884'],
    ['publish -h ::1 -p 1884 -t a -n -r', "tidings publish a --broker '[::1]:1884' --empty -r"],
    ['publish -u ann -P s3cret -t a -m b', 'tidings publish a b --username ann --password'],
    ['publish --topic a --message b --host h --qos 2', 'tidings publish a b --broker h --qos 2'],
    ['publish -h h -t a -l -q 1', 'tidings publish a --broker h -l --qos 1'],
    ['publish -h h -t a -f file.json', 'tidings publish a --broker h -f file.json'],
    ['publish -h h a -- -5', 'tidings publish a -5 --broker h'],
    ["publish -t a -m it's", `tidings publish a 'it'\\''s'`],
    ['subscribe -h h -t foo/# -v', "tidings subscribe 'foo/#' --broker h"],
    ['subscribe -t foo -C 1 -W 5', 'tidings subscribe foo --count 1 --timeout 5s'],
    ['subscribe foo -h h -t 10s --json', 'tidings subscribe foo --broker h -t 10s --json'],
    ['subscribe foo -V mqttv5 -k 10', 'tidings subscribe foo --protocol 5 --keepalive 10s'],
    ['subscribe foo -R -T foo/x', 'tidings subscribe foo --retained skip --exclude foo/x'],
    ['subscribe foo -N --raw -h h', 'tidings subscribe foo --broker h --no-newline --raw'],
    ['record -h h -t foo -o file', 'tidings record foo --broker h -o file']
  ])('%s', (line, ours) => {
    expect(said(line)).toBe(ours)
  })

  it.each([
    'publish -h h -t a -m b --password=s3cret',
    'publish -h h -t a -m b --password s3cret',
    'publish -h h -t a -m b --pw s3cret'
  ])('never with the password: %s', (line) => {
    expect(said(line)).toBe('tidings publish a b --broker h --password')
  })

  it.each([
    ['a line in our words', 'publish a b --qos 1 -b localhost'],
    ['a duration that is none', 'subscribe foo -t 10x'],
    ['a flag that nobody knows', 'publish -h h -t a -m b --unheard'],
    ['a flag without its value', 'publish -t a -m'],
    ['another command', 'channels -h h'],
    ['a key that is no time to keep a connection alive', 'publish a b -k key'],
    ['what may be a partition', 'publish a b -p 3']
  ])('there is none for %s', (_, line) => {
    expect(said(line)).toBeUndefined()
  })
})
