import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DocumentPath } from '../../../src/core/asyncapi/editable-document.js'
import { type JsonTree, jsonObject } from '../../../src/core/catalogue/json-tree.js'
import { YamlDocument } from '../../../src/files/document/yaml-document.js'
import {
  documentChannels,
  openChannelDocument,
  rulesWith
} from '../../../src/operations/document-channels.js'
import { messageOn, observed } from '../../support/observed.js'

type Change = (document: YamlDocument) => void
const put =
  (path: DocumentPath, value: JsonTree): Change =>
  (document) =>
    document.set(path, value)
const cut =
  (...path: DocumentPath): Change =>
  (document) =>
    document.remove(path)

describe('a change of a YAML document changes nothing else in its text', () => {
  test.each<[what: string, before: string, change: Change, after: string]>([
    ['a value', 'a:   1   # one\nb: 2\n', put(['a'], 'x'), 'a:   x   # one\nb: 2\n'],
    ['a value in quotes', "a: 'x'  # q\n", put(['a'], true), 'a: true  # q\n'],
    ['a value of none', 'a:  # none\nb: 1\n', put(['a'], 'x'), 'a: x  # none\nb: 1\n'],
    [
      'a map for none',
      'a:\n    x: 1\nd:  # none\nb: 1\n',
      put(['d', 'k'], 2),
      'a:\n    x: 1\nd:  # none\n    k: 2\nb: 1\n'
    ],
    [
      'a map for a value',
      'a:\n    x: 1 # n\n    z: 2\n',
      put(['a', 'x'], { k: 2 }),
      'a:\n    x:\n        k: 2 # n\n    z: 2\n'
    ],
    [
      'a member, 4 columns',
      'a:\n    b:\n        c: 1  # c\n\n# end\nz: 1\n',
      put(['a', 'b', 'd'], { e: 'f' }),
      'a:\n    b:\n        c: 1  # c\n        d:\n            e: f\n\n# end\nz: 1\n'
    ],
    [
      'a member behind a folded text',
      'a:\n  t: >-\n    one\n    two\n\n    three\nb: 1\n',
      put(['a', 'd'], 'x'),
      'a:\n  t: >-\n    one\n    two\n\n    three\n  d: x\nb: 1\n'
    ],
    [
      'a member behind a text in lines',
      'a:\n  t: |\n    one\n      two\nb: 1\n',
      put(['a', 'd'], 'x'),
      'a:\n  t: |\n    one\n      two\n  d: x\nb: 1\n'
    ],
    [
      'members of a map, and of the last map within it',
      'a:  # one\n  b: 1  # two\n# end\n',
      (document) => {
        document.set(['z'], 3)
        document.set(['a', 'c'], 2)
      },
      'a:  # one\n  b: 1  # two\n  c: 2\nz: 3\n# end\n'
    ],
    [
      'members of three maps that end together, and of a list that is not indented',
      'a:  # one\n  b:  # two\n  - 1  # three',
      (document) => {
        document.set(['z'], 3)
        document.set(['a', 'b', 1], 2)
        document.set(['a', 'c'], 4)
      },
      'a:  # one\n  b:  # two\n  - 1  # three\n  - 2\n  c: 4\nz: 3'
    ],
    ['a member without a line break at the end', 'a:\n  b: 1', put(['a', 'c'], 2), 'a:\n  b: 1\n  c: 2'],
    [
      'a member of an empty map',
      'a: {}  # none\nb: 1\n',
      put(['a', 'c', 'd'], 2),
      'a:\n  c:\n    d: 2  # none\nb: 1\n'
    ],
    [
      'a member in braces',
      'a: {b: 1,  c: [1,2]}\n',
      put(['a', 'd'], { e: ['f'] }),
      'a: {b: 1,  c: [1,2], d: {e: [f]}}\n'
    ],
    [
      'a member in braces on lines',
      'a: {\n   b: 1,\n   c: 2\n}\n',
      put(['a', 'd'], 3),
      'a: {\n   b: 1,\n   c: 2,\n   d: 3\n}\n'
    ],
    [
      'a member of a map in a list',
      'a:\n- b: 1\n  c: 2\n- d: 1\n',
      put(['a', 0, 'e'], 3),
      'a:\n- b: 1\n  c: 2\n  e: 3\n- d: 1\n'
    ],
    [
      'a list, not indented',
      'a:\n- 1\n- 2\nb:\n- x\n',
      put(['c'], ['v', 'w']),
      'a:\n- 1\n- 2\nb:\n- x\nc:\n- v\n- w\n'
    ],
    [
      'an item',
      'a:\n    - 1 # one\n    - 2 # two\nb: 1\n',
      put(['a', 2], 3),
      'a:\n    - 1 # one\n    - 2 # two\n    - 3\nb: 1\n'
    ],
    ['an item in brackets', 'a: [x,   y]  # list\n', put(['a', 2], 'z'), 'a: [x,   y, z]  # list\n'],
    ['a list in brackets for another one', 'a: [x,   y]  # list\n', put(['a'], ['z']), 'a: [z]  # list\n'],
    [
      'a list on lines for another one',
      'a:\n    - x\n    - y # last\nb: 1\n',
      put(['a'], ['z']),
      'a:\n    - z # last\nb: 1\n'
    ],
    [
      'a name taken away',
      'a:\n  # about b\n  b: 1 # one\n  c: 2\n',
      cut('a', 'b'),
      'a:\n  # about b\n  c: 2\n'
    ],
    ['the last name taken away', 'a:\n  b: 1\n  c:\n    - 2\nd: 1\n', cut('a', 'c'), 'a:\n  b: 1\nd: 1\n'],
    ['the first name of an item taken away', 'a:\n  - b: 1\n    c: 2\n', cut('a', 0, 'b'), 'a:\n  - c: 2\n'],
    ['a name in braces taken away', 'a: {b: 1,  c: 2, d: 3}\n', cut('a', 'c'), 'a: {b: 1,  d: 3}\n'],
    ['the last name in braces taken away', 'a: {b: 1,  c: 2, d: 3 }\n', cut('a', 'd'), 'a: {b: 1,  c: 2 }\n'],
    [
      'line ends of Windows',
      'a:\r\n  b: 1\r\n  c: 2 # two\r\nd: 1\r\n',
      put(['a', 'e'], { f: 1 }),
      'a:\r\n  b: 1\r\n  c: 2 # two\r\n  e:\r\n    f: 1\r\nd: 1\r\n'
    ],
    [
      'a start of a document, and a directive',
      '%YAML 1.2\n---\na:   1\n...\n',
      put(['a'], 2),
      '%YAML 1.2\n---\na:   2\n...\n'
    ],
    [
      'long texts, and numbers of any form',
      `a: ${'word '.repeat(40)}end\nb: 0x1F\nc: 1e5\nd: 1\n`,
      put(['d'], 2),
      `a: ${'word '.repeat(40)}end\nb: 0x1F\nc: 1e5\nd: 2\n`
    ],
    ['what an alias stands for', 'a: &x { b:  1 }\nc: *x\n', put(['c', 'b'], 2), 'a: &x { b:  2 }\nc: *x\n']
  ])('%s', (_, before, change, after) => {
    const document = YamlDocument.parse(before)
    change(document)
    expect(document.format()).toBe(after)
  })

  test('several changes of one map', () => {
    const document = YamlDocument.parse('a:\n    b: 1 # b\n    c: 2 # c\n    d:   3\nz: [1]\n')
    for (const change of [
      put(['a', 'b'], 'x'),
      cut('a', 'd'),
      put(['a', 'e'], 4),
      put(['a', 'f'], 5),
      put(['z', 1], 2)
    ])
      change(document)
    expect(document.format()).toBe('a:\n    b: x # b\n    c: 2 # c\n    e: 4\n    f: 5\nz: [1, 2]\n')
  })

  test('a document without changes', () => {
    const text = "a:   {x: 1,y: 'z'}\n\n\n# c\nb:\n      - 1\n"
    expect(YamlDocument.parse(text).format()).toBe(text)
  })
})

