import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { JsonNumber } from '../../../src/core/catalogue/json-tree.js'
import { parseJson } from '../../../src/core/catalogue/parse-json.js'
import { YamlDocument } from '../../../src/files/document/yaml-document.js'
import { documentChannels, openChannelDocument } from '../../../src/operations/document-channels.js'
import { messageOn, observed } from '../../support/observed.js'

const VERSIONS = ['1.1', '1.2'] as const

function written(value: Parameters<YamlDocument['set']>[1]): string {
  const document = YamlDocument.parse('')
  document.set(['a'], value)
  return document.format()
}

const casesOf = (word: string) => [word, word.toUpperCase(), word.charAt(0).toUpperCase() + word.slice(1)]

describe('a text that YAML 1.1 understands differently is quoted, as a value, in a list and as a name', () => {
  test.each([
    ...['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null'].flatMap(casesOf),
    ...['~', '=', '<<', ''],
    ...['0', '17', '-17', '+17', '017', '0o17', '0b101', '0x1F', '1_000', '0x_1F', '0b1_0', '08', '09'],
    ...[
      '1.5',
      '.5',
      '5.',
      '-1.5',
      '1e3',
      '1E3',
      '1.5e3',
      '1.5e+3',
      '1_000.5',
      '.',
      '-.',
      '._1',
      '.e+1',
      '.inf',
      '-.INF',
      '.NaN'
    ],
    ...['1:30', '12:30:45', '190:20:30', '190:20:30.15', '-1:30', '22:22'],
    ...[
      '2001-12-14',
      '2001-1-2',
      '2001-12-14T21:59:43Z',
      '2001-12-14t21:59:43.10-05:00',
      '2001-12-14 21:59:43'
    ],
    ...['tab\tx', 'x\t#', 'a\t- b']
  ])('%j', (text) => {
    for (const value of [text, [text], { [text]: 1 }, { [text]: { [text]: [text] } }]) {
      const yaml = written(value)
      expect(yaml).toContain(JSON.stringify(text))
      for (const version of VERSIONS) expect(parse(yaml, { version }).a).toEqual(value)
    }
  })

  test.each([
    'hello',
    'ONLINE',
    'offline',
    'nope',
    '1.0.0',
    '192.168.1.1',
    'aa:bb',
    'v1',
    '12v',
    'broker:1883'
  ])('no other text is quoted: %s', (text) => {
    expect(written(text)).toBe(`a: ${text}\n`)
  })
})

describe('a number is a number for both versions, with its digits', () => {
  test.each([
    ['1e5', '1.0e+5'],
    ['1E-5', '1.0E-5'],
    ['1.5e3', '1.5e+3'],
    ['-0.10E-5', '-0.10E-5'],
    ['12345678901234567890', '12345678901234567890'],
    ['1.0', '1.0'],
    ['1e400', '1.0e+400']
  ])('%s', (number, form) => {
    const yaml = written(new JsonNumber(number))
    expect(yaml).toBe(`a: ${form}\n`)
    for (const version of VERSIONS) expect(parse(yaml, { version }).a).toBe(Number(number))
  })
})

test('a document means the same in both versions: switches, names, values of a parameter', () => {
  const states = Array.from({ length: 40 }, (_, i) => messageOn('switch', i % 2 ? '"ON"' : '"OFF"'))
  const messages = [...states, messageOn('state', 'OFF'), messageOn('o', '{"on":true,"y":"no","at":"12:30"}')]
  const opened = openChannelDocument(YamlDocument.parse(''), true, { separator: '/', hidden: '$' })
  documentChannels(opened, observed(messages).families(), ['#'], { title: 'on', server: undefined })
  const yaml = opened.document.format()
  expect(yaml).toContain('payload: "OFF"')
  expect(yaml).toContain('- "ON"')
  expect(yaml).toContain('"on":')
  expect(parse(yaml, { version: '1.1' })).toEqual(parse(yaml, { version: '1.2' }))
})

test('both versions read any JSON that was put into a document', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      const text = JSON.stringify(value)
      const yaml = written(parseJson(text))
      for (const version of VERSIONS)
        expect(JSON.stringify(parse(yaml, { version }).a), yaml).toBe(JSON.stringify(JSON.parse(text)))
    })
  )
})
