import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../../src/core/errors.js'
import type { RecordingItem } from '../../../src/core/recording/recording-item.js'
import { ReplaySelection, type ReplaySelectionOptions } from '../../../src/core/replay/replay-selection.js'
import { parseReplayPoint } from '../../../src/core/replay/replay-window.js'
import { mqttGrammar } from '../../../src/transport/mqtt/channel-grammar.js'
import { textMessage } from '../../support/memory-connection.js'

const at = (second: number, channel = 'a'): RecordingItem => ({
  position: second * 1_000_000,
  message: textMessage(channel)
})
const brokenAt = (second: number): RecordingItem => ({
  position: second * 1_000_000,
  broken: new TidingsError('bad-input', 'it is not JSON', { code: 'bad-envelope' })
})
const select = (options: ReplaySelectionOptions) => new ReplaySelection(options, mqttGrammar)
const judge = (options: ReplaySelectionOptions, ...items: RecordingItem[]) => {
  const selection = select(options)
  return items.map((item) => selection.judge(item))
}

describe('a window', () => {
  const window = { from: parseReplayPoint('+2s'), to: parseReplayPoint('+4s') }

  it('begins at its first point and ends before its second, counted from the first message', () => {
    expect(judge(window, at(10), at(12), at(13.9), at(14))).toEqual(['drop', 'keep', 'keep', 'end'])
  })

  it('is known once the recording has begun', () => {
    const selection = select(window)
    expect(selection.window).toEqual({ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY })
    selection.judge(at(10))
    expect(selection.window).toEqual({ from: 12_000_000, to: 14_000_000 })
  })

  it('has the broken lines within it, those before the first message included', () => {
    expect(judge(window, brokenAt(0), at(10), brokenAt(11), brokenAt(13), brokenAt(14))).toEqual([
      'keep',
      'drop',
      'drop',
      'keep',
      'end'
    ])
  })
})

describe('messages', () => {
  it('are chosen by their channels, skipped and counted within the window', () => {
    const options = { from: parseReplayPoint('+1s'), patterns: ['a'], skip: 1, count: 1 }
    expect(judge(options, at(0), at(1), at(2, 'b'), at(3), at(4))).toEqual([
      'drop',
      'drop',
      'drop',
      'keep',
      'end'
    ])
  })
})
