import { describe, expect, it } from 'vitest'
import { encodeDueMessages, formatDueMessages } from '../../src/ui/dry-run-lines.js'
import { textMessage } from '../support/memory-connection.js'

const batch = [
  textMessage('a', 'hello', { guarantee: 2, mqtt: { retain: true } }),
  textMessage('evil\x1b[2J', '', { guarantee: undefined })
]

describe('what a dry run would send', () => {
  it('is a line for each message, with when it is due, and nothing that a terminal obeys', () => {
    expect(formatDueMessages(batch, 1_500_000)).toBe(
      '    +1.500000s  a  qos 2  5 bytes  retain\n    +1.500000s  evil\\u001b[2J  qos 1  0 bytes\n'
    )
  })

  it('is entries of a recording with --json, each with its offset in whole microseconds', () => {
    const entries = (due: number) =>
      Buffer.from(encodeDueMessages(batch, due))
        .toString()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    expect(entries(1_500_000.4)).toMatchObject([
      { offset: 1_500_000, channel: 'a', payload: 'hello' },
      { offset: 1_500_000, channel: 'evil\x1b[2J' }
    ])
    // Nothing of the batch before.
    expect(entries(2)).toHaveLength(2)
  })

  it('is nothing of no message', () => {
    expect([formatDueMessages([], 1), encodeDueMessages([], 1).length]).toEqual(['', 0])
  })
})
