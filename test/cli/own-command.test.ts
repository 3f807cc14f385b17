import { expect, it } from 'vitest'
import { ownCommand } from '../../src/cli/own-command.js'

const OURS = ['publish', 'broker', 'broker:status', 'outbox:send']

it.each([
  [['publish', 'a'], 'publish'],
  [['broker'], 'broker'],
  [['broker', '--memory'], 'broker'],
  [['broker', 'status', '--json'], 'broker:status'],
  [['outbox', 'send', 'box'], 'outbox:send']
])('%j is %s', (args, id) => {
  expect(ownCommand(args, OURS)).toBe(id)
})

it.each([[[]], [['broker', 'stats']], [['outbox']], [['outbox', 'sned']], [['plug-in']]])(
  '%j may be a topic, a slip or a plug-in',
  (args) => {
    expect(ownCommand(args, OURS)).toBeUndefined()
  }
)
