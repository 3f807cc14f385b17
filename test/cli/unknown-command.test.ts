import { expect, it } from 'vitest'
import { unknownCommand } from '../../src/cli/unknown-command.js'

const COMMANDS = ['publish', 'subscribe', 'broker', 'broker:status', 'broker:stop', 'outbox:list']

it.each([
  ['pubish a', 'pubish', 'tidings publish'],
  ['sbuscribe', 'sbuscribe', 'tidings subscribe'],
  ['broker stauts', 'broker stauts', 'tidings broker status'],
  ['brokr status', 'brokr', 'tidings broker status'],
  ['outbox lst', 'outbox lst', 'tidings outbox list'],
  ['outbox empty', 'outbox empty', 'tidings outbox --help'],
  ['broker foo', 'broker foo', 'tidings broker --help'],
  ['xyz a', 'xyz', 'tidings --help'],
  ['produce a', 'produce', 'tidings publish'],
  ['autocomplete bash', 'autocomplete', 'tidings completion'],
  ['ls', 'ls', 'tidings channels'],
  ['topics', 'topics', 'tidings channels'],
  ['status', 'status', 'tidings broker status'],
  ['version', 'version', 'tidings --version'],
  ['broker ls', 'broker ls', 'tidings broker --help'],
  ['-V', '-V', 'tidings --version'],
  ['-q', '-q', 'tidings COMMAND -q'],
  ['-L -b h', '-L', 'tidings channels'],
  ['--password=s3cret publish', '--password', 'tidings COMMAND --password'],
  ['outbox --password=s3cret', 'outbox --password', 'tidings outbox --help']
])('"tidings %s" is answered with what was probably meant', (args, typed, suggestion) => {
  expect(unknownCommand(args.split(' '), COMMANDS)).toMatchObject({
    kind: 'usage',
    message: `cannot run "${typed}": there is no such command`,
    suggestion
  })
})

it.each([
  ['help pubish', 'pubish', 'tidings help publish'],
  ['help --all broker stauts', 'broker stauts', 'tidings help broker status'],
  ['help exit-code', 'exit-code', 'tidings help exit-codes'],
  ['help exit', 'exit', 'tidings help exit-codes'],
  ['help incident', 'incident', 'tidings help incidents'],
  ['help filter', 'filter', 'tidings help filters'],
  ['help publish sequence', 'publish sequence', 'tidings help publish'],
  ['help pub', 'pub', 'tidings help publish'],
  ['help r', 'r', 'tidings --help'],
  ['help outbox empty', 'outbox empty', 'tidings outbox --help'],
  ['help xyz', 'xyz', 'tidings --help']
])('"tidings %s" is answered with the command whose help was probably meant', (args, typed, suggestion) => {
  expect(unknownCommand(args.split(' '), COMMANDS)).toMatchObject({
    kind: 'usage',
    message: `cannot show help for "${typed}": there is no such command or topic`,
    suggestion
  })
})
