import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outlineJson } from '../../../src/core/json/json-outline.js'
import { numbersOf, summarise } from '../../../src/core/json/number-series.js'

const numbers = (text: string) => Object.fromEntries(numbersOf(outlineJson(text) ?? []))

describe('the numbers of a message', () => {
  it('are found at any depth; true and false count as 1 and 0', () => {
    expect(numbers('{"t":21.5,"s":{"on":true,"list":[3,false]},"text":"7","no":null}')).toEqual({
      '/t': 21.5,
      '/s/on': 1,
      '/s/list/0': 3,
      '/s/list/1': 0
    })
    expect(numbers('42')).toEqual({ '': 42 })
  })

  it('are only the first ones if there are very many', () => {
    const outline = outlineJson(JSON.stringify(Array.from({ length: 50 }, (_, at) => at))) ?? []
    expect([...numbersOf(outline, 3).values()]).toEqual([0, 1, 2])
  })

  it('are left out if a double cannot hold them, or if they are strings', () => {
    expect(numbers('{"big":1e400,"text":"true"}')).toEqual({})
  })
})

describe('the summary of a series', () => {
  it('has the least, the most, the mean and the last', () => {
    const points = [3, 1, 2].map((value, at) => ({ time: at * 1_000_000, value }))
    expect(summarise(points)).toEqual({ count: 3, min: 1, max: 3, mean: 2, last: 2, span: 2_000_000 })
    expect(summarise([])).toBeUndefined()
  })

  it('has a mean between the least and the most, whatever the numbers', () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 })
    fc.assert(
      fc.property(values, (all) => {
        const summary = summarise(all.map((value, time) => ({ time, value })))
        if (!summary) throw new Error('the series is not empty')
        const slack = Math.max(Math.abs(summary.min), Math.abs(summary.max)) * 1e-9
        expect(summary.mean).toBeGreaterThanOrEqual(summary.min - slack)
        expect(summary.mean).toBeLessThanOrEqual(summary.max + slack)
      })
    )
  })
})
