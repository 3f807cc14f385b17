import { afterEach, describe, expect, test, vi } from 'vitest'
import { YAMLMap } from 'yaml'
import { formatJson } from '../../../src/core/catalogue/json-tree.js'
import { YamlDocument } from '../../../src/files/document/yaml-document.js'
import {
  checkChannels,
  documentChannels,
  openChannelDocument,
  rulesWith
} from '../../../src/operations/document-channels.js'
import { messageOn, observed } from '../../support/observed.js'

const at = (document: YamlDocument, ...path: (string | number)[]) => {
  const value = document.get(path)
  return value === undefined ? undefined : formatJson(value)
}

describe('a YAML document', () => {
  test('is changed in places; what stands around them stays as it was written', () => {
    const document = YamlDocument.parse('# first\na: { b: 1.50, c: [x, y] } # why\nd:\n')
    document.set(['a', 'c', 1], 'z')
    document.set(['a', 'e'], true)
    document.set(['d', 'f', 'g'], 'made')
    document.remove(['a', 'b'])
    expect(document.format()).toBe('# first\na: { c: [ x, z ], e: true } # why\nd:\n  f:\n    g: made\n')
    expect([at(document, 'a', 'b'), at(document, 'a', 'e'), at(document, 'd')]).toEqual([
      undefined,
      'true',
      '{"f":{"g":"made"}}'
    ])
  })

  test('has names that look like numbers under the same name as any other', () => {
    const document = YamlDocument.parse('404: { a: 1 }\n')
    document.set(['404', 'a'], 'x')
    expect(document.format()).toBe('404: { a: x }\n')
  })

  test('is read and changed through aliases where they lead', () => {
    const document = YamlDocument.parse('a: &it { b: 1 }\nc: *it\n')
    expect(at(document, 'c', 'b')).toBe('1')
    document.set(['c', 'b'], 'x')
    expect(document.format()).toBe('a: &it { b: x }\nc: *it\n')
  })

  test.each(['a: 1\nb: 2\na: 3\n', 'c: { a: 1, a: 2 }\n'])(
    'is refused if a name is there twice, with the place: %j',
    (text) => {
      expect(() => YamlDocument.parse(text)).toThrow(
        expect.objectContaining({
          code: 'bad-yaml',
          message: expect.stringMatching(/^Map keys must be unique at line \d, column \d/)
        })
      )
    }
  )
})

describe('the work for a document grows with its channels, and not with their square', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test('channels whose names make the same key are numbered without trying each number again', () => {
    const signs = (i: number) => i.toString(2).replaceAll('0', '!').replaceAll('1', '?')
    const messages = Array.from({ length: 2000 }, (_, i) => messageOn(signs(i), 'x'))
    const opened = openChannelDocument(YamlDocument.parse(''), true, '/')
    const families = observed(messages).families()
    const asked = vi.spyOn(Set.prototype, 'has')
    documentChannels(opened, families, ['#'], { title: 'Test', server: undefined })
    const times = asked.mock.calls.filter(([name]) => /^channel(_\d+)?$/.test(String(name))).length
    expect(Object.keys(Object(opened.document.get(['channels'])))).toHaveLength(2000)
    expect(times).toBeGreaterThanOrEqual(2000)
    // Each channel and its message ask once, and once more for the number that is theirs.
    expect(times).toBeLessThanOrEqual(8000)
  })

  test('no name is looked for by going through all the others', () => {
    const searched = [vi.spyOn(YAMLMap.prototype, 'get'), vi.spyOn(YAMLMap.prototype, 'set')]
    const text = Array.from({ length: 500 }, (_, i) => `  c${i}: { address: c${i} }\n`).join('')
    const opened = openChannelDocument(YamlDocument.parse(`asyncapi: 3.0.0\nchannels:\n${text}`), false, '/')
    const families = observed([messageOn('c7', '1'), messageOn('other', '1')]).families(rulesWith(opened, {}))
    expect(checkChannels(opened, families, ['#']).silent).toHaveLength(499)
    documentChannels(opened, families, ['#'], { title: 'Test', server: undefined })
    expect(searched.map(({ mock }) => mock.calls.length)).toEqual([0, 0])
  })
})