test('an update of an AsyncAPI document adds lines, and leaves all others byte for byte', () => {
  const text = `# by hand\r
asyncapi: "3.0.0"\r
info: {title: House,   version: '1'}\r
\r
channels:\r
    temp:\r
        address: home/{room}/temp\r
        description: >\r
            A long text\r
            that is folded.\r
        messages:\r
            reading:\r
                payload:\r
                    type: object\r
                    required: [c,   by]\r
                    properties:\r
                        c: {type: integer}   # degrees\r
                        s: {enum: [a,b]}\r
\r
# the end\r
`
  const opened = openChannelDocument(YamlDocument.parse(text), false, { separator: '/', hidden: '$' })
  const messages = [messageOn('home/hall/temp', '{"c":21.5,"s":"a","m":[1]}'), messageOn('bell', '1')]
  const families = observed(messages).families(rulesWith(opened, {}))
  documentChannels(opened, families, ['#'], { title: 'x', server: undefined })
  const after = opened.document.format()
  const lines = after.split('\r\n')
  expect(lines.join('')).not.toMatch(/[\r\n]/)
  const changed = text.split('\r\n').filter((line) => !lines.includes(line))
  expect(changed).toEqual([
    '                    required: [c,   by]',
    '                        c: {type: integer}   # degrees'
  ])
  expect(lines).toContain('                    required: [c]')
  expect(lines).toContain('                        c: {type: number}   # degrees')
  expect(lines).toContain('                        m:')
  expect(lines).toContain('    bell:')
  expect(lines.indexOf('# the end')).toBeGreaterThan(0)
})

