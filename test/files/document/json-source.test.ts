import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ValueDocument } from '../../../src/core/asyncapi/editable-document.js'
import { formatJson, type JsonTree } from '../../../src/core/catalogue/json-tree.js'
import { parseJson } from '../../../src/core/catalogue/parse-json.js'
import { JsonSource } from '../../../src/files/document/json-source.js'

function open(text: string): ValueDocument {
  const source = new JsonSource(text, 256)
  return new ValueDocument(parseJson(text, 256), (root) => source.write(root))
}

type Change = (document: ValueDocument) => void
const put =
  (path: (string | number)[], value: JsonTree): Change =>
  (document) =>
    document.set(path, value)

describe('a change of a JSON document changes nothing else in its text', () => {
  test.each<[what: string, before: string, change: Change, after: string]>([
    ['nothing', '{"a" : [1,2],\n\n "b":1.50}', () => undefined, '{"a" : [1,2],\n\n "b":1.50}'],
    [
      'a value',
      '{\n    "a" : 1.0,\n    "b":[1, 2]\n}\n',
      put(['a'], 'x'),
      '{\n    "a" : "x",\n    "b":[1, 2]\n}\n'
    ],
    [
      'a member, 4 columns',
      '{\n    "a": {\n        "b": 1\n    }\n}\n',
      put(['a', 'c'], { d: [1] }),
      '{\n    "a": {\n        "b": 1,\n        "c": {\n            "d": [\n                1\n            ]\n        }\n    }\n}\n'
    ],
    [
      'a member, tabs',
      '{\n\t"a": {\n\t\t"b": 1\n\t}\n}\n',
      put(['c', 'd'], 1),
      '{\n\t"a": {\n\t\t"b": 1\n\t},\n\t"c": {\n\t\t"d": 1\n\t}\n}\n'
    ],
    [
      'a member on one line',
      '{"a":{"b":1},"c":[1,2]}',
      put(['a', 'd'], { e: 1 }),
      '{"a":{"b":1,"d":{"e":1}},"c":[1,2]}'
    ],
    [
      'a member of an empty object',
      '{\n  "a": {},\n  "b": 1\n}',
      put(['a', 'c'], 1),
      '{\n  "a": {\n    "c": 1\n  },\n  "b": 1\n}'
    ],
    ['an item', '{\n  "a": ["x",  "y"]\n}', put(['a', 2], 'z'), '{\n  "a": ["x",  "y",  "z"]\n}'],
    ['fewer items', '{\n  "a": ["x",  "y"], "b": 1\n}', put(['a'], ['y']), '{\n  "a": ["y"], "b": 1\n}'],
    [
      'a name taken away',
      '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n',
      (document) => document.remove(['b']),
      '{\n  "a": 1,\n  "c": 3\n}\n'
    ],
    [
      'the first name taken away',
      '{\n  "a": 1,\n  "b": 2\n}\n',
      (document) => document.remove(['a']),
      '{\n  "b": 2\n}\n'
    ],
    [
      'line ends of Windows',
      '{\r\n  "a": 1\r\n}\r\n',
      put(['b', 'c'], 1),
      '{\r\n  "a": 1,\r\n  "b": {\r\n    "c": 1\r\n  }\r\n}\r\n'
    ],
    [
      'escapes and digits',
      '{"a\\/b": "\\u00e9\\"}", "n": 1e400, "z": 12345678901234567890}',
      put(['n'], null),
      '{"a\\/b": "\\u00e9\\"}", "n": null, "z": 12345678901234567890}'
    ]
  ])('%s', (_, before, change, after) => {
    const document = open(before)
    change(document)
    expect(document.format()).toBe(after)
  })

  test('a repeated name is written once', () => {
    const document = open('{"a":1,"a":2}')
    document.set(['b'], 3)
    expect(JSON.parse(document.format())).toEqual({ a: 2, b: 3 })
  })
})

test('the written text has the new value, for any value', () => {
  const json = fc.json({ maxDepth: 3 })
  fc.assert(
    fc.property(json, json, fc.constantFrom(undefined, 1, 4, '\t'), (before, after, indent) => {
      const text = JSON.stringify(JSON.parse(before), null, indent)
      const value = parseJson(after, 256)
      expect(formatJson(parseJson(new JsonSource(text, 256).write(value), 256))).toBe(formatJson(value))
      expect(new JsonSource(text, 256).write(parseJson(text, 256))).toBe(text)
    })
  )
})
