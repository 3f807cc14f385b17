import { describe, expect, it } from 'vitest'
import { judgeUnread, type UnreadTopic } from '../../../src/transport/kafka/unread-topics.js'

const unread = (topic: string, more: Partial<UnreadTopic> = {}): UnreadTopic => ({
  topic,
  why: 'the time was up',
  isDenied: false,
  isPartly: false,
  ...more
})
const denied = (topic: string) => unread(topic, { isDenied: true, why: 'not authorized for the topic' })

function judge(topics: readonly UnreadTopic[], asked: number, ...named: string[]) {
  const told: string[] = []
  const failure = judgeUnread(topics, asked, {
    isNamed: (topic) => named.includes(topic),
    warn: (text) => told.push(text),
    asker: { broker: 'h:9092', user: 'ada' }
  })
  return { told, failure: failure && [failure.kind, failure.message] }
}

describe('what a look could not read', () => {
  it('is nothing where all was read', () => {
    expect(judge([], 3)).toEqual({ told: [], failure: undefined })
    expect(judge([], 0)).toEqual({ told: [], failure: undefined })
  })

  it('is told in two lines, however many topics there are, where others were read', () => {
    expect(judge([denied('a'), denied('b'), unread('c'), unread('d'), unread('e')], 6)).toEqual({
      told: ['you may not read 2 topics, such as "a"', 'cannot read "c" and 2 other topics: the time was up'],
      failure: undefined
    })
    expect(judge([denied('a'), unread('c')], 6).told).toEqual([
      'you may not read "a"',
      'cannot read "c": the time was up'
    ])
  })

  it('fails the look where it was named, and is told otherwise', () => {
    expect(judge([denied('a'), denied('b')], 6, 'b')).toEqual({
      told: ['you may not read "a"'],
      failure: ['refused', 'cannot read "b": not authorized for the topic']
    })
    expect(judge([unread('c')], 6, 'c')).toEqual({
      told: [],
      failure: ['unfinished', 'cannot read "c": the time was up']
    })
  })

  it('fails the look where it is all that was asked for; a missing right counts most', () => {
    expect(judge([unread('c'), denied('a'), denied('b')], 3)).toEqual({
      told: [],
      failure: ['refused', 'cannot read "a" and 1 other topic: not authorized for the topic']
    })
  })

  it('does not fail the look where some partitions of each topic were read', () => {
    expect(judge([unread('a', { isPartly: true })], 1, 'a')).toEqual({
      told: ['cannot read "a": the time was up'],
      failure: undefined
    })
  })
})
