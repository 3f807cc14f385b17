import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { referenceTo, resolvePath, ValueDocument } from '../../../src/core/asyncapi/editable-document.js'
import { formatJson } from '../../../src/core/catalogue/json-tree.js'
import { parseJson } from '../../../src/core/catalogue/parse-json.js'

const documentOf = (text: string) => new ValueDocument(parseJson(text), (root) => formatJson(root))

describe('a document of values', () => {
  it('makes the objects on the way to what is put into it', () => {
    const document = documentOf('{"a":[1,{"b":2}]}')
    document.set(['a', 1, 'c', 'd'], 3)
    document.set(['x', 'y'], 'z')
    expect(document.format()).toBe('{"a":[1,{"b":2,"c":{"d":3}}],"x":{"y":"z"}}')
    document.set([], [])
    expect(document.format()).toBe('[]')
  })

  it('has nothing at a place that is not there', () => {
    const document = documentOf('{"a":[1],"toString":{}}')
    expect(document.get(['a', 1])).toBeUndefined()
    expect(document.get(['a', 'b', 'c'])).toBeUndefined()
    expect(document.get(['constructor'])).toBeUndefined()
  })

  it('loses what is taken away; what is not there stays away', () => {
    const document = documentOf('{"a":{"b":1}}')
    document.remove(['a', 'b'])
    document.remove(['x', 'y'])
    expect(document.format()).toBe('{"a":{}}')
  })
})

describe('a reference', () => {
  it('leads to what is meant, whatever characters its path has', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1 }), (path) => {
        const document = documentOf('{}')
        document.set(['from'], referenceTo(['to', ...path]))
        expect(resolvePath(document, ['from'])).toEqual(['to', ...path])
      })
    )
  })

  it('may lead to another one', () => {
    const document = documentOf('{"a":{"$ref":"#/b"},"b":{"$ref":"#/c%20d"},"c d":1}')
    expect(resolvePath(document, ['a'])).toEqual(['c d'])
  })

  it.each(['{"a":{"$ref":"other.yaml#/b"}}', '{"a":{}}'])(
    'that leads elsewhere is not followed: %s',
    (text) => {
      expect(resolvePath(documentOf(text), ['a'])).toEqual(['a'])
    }
  )

  it('in a circle, or broken, ends all the same', () => {
    expect(resolvePath(documentOf('{"a":{"$ref":"#/a"}}'), ['a'])).toEqual(['a'])
    expect(resolvePath(documentOf('{"a":{"$ref":"#/%zz"}}'), ['a'])).toEqual(['%zz'])
  })
})
