import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesPattern, type PatternRules } from '../../src/core/channel-pattern.js'
import type { Message } from '../../src/core/message.js'
import { MessageSelection, type SelectionOptions } from '../../src/core/message-selection.js'
import { textMessage } from '../support/memory-connection.js'
import { plainCondition } from '../support/plain-condition.js'

const SLASHES: PatternRules = { separator: '/', hidden: '$' }

const select = (options: SelectionOptions, rules = SLASHES) => new MessageSelection(options, rules)
const kept = (channel: string) => textMessage(channel, '', { mqtt: { retain: true } })
const fresh = (channel: string) => textMessage(channel)
const ofNoMqtt = (channel: string) => textMessage(channel, '', { mqtt: undefined })
const namesOf = (messages: readonly Message[]) => messages.map(({ channel }) => channel).join(' ')
const batchOf = (names: string) => names.split(' ').map(fresh)

describe('a selection', () => {
  it('without options takes everything, and returns the batch itself', () => {
    const selection = select({})
    const batch = batchOf('a b c')
    expect(selection.select(batch).wanted).toBe(batch)
    expect(selection.select(batch).done).toBe(3)
    expect(selection.isComplete).toBe(false)
  })

  it('ends once as many messages as were asked for have come, also within a batch', () => {
    const selection = select({ count: 3 })
    expect(selection.select(batchOf('a b'))).toMatchObject({ done: 2 })
    expect(selection.isComplete).toBe(false)
    const { wanted, done } = selection.select(batchOf('c d e'))
    expect([namesOf(wanted), done]).toEqual(['c', 1])
    expect(selection.isComplete).toBe(true)
    expect(selection.select(batchOf('f'))).toEqual({ wanted: [], done: 0 })
    expect(selection.judge(fresh('f'))).toBe('end')
  })

  it('takes a whole batch of exactly as many messages as were asked for', () => {
    const selection = select({ count: 2 })
    expect(selection.select(batchOf('a b')).done).toBe(2)
    expect(selection.isComplete).toBe(true)
  })

  it('of no messages is complete before the first message', () => {
    const selection = select({ count: 0 })
    expect(selection.isComplete).toBe(true)
    expect(selection.select(batchOf('a'))).toEqual({ wanted: [], done: 0 })
  })

  it('skips the first messages, across batches, before it counts', () => {
    const selection = select({ skip: 3, count: 2 })
    expect(selection.select(batchOf('a b'))).toEqual({ wanted: [], done: 2 })
    const { wanted, done } = selection.select(batchOf('c d e f'))
    expect([namesOf(wanted), done]).toEqual(['d e', 3])
  })

  it('skips the first of the wanted messages, not of all messages', () => {
    const selection = select({ patterns: ['a/#'], skip: 1 })
    expect(namesOf(selection.select(batchOf('b a/1 b a/2 a/3')).wanted)).toBe('a/2 a/3')
  })

  it('takes channels that any pattern matches and none excludes', () => {
    const options = { patterns: ['a/#', '+/1'], exclude: ['a/2', 'c/#'] }
    expect(namesOf(select(options).select(batchOf('a a/1 a/2 b/1 b/2 c')).wanted)).toBe('a a/1 b/1')
    expect(namesOf(select({ exclude: ['a/+'] }).select(batchOf('a a/1 b')).wanted)).toBe('a b')
  })

  it('takes every channel if the list of patterns is empty', () => {
    expect(namesOf(select({ patterns: [], exclude: [] }).select(batchOf('a $SYS/x')).wanted)).toBe('a $SYS/x')
  })

  it("divides levels and hides channels as the protocol's rules say", () => {
    const dots = select({ patterns: ['+.b'] }, { separator: '.', hidden: '_' })
    expect(namesOf(dots.select(batchOf('a.b a/b _a.b $a.b')).wanted)).toBe('a.b $a.b')
  })

  it.each([
    [undefined, 'kept fresh none'],
    ['include' as const, 'kept fresh none'],
    ['skip' as const, 'fresh none'],
    ['only' as const, 'kept']
  ])('with retained: %s takes %s', (retained, names) => {
    const batch = [kept('kept'), fresh('fresh'), ofNoMqtt('none')]
    expect(namesOf(select({ retained }).select(batch).wanted)).toBe(names)
  })
})

