import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ValueDocument } from '../../../src/core/asyncapi/editable-document.js'
import { schemaGaps } from '../../../src/core/asyncapi/widen-schema.js'
import { formatJson, isJsonObject, jsonObject } from '../../../src/core/catalogue/json-tree.js'
import { parseJson } from '../../../src/core/catalogue/parse-json.js'
import { shapeSchema } from '../../../src/core/catalogue/shape-schema.js'
import { ValueShape } from '../../../src/core/catalogue/value-shape.js'

/** The schema of some values. */
function schemaOf(...values: unknown[]) {
  const shape = new ValueShape({ places: 1000 })
  for (const value of values) shape.add(parseJson(JSON.stringify(value), 24))
  return shapeSchema(shape)
}

/** The places of the edits that make a schema fit what was seen. */
function editsOf(documented: object, seen: object) {
  const tree = parseJson(JSON.stringify(seen))
  const gaps = schemaGaps(parseJson(JSON.stringify(documented)), isJsonObject(tree) ? tree : jsonObject())
  return gaps.flatMap(({ edits }) =>
    edits.map(({ path, value }) => [path.join('.'), value === undefined ? undefined : formatJson(value)])
  )
}

describe('a schema is loosened', () => {
  it.each([
    ['by a type', { type: 'string' }, { type: ['string', 'null'] }, [['type', '["string","null"]']]],
    ['from integer to number', { type: 'integer' }, { type: 'number' }, [['type', '"number"']]],
    ['by a value of an enumeration', { enum: ['a'] }, { enum: ['a', 'b'] }, [['enum.1', '"b"']]],
    ['by a format', { format: 'uuid' }, { type: 'string' }, [['format', undefined]]],
    ['by a range', { minimum: 0, maximum: 5 }, { minimum: -1, maximum: 5 }, [['minimum', '-1']]],
    [
      'by a name',
      { properties: {} },
      { properties: { a: { type: 'string' } } },
      [['properties.a', '{"type":"string"}']]
    ],
    [
      'by what is not required',
      { required: ['a', 'b'] },
      { type: 'object', required: ['a'] },
      [['required', '["a"]']]
    ],
    ['by all that is not required', { required: ['b'] }, { type: 'object' }, [['required', undefined]]],
    ['by items', {}, { items: { type: 'string' } }, [['items', '{"type":"string"}']]],
    [
      'in depth',
      { properties: { a: { items: { type: 'string' } } } },
      { properties: { a: { items: { type: 'boolean' } } } },
      [['properties.a.items.type', '["string","boolean"]']]
    ]
  ])('%s', (_how, documented, seen, edits) => {
    expect(editsOf(documented, seen)).toEqual(edits)
  })
})

it.each([
  [{ type: 'string' }, { type: ['string', 'null'] }, 'let payload be null, too'],
  [{ enum: ['a'] }, { enum: ['a', 'b'] }, 'let payload be "b", too'],
  [{ format: 'uuid' }, { type: 'string' }, 'take the format uuid off payload'],
  [{ minimum: 0 }, { minimum: -1 }, 'move the minimum of payload from 0 to -1'],
  [{ properties: {} }, { properties: { a: { type: 'string' } } }, 'describe in payload "a"'],
  [{ required: ['a', 'b'] }, { type: 'object', required: ['a'] }, 'let payload be without "b"'],
  [{}, { items: { type: 'string' } }, 'describe the items of payload']
])('what loosens %j for %j is said as an order: %s', (documented, seen, advice) => {
  const [gap] = schemaGaps(
    parseJson(JSON.stringify(documented)),
    parseJson(JSON.stringify(seen)) as Parameters<typeof schemaGaps>[1]
  )
  expect(gap?.advice).toBe(advice)
})

describe('a schema stays as it is', () => {
  it.each([
    ['where it allows for more', { type: ['number', 'string'] }, { type: 'integer' }],
    ['where it says nothing', {}, { type: 'string', format: 'uuid' }],
    ['where its range is wider', { minimum: 0, maximum: 100 }, { minimum: 1, maximum: 5 }],
    ['where its format is none of ours', { format: 'binary' }, { type: 'string' }],
    ['where it uses other keywords', { oneOf: [{ type: 'null' }] }, { type: 'string' }],
    ['where it is a reference', { $ref: '#/a' }, { type: 'string' }],
    [
      'where a pattern of people may be meant',
      { patternProperties: { '.*x': {} } },
      { properties: { a: { type: 'string' } } }
    ],
    [
      'where any further name is allowed',
      { additionalProperties: true },
      { additionalProperties: { type: 'string' } }
    ]
  ])('%s', (_where, documented, seen) => {
    expect(editsOf(documented, seen)).toEqual([])
  })
})

it('once it was widened, a schema takes everything that was seen and lacks nothing', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constant(null),
      fc.boolean(),
      fc.integer({ min: -5, max: 5 }),
      fc.constantFrom(0.5, 'a', '2024-02-29', '1.2.3.4'),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('x', 'y', 'z'), tie('any'), { maxKeys: 3 })
    )
  })).any
  const values = fc.array(value, { minLength: 1, maxLength: 5 })
  const ajv = new Ajv({ strict: false, validateFormats: false, ownProperties: true })
  fc.assert(
    fc.property(values, values, (before, now) => {
      const document = new ValueDocument(schemaOf(...before), (root) => formatJson(root))
      const seen = schemaOf(...now)
      for (const { edits } of schemaGaps(document.get([]), seen)) {
        for (const { path, value: edited } of edits) {
          if (edited === undefined) document.remove(path)
          else document.set(path, edited)
        }
      }
      expect(schemaGaps(document.get([]), seen)).toEqual([])
      const validate = ajv.compile(JSON.parse(document.format()))
      for (const each of [...before, ...now]) expect(validate(each)).toBe(true)
    })
  )
})
