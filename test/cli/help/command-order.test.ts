import { expect, it } from 'vitest'
import { inOrderOfUse } from '../../../src/cli/help/command-order.js'

const sorted = (...names: string[]) => inOrderOfUse(names, (name) => name)

it('what is needed first comes first, and not what begins with an A', () => {
  expect(sorted('broker', 'channels', 'outbox', 'publish', 'subscribe')).toEqual([
    'publish',
    'subscribe',
    'channels',
    'outbox',
    'broker'
  ])
})

it('a command of which the order knows nothing comes last, and the commands of a group stay together', () => {
  expect(sorted('zebra', 'broker:stop', 'ant', 'outbox', 'broker:check')).toEqual([
    'outbox',
    'broker:check',
    'broker:stop',
    'ant',
    'zebra'
  ])
})