const names = fc.constantFrom('a', 'a/1', 'a/2', 'b/1', '$SYS/x')
const messages = fc.tuple(names, fc.boolean()).map(([name, isKept]) => (isKept ? kept(name) : fresh(name)))
const batches = fc.array(fc.array(messages, { maxLength: 6 }), { maxLength: 6 })
const patternLists = fc.array(fc.constantFrom('#', 'a/#', '+/1', 'a', '$SYS/#'), { maxLength: 2 })
const options: fc.Arbitrary<SelectionOptions> = fc.record(
  {
    patterns: patternLists,
    exclude: patternLists,
    retained: fc.constantFrom('include', 'skip', 'only'),
    skip: fc.nat({ max: 6 }),
    count: fc.nat({ max: 8 })
  },
  { requiredKeys: [] }
)

describe('judging one by one and by batches', () => {
  it('gives the same result for any batches', () => {
    fc.assert(
      fc.property(options, batches, (chosen, stream) => {
        const byBatch = select(chosen)
        const oneByOne = select(chosen)
        for (const batch of stream) {
          const { wanted, done } = byBatch.select(batch)
          const judgements = batch.map((message) => oneByOne.judge(message))
          const end = judgements.indexOf('end')
          expect(done).toBe(end < 0 ? batch.length : end)
          expect(wanted).toEqual(batch.filter((_, index) => judgements[index] === 'keep'))
          expect(byBatch.isComplete).toBe(oneByOne.isComplete)
        }
      }),
      { numRuns: 2000 }
    )
  })

  it('takes what is left after filtering the whole stream and then cutting it', () => {
    fc.assert(
      fc.property(options, batches, (chosen, stream) => {
        const { patterns = [], exclude = [], retained = 'include', skip = 0, count } = chosen
        const matchesAny = (all: readonly string[], { channel }: Message) =>
          all.some((pattern) => matchesPattern(pattern, channel, SLASHES))
        const expected = stream
          .flat()
          .filter((message) => patterns.length === 0 || matchesAny(patterns, message))
          .filter((message) => !matchesAny(exclude, message))
          .filter(({ mqtt }) => retained === 'include' || mqtt?.retain === (retained === 'only'))
          .slice(skip)
          .slice(0, count)
        const selection = select(chosen)
        expect(stream.flatMap((batch) => selection.select(batch).wanted)).toEqual(expected)
        expect(selection.isComplete).toBe(expected.length === count)
      }),
      { numRuns: 2000 }
    )
  })
})

describe('a condition', () => {
  it('comes after the filters on channels, and before messages are skipped and counted', () => {
    const seen: string[] = []
    const condition = plainCondition(({ channel }) => {
      seen.push(channel)
      return channel !== 'a/1'
    })
    const selection = select({ patterns: ['a/#'], skip: 1, count: 1, condition })
    const { wanted, done } = selection.select(batchOf('b a/1 a/2 a/3 a/4'))
    expect([namesOf(wanted), done]).toEqual(['a/3', 4])
    expect(seen).toEqual(['a/1', 'a/2', 'a/3'])
    expect(selection.unmatched).toBe(1)
  })

  it('judges only what has changed, and both are counted as not matching', () => {
    const seen: string[] = []
    const condition = plainCondition(({ channel }) => seen.push(channel) > 1)
    const selection = select({ changed: true, condition })
    expect(namesOf(selection.select(batchOf('a a b b c')).wanted)).toBe('b c')
    expect(seen).toEqual(['a', 'b', 'c'])
    expect(selection.unmatched).toBe(3)
  })

  it('that works long has a batch judged in parts', () => {
    const selection = select({ condition: plainCondition(() => true, 30_000) })
    const batch = batchOf('a b c d e')
    const first = selection.select(batch)
    expect([namesOf(first.wanted), first.done]).toEqual(['a b', 2])
    const second = selection.select(batch, 2)
    expect([namesOf(second.wanted), second.done]).toEqual(['c d', 4])
    const third = selection.select(batch, 4)
    expect([namesOf(third.wanted), third.done]).toEqual(['e', 5])
  })
})
