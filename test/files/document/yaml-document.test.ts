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
  test('changes only in the given places; everything around them stays as it was written', () => {
    const document = YamlDocument.parse('# first\na: { b: 1.50, c: [x, y] } # why\nd:\n')
    document.set(['a', 'c', 1], 'z')
    document.set(['a', 'e'], true)
    document.set(['d', 'f', 'g'], 'made')
    document.remove(['a', 'b'])
    expect(document.format()).toBe('# first\na: { c: [x, z], e: true } # why\nd:\n  f:\n    g: made\n')
    expect([at(document, 'a', 'b'), at(document, 'a', 'e'), at(document, 'd')]).toEqual([
      undefined,
      'true',
      '{"f":{"g":"made"}}'
    ])
  })

  test('finds names that look like numbers, like any other name', () => {
    const document = YamlDocument.parse('404: { a: 1 }\n')
    document.set(['404', 'a'], 'x')
    expect(document.format()).toBe('404: { a: x }\n')
  })

  test('is read and changed at the place that an alias stands for', () => {
    const document = YamlDocument.parse('a: &it { b: 1 }\nc: *it\n')
    expect(at(document, 'c', 'b')).toBe('1')
    document.set(['c', 'b'], 'x')
    expect(document.format()).toBe('a: &it { b: x }\nc: *it\n')
  })

  test.each(['a: 1\nb: 2\na: 3\n', 'c: { a: 1, a: 2 }\n'])(
    'is refused if a name repeats, with the place: %j',
    (text) => {
      expect(() => YamlDocument.parse(text)).toThrow(
        expect.objectContaining({
          code: 'bad-yaml',
          message: expect.stringMatching(
            /^it is no YAML: line \d+, column \d+: a name stands twice in a map$/
          )
        })
      )
    }
  )

  test.each([
    ['a:\n\tb: 1\n', 'it is no YAML: line 2, column 1: tabs are not allowed as indentation'],
    ['a: 1\n---\nb: 2\n', 'it holds more than one document'],
    [`a: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`, 'it is nested too deeply'],
    [`a: ${'{b: '.repeat(20_000)}`, 'it is nested too deeply']
  ])('is refused in words for users', (text, message) => {
    expect(() => YamlDocument.parse(text)).toThrow(expect.objectContaining({ code: 'bad-yaml', message }))
  })
})

describe('merge keys', () => {
  const text = `base: &base { type: object, title: Base }
more: &more { title: More, deprecated: true }
one: { <<: *base, title: One }
both: { <<: [*base, *more] }
below:
  <<: *base
  items: 1
`

  test('are followed: own members count first, then the members of the first map', () => {
    const document = YamlDocument.parse(text)
    expect(document.get(['one'])).toEqual({ type: 'object', title: 'One' })
    expect(document.get(['both'])).toEqual({ type: 'object', title: 'Base', deprecated: true })
    expect(at(document, 'below', 'type')).toBe('"object"')
    expect(at(document, 'both', 'deprecated')).toBe('true')
    expect(at(document, 'one', '<<')).toBeUndefined()
  })

  test('a change concerns only the map in which it is made', () => {
    const document = YamlDocument.parse(text)
    document.set(['one', 'type'], 'array')
    expect([at(document, 'one', 'type'), at(document, 'base', 'type')]).toEqual(['"array"', '"object"'])
    expect(YamlDocument.parse(document.format()).get(['one'])).toEqual({ type: 'array', title: 'One' })
    document.set(['below', 'properties', 'a'], '')
    expect(at(document, 'base', 'properties')).toBeUndefined()
  })

  test('a member from another map cannot be removed, and the error says so', () => {
    const document = YamlDocument.parse(text)
    expect(() => document.remove(['one', 'type'])).toThrow(
      expect.objectContaining({ kind: 'bad-input', code: 'bad-yaml' })
    )
  })

  test('a quoted key is a name like any other', () => {
    expect(at(YamlDocument.parse('a: &a { x: 1 }\nb: { "<<": *a }\n'), 'b')).toBe('{"<<":{"x":1}}')
  })

  test.each(['b: { <<: 1 }\n', 'b: { <<: [1] }\n', 'a: &a 1\nb: { <<: *a }\n'])(
    'with a value that is no map are refused: %j',
    (text) => {
      expect(() => YamlDocument.parse(text)).toThrow(
        expect.objectContaining({ kind: 'bad-input', code: 'bad-yaml' })
      )
    }
  )
})

