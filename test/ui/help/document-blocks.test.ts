import { expect, it } from 'vitest'
import { documentBlocks, inlineParts, plainText } from '../../../src/ui/help/document-blocks.js'

it('reads headings, paragraphs, lists, code and tables', () => {
  const document = [
    '# A page',
    'Two lines',
    'of prose.',
    '- one',
    '  goes on',
    '- two',
    '',
    '```sh',
    '# no heading',
    '- no item',
    '```',
    '| a | b |',
    '|---|---|',
    '| `x\\|y` |  |',
    '1. first'
  ]
  expect(documentBlocks(document.join('\n'))).toEqual([
    { kind: 'heading', level: 1, text: 'A page' },
    { kind: 'paragraph', text: 'Two lines of prose.' },
    { kind: 'list', items: ['one goes on', 'two'] },
    { kind: 'code', lines: ['# no heading', '- no item'] },
    {
      kind: 'table',
      rows: [
        ['a', 'b'],
        ['`x|y`', '']
      ]
    },
    { kind: 'list', items: ['1. first'] }
  ])
})

it('ends where a block of code is never closed', () => {
  expect(documentBlocks('```\na')).toEqual([{ kind: 'code', lines: ['a'] }])
})

it('knows which words of a text are literals or emphasised', () => {
  expect(inlineParts('say `a*b` or **c**, 2 * 3')).toEqual([
    { text: 'say ', strong: false },
    { text: 'a*b', strong: true },
    { text: ' or ', strong: false },
    { text: 'c', strong: true },
    { text: ', 2 ', strong: false },
    { text: '*', strong: false },
    { text: ' 3', strong: false }
  ])
})

it('keeps a mark that has no partner', () => {
  expect(plainText('a ` b * c')).toBe('a ` b * c')
})
