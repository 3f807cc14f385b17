import { expect, it } from 'vitest'
import { updateLine } from '../../src/cli/update-line.js'

it.each([
  [['--check', 'a.yaml'], 'tidings channels --asyncapi a.yaml'],
  [
    ['room/#', '--check', 'my api.yaml', '--for', '1m', '--where', "payload.a > 1 && channel != 'x'"],
    "tidings channels 'room/#' --asyncapi 'my api.yaml' --for 1m --where 'payload.a > 1 && channel != '\\''x'\\'''"
  ],
  [
    ['--check=a.yaml', '-f', 'r.jsonl', '--report', 'r.xml', '--json', '-q'],
    'tidings channels --asyncapi=a.yaml -f r.jsonl -q'
  ],
  [['--report=r.xml', '--check', 'a.yaml', '-j'], 'tidings channels --asyncapi a.yaml'],
  [['-qj', '--check', 'a.yaml'], 'tidings channels -q --asyncapi a.yaml'],
  [
    ['-b', 'mqtt://u:secret@h', '--password', 'secret', '--check', 'a.yaml'],
    "tidings channels -b 'mqtt://u:***@h' --asyncapi a.yaml --password"
  ],
  [
    ['--password=secret', '--check', 'a.yaml', '--', '--json'],
    'tidings channels --asyncapi a.yaml --password -- --json'
  ]
])('the same command line brings a document up to date, without passwords: %j', (argv, line) => {
  expect(updateLine(argv)).toBe(line)
})
