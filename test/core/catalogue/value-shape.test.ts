import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isInteger } from '../../../src/core/catalogue/number-facts.js'
import { parseJson } from '../../../src/core/catalogue/parse-json.js'
import { shapeSchema, shapeTypes } from '../../../src/core/catalogue/shape-schema.js'
import { ValueShape } from '../../../src/core/catalogue/value-shape.js'

function shapeOf(values: readonly unknown[], places = 1000): ValueShape {
  const shape = new ValueShape({ places })
  for (const value of values) shape.add(parseJson(JSON.stringify(value), 24))
  return shape
}

describe('the shape of values', () => {
  it('counts each kind', () => {
    const { count, nulls, booleans, texts, numbers, arrays, objects } = shapeOf([
      null,
      true,
      'a',
      1,
      1.5,
      [],
      {}
    ])
    expect({ count, nulls, booleans, arrays }).toEqual({ count: 7, nulls: 1, booleans: 1, arrays: 1 })
    expect([texts?.count, numbers?.count, numbers?.integers, objects?.count]).toEqual([1, 2, 1, 1])
  })

  it('is the same whether they came to one shape or to two that were merged', () => {
    const value = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.integer({ min: -9, max: 9 }),
      fc.constantFrom('a', 'b', '2024-02-29'),
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.integer({ min: 0, max: 9 }), { maxKeys: 3 })
    )
    fc.assert(
      fc.property(fc.array(value), fc.array(value), (some, others) => {
        const merged = shapeOf(some)
        merged.merge(shapeOf(others))
        const all = shapeOf([...some, ...others])
        expect(merged.count).toBe(all.count)
        expect(shapeTypes(merged)).toEqual(shapeTypes(all))
        expect(Object.keys(shapeSchema(merged).properties ?? {}).sort()).toEqual(
          Object.keys(shapeSchema(all).properties ?? {}).sort()
        )
        expect([merged.numbers?.least, merged.numbers?.greatest]).toEqual([
          all.numbers?.least,
          all.numbers?.greatest
        ])
      })
    )
  })

  it('lists no more different texts than an enumeration could have', () => {
    const letters = (count: number) => shapeOf([...'abcdefghijkl'.slice(0, count)]).texts?.texts?.size
    expect(letters(10)).toBe(10)
    expect(letters(11)).toBeUndefined()
    expect(shapeOf(['x'.repeat(65)]).texts?.texts).toBeUndefined()
  })

  it('lists no names of an object with very many: it is a map of alike values', () => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`n${at}`, at]))
    const { objects } = shapeOf([many])
    expect(objects?.members).toBeUndefined()
    expect(objects?.anyMember?.numbers?.count).toBe(201)
  })

  it('takes no more places than it was given, and knows that something is missing', () => {
    const budget = { places: 3 }
    const shape = new ValueShape(budget)
    shape.add(parseJson('{"a":1,"b":2,"c":3,"d":[1]}', 24))
    expect(budget.places).toBe(0)
    expect([...(shape.objects?.members?.keys() ?? [])]).toEqual(['a', 'b'])
    expect(shape.objects?.lost).toBe(true)
  })
})

it('an integer is written without fraction and exponent', () => {
  expect(['1', '-12', '1.0', '1e3', ''].map(isInteger)).toEqual([true, true, false, false, false])
})
