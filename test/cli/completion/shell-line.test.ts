import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { divideLine } from '../../../src/cli/completion/shell-line.js'
import { quoteForShell } from '../../../src/core/quote-for-shell.js'

describe('a command line up to the cursor', () => {
  it.each([
    ['tidings ', ['tidings'], '', ''],
    ['tidings pub', ['tidings'], 'pub', ''],
    ["tidings publish 'a b' c", ['tidings', 'publish', 'a b'], 'c', ''],
    ['tidings publish a\\ b', ['tidings', 'publish'], 'a b', ''],
    ["tidings publish 'a b", ['tidings', 'publish'], 'a b', "'"],
    ['tidings publish "a $b', ['tidings', 'publish'], 'a $b', '"'],
    ['tidings publish "a \\"b', ['tidings', 'publish'], 'a "b', '"'],
    ['tidings publish $(touch x)', ['tidings', 'publish', '$(touch'], 'x)', ''],
    ["tidings publish '' ", ['tidings', 'publish', ''], '', ''],
    ['tidings a\\', ['tidings'], 'a\\', '']
  ])('%s', (line, words, current, quote) => {
    expect(divideLine(line)).toMatchObject({ words, current, quote })
  })

  it.each([["tidings a'b"], ["tidings 'a'b"], ["tidings 'a'"], [`tidings "a"'b`]])(
    'has no word to complete where only a part of it is in quotes: %s',
    (line) => {
      expect(divideLine(line)).toBeUndefined()
    }
  )

  it.each([
    ['tidings --qos=', 6],
    ['tidings -b mqtt://h', 5],
    ['tidings -b mqtt\\://h', 0],
    ["tidings 'a:b", 0],
    ['tidings a:b c', 0]
  ])('tells how much of the word the shell leaves alone: %s', (line, kept) => {
    expect(divideLine(line, ':=')).toMatchObject({ kept })
  })

  it('is divided into the words that were quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 8 }), { maxLength: 6 }), (words) => {
        const line = ['tidings', ...words].map(quoteForShell).join(' ')
        expect(divideLine(`${line} `)?.words).toEqual(['tidings', ...words])
      })
    )
  })
})