/** Does a change that may be refused, because an alias stands for what it would remove. */
function tryTo(work: () => void): void {
  try {
    work()
  } catch (error) {
    expect(error).toMatchObject({ kind: 'bad-input', code: 'bad-yaml' })
  }
}

describe('for any changes, the text has the value of the document', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'on', '1', 'x y', '#', 'é')
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), name, fc.constant('one\ntwo\n'))
  const source = fc.constantFrom(
    'a:\n    b: 1 # one\n    c:\n    - x\n    - b: 2\n      c: 3\n\n# end\nb: {a: 1, b: [1, {c: 2}]}\nc: |\n  text\n\n  more\n',
    'a: {}\nb: []\nc:\n',
    'a: &x\n  b: 1\nb: *x\nc: { a: *x, "b": "q" }\n',
    'a: >\n  folded\n  text\n\nb:\n  - - 1\n    - 2\n  -\n    a: 1\nc: {\n  a: 1,\n  b: [\n    1 ]\n  }',
    '? a\n: 1\n? b\n: c: 2\n'
  )
  const path = fc.array(fc.oneof(name, fc.constant(0)), { minLength: 1, maxLength: 3 })
  const change = fc.record({ path, value: fc.option(value, { nil: undefined }) })

  test('also if it had to be written anew', () => {
    fc.assert(
      fc.property(source, fc.array(change, { minLength: 1, maxLength: 6 }), (text, changes) => {
        for (const lineEnd of ['\n', '\r\n']) {
          const document = YamlDocument.parse(text.replaceAll('\n', lineEnd))
          for (const each of changes) {
            const { path, value } = each
            tryTo(() =>
              value === undefined
                ? document.remove(path)
                : document.set(path, JSON.parse(JSON.stringify(value)))
            )
          }
          const written = document.format()
          expect(YamlDocument.parse(written).get([]), written).toEqual(document.get([]))
        }
      }),
      { numRuns: 500 }
    )
  })

  test('also in an empty document', () => {
    const document = YamlDocument.parse('')
    document.set(['a', 'b'], jsonObject({ c: 'd' }))
    expect(document.format()).toBe('a:\n  b:\n    c: d\n')
  })
})