describe('aliases', () => {
  const refusal = (text: string) => {
    try {
      YamlDocument.parse(text)
    } catch (error) {
      return error
    }
    return undefined
  }

  test.each([7, 9, 60])('that grow through %i levels to more than memory are refused at once', (levels) => {
    const lines = Array.from({ length: levels }, (_, i) => {
      const items = Array(10).fill(i === 0 ? 'x' : `*a${i - 1}`)
      return `a${i}: &a${i} [${items.join(', ')}]`
    })
    const error = refusal(`asyncapi: 3.0.0\nchannels:\n  ${lines.join('\n  ')}\n`)
    expect(error).toMatchObject({
      kind: 'bad-input',
      code: 'bad-yaml',
      message: 'its aliases stand for more values than a document may have'
    })
  })

  test('that grow through merge keys are refused, too', () => {
    const lines = Array.from({ length: 30 }, (_, i) => {
      const merged = i === 0 ? 'x: 1' : `<<: [*a${i - 1}, *a${i - 1}]`
      return `a${i}: &a${i} { ${merged} }`
    })
    expect(refusal(`${lines.join('\n')}\n`)).toMatchObject({ code: 'bad-yaml' })
  })

  test('that contain themselves are refused', () => {
    expect(refusal('a: &a { b: *a }\n')).toMatchObject({
      kind: 'bad-input',
      message: 'an alias leads back to where it stands'
    })
    expect(refusal('a: &a { <<: *a }\n')).toMatchObject({ kind: 'bad-input' })
  })

  test('without an anchor are refused', () => {
    expect(refusal('a: *b\nb: &b 1\n')).toMatchObject({ kind: 'bad-input', code: 'bad-yaml' })
  })

  test('are followed if many share one schema', () => {
    const users = Array.from({ length: 2000 }, (_, i) => `c${i}: *shared\n`).join('')
    const document = YamlDocument.parse(
      `shared: &shared { type: object, properties: { a: { type: string } } }\n${users}`
    )
    expect(at(document, 'c1999', 'properties', 'a', 'type')).toBe('"string"')
  })

  test('of a repeated anchor stand for the last one before the alias', () => {
    const document = YamlDocument.parse('a: &x 1\nb: *x\nc: &x 2\nd: *x\n')
    expect([at(document, 'b'), at(document, 'd')]).toEqual(['1', '2'])
  })

  test('a value that aliases stand for cannot be removed, and the error says so', () => {
    const document = YamlDocument.parse('a: { b: &x [1], c: 1 }\nd: *x\n')
    for (const work of [() => document.remove(['a', 'b']), () => document.set(['a'], 1)])
      expect(work).toThrow(expect.objectContaining({ kind: 'bad-input', code: 'bad-yaml' }))
    document.remove(['a', 'c'])
    expect(document.format()).toBe('a: { b: &x [1] }\nd: *x\n')
  })

  test('a value that aliases stand for can be replaced, and they then stand for the new value', () => {
    const document = YamlDocument.parse('a: &x 1\nb: *x\n')
    document.set(['a'], 'new')
    expect([at(document, 'a'), at(document, 'b')]).toEqual(['"new"', '"new"'])
    expect(YamlDocument.parse(document.format()).get([])).toEqual({ a: 'new', b: 'new' })
  })
})

describe('the work for a document grows linearly with its channels', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test('channels whose names make the same key are numbered without trying each number again', () => {
    const signs = (i: number) => i.toString(2).replaceAll('0', '!').replaceAll('1', '?')
    const messages = Array.from({ length: 2000 }, (_, i) => messageOn(signs(i), 'x'))
    const opened = openChannelDocument(YamlDocument.parse(''), true, { separator: '/', hidden: '$' })
    const families = observed(messages).families()
    const asked = vi.spyOn(Set.prototype, 'has')
    documentChannels(opened, families, ['#'], { title: 'Test', server: undefined })
    const times = asked.mock.calls.filter(([name]) => /^channel(_\d+)?$/.test(String(name))).length
    expect(Object.keys(Object(opened.document.get(['channels'])))).toHaveLength(2000)
    expect(times).toBeGreaterThanOrEqual(2000)
    // Each channel and each message ask for the name once, and once more for their number.
    expect(times).toBeLessThanOrEqual(8000)
  })

  test('no name is searched among all the others', () => {
    const searched = [vi.spyOn(YAMLMap.prototype, 'get'), vi.spyOn(YAMLMap.prototype, 'set')]
    const text = Array.from({ length: 500 }, (_, i) => `  c${i}: { address: c${i} }\n`).join('')
    const opened = openChannelDocument(YamlDocument.parse(`asyncapi: 3.0.0\nchannels:\n${text}`), false, {
      separator: '/',
      hidden: '$'
    })
    const families = observed([messageOn('c7', '1'), messageOn('other', '1')]).families(rulesWith(opened, {}))
    expect(checkChannels(opened, families, ['#']).silent).toHaveLength(499)
    documentChannels(opened, families, ['#'], { title: 'Test', server: undefined })
    expect(searched.map(({ mock }) => mock.calls.length)).toEqual([0, 0])
  })
})
