import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numbersInJson } from '../../../src/core/charts/numbers-in-json.js'
import { outlineJson } from '../../../src/core/json/json-outline.js'

function numbers(text: string, most = 100): Record<string, number> {
  const found: [string, number][] = []
  numbersInJson(text, most, (pointer, value) => found.push([pointer, value]))
  return Object.fromEntries(found)
}

describe('the numbers of a JSON text', () => {
  it('are found at any depth; true and false count as 1 and 0', () => {
    expect(numbers('{"t":21.5,"s":{"on":true,"list":[3,false]},"text":"7","no":null}')).toEqual({
      '/t': 21.5,
      '/s/on': 1,
      '/s/list/0': 3,
      '/s/list/1': 0
    })
    expect(numbers(' 42')).toEqual({ '': 42 })
    expect(numbers('true')).toEqual({ '': 1 })
  })

  it('are only the first ones if there are very many', () => {
    expect(numbers(JSON.stringify(Array.from({ length: 50 }, (_, at) => at)), 3)).toEqual({
      '/0': 0,
      '/1': 1,
      '/2': 2
    })
  })

  it('are left out if a double cannot hold them, or if they are strings', () => {
    expect(numbers('{"big":1e400,"text":"true"}')).toEqual({})
  })

  it('are none in a text that is not JSON, and none at a depth that nobody reads', () => {
    expect(numbers('on')).toEqual({})
    expect(numbers('{"a":1')).toEqual({})
    expect(numbers(`${'['.repeat(10_000)}1${']'.repeat(10_000)}`)).toEqual({})
  })

  it('have the pointers that the layout of the text has', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        const laidOut = new Set(outlineJson(text)?.map(({ pointer }) => pointer))
        for (const pointer of Object.keys(numbers(text))) expect(laidOut).toContain(pointer)
      })
    )
  })
})
