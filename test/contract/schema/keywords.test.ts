import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Violation } from '../../../src/core/contract.js'
import { brokenRules, messageOf, openSchema } from '../opened.js'

const DRAFT_7 = 'http://json-schema.org/draft-07/schema#'
const DRAFT_2019 = 'https://json-schema.org/draft/2019-09/schema'

async function violationsOf(schema: unknown, payload: unknown): Promise<readonly Violation[]> {
  const contract = await openSchema(schema)
  return contract.check(messageOf('a', JSON.stringify(payload)))
}

type Broken = readonly [
  keyword: string,
  schema: unknown,
  kept: unknown,
  broken: unknown,
  pointer: string,
  expected: string,
  found: string
]

const inA = (schema: unknown) => ({ properties: { a: schema } })

/** Each keyword, a value that keeps it, one that breaks it, and what is said of it. */
const KEYWORDS: readonly Broken[] = [
  ['type', inA({ type: 'integer' }), { a: 5.0 }, { a: '12' }, '/a', 'a whole number', '"12"'],
  ['type', inA({ type: 'number' }), { a: 1.5 }, { a: null }, '/a', 'a number', 'null'],
  ['type', inA({ type: 'string' }), { a: '' }, { a: 1 }, '/a', 'a text', '1'],
  ['type', inA({ type: 'object' }), { a: {} }, { a: [1, 2] }, '/a', 'an object', 'a list of 2 items'],
  ['type', inA({ type: 'array' }), { a: [] }, { a: { b: 1 } }, '/a', 'a list', 'an object'],
  ['type', inA({ type: 'boolean' }), { a: true }, { a: {} }, '/a', 'true or false', 'an empty object'],
  [
    'type',
    inA({ type: ['string', 'null'] }),
    { a: null },
    { a: [] },
    '/a',
    'a text, or null',
    'an empty list'
  ],
  ['enum', inA({ enum: ['x', 'y', 3] }), { a: 3 }, { a: 'z' }, '/a', '"x", "y" or 3', '"z"'],
  [
    'enum',
    inA({ enum: [{ x: 1, y: 2 }] }),
    { a: { y: 2, x: 1 } },
    { a: { x: 1 } },
    '/a',
    '{"x":1,"y":2}',
    'an object'
  ],
  ['const', inA({ const: 'x' }), { a: 'x' }, { a: 'y' }, '/a', '"x"', '"y"'],
  ['const', inA({ const: { b: [1] } }), { a: { b: [1] } }, { a: { b: [] } }, '/a', '{"b":[1]}', 'an object'],
  ['multipleOf', inA({ multipleOf: 0.01 }), { a: 4.02 }, { a: 4.025 }, '/a', 'a multiple of 0.01', '4.025'],
  ['minimum', inA({ minimum: 0 }), { a: 0 }, { a: -1 }, '/a', 'at least 0', '-1'],
  ['maximum', inA({ maximum: 10 }), { a: 10 }, { a: 10.5 }, '/a', 'at most 10', '10.5'],
  ['exclusiveMinimum', inA({ exclusiveMinimum: 0 }), { a: 1 }, { a: 0 }, '/a', 'more than 0', '0'],
  ['exclusiveMaximum', inA({ exclusiveMaximum: 5 }), { a: 4 }, { a: 5 }, '/a', 'less than 5', '5'],
  ['minLength', inA({ minLength: 2 }), { a: '👍👍' }, { a: '👍' }, '/a', 'at least 2 characters', '"👍"'],
  ['maxLength', inA({ maxLength: 1 }), { a: '👍' }, { a: 'ab' }, '/a', 'at most 1 character', '"ab"'],
  [
    'pattern',
    inA({ pattern: '^[a-z]+$' }),
    { a: 'x' },
    { a: '1' },
    '/a',
    'a text that matches "^[a-z]+$"',
    '"1"'
  ],
  [
    'format',
    inA({ format: 'date' }),
    { a: '2026-02-28' },
    { a: '2026-02-30' },
    '/a',
    'the format "date"',
    '"2026-02-30"'
  ],
  ['minItems', inA({ minItems: 1 }), { a: [1] }, { a: [] }, '/a', 'at least 1 item', 'an empty list'],
  ['maxItems', inA({ maxItems: 1 }), { a: [1] }, { a: [1, 2] }, '/a', 'at most 1 item', 'a list of 2 items'],
  [
    'uniqueItems',
    inA({ uniqueItems: true }),
    { a: [1, '1', true] },
    {
      a: [
        { x: 1, y: 2 },
        { y: 2, x: 1 }
      ]
    },
    '/a',
    'items that differ',
    'two equal items'
  ],
  [
    'contains',
    inA({ contains: { const: 1 } }),
    { a: [2, 1] },
    { a: [2] },
    '/a',
    'at least 1 item as "contains" says',
    'a list of 1 item'
  ],
  ['minProperties', { minProperties: 1 }, { a: 1 }, {}, '', 'at least 1 member', 'an empty object'],
  ['maxProperties', { maxProperties: 1 }, { a: 1 }, { a: 1, b: 2 }, '', 'at most 1 member', 'an object'],
  ['required', inA({ required: ['b'] }), { a: { b: 1 } }, { a: {} }, '/a', 'the member "b"', 'nothing'],
  [
    'dependentRequired',
    { dependentRequired: { a: ['b'] } },
    { b: 1 },
    { a: 1 },
    '',
    'the member "b", because there is "a"',
    'nothing'
  ],
  [
    'additionalProperties',
    { ...inA(true), additionalProperties: false },
    { a: 1 },
    { a: 1, 'b/c': 2 },
    '/b~1c',
    'no member "b/c"',
    '2'
  ],
  [
    'unevaluatedProperties',
    { ...inA(true), unevaluatedProperties: false },
    { a: 1 },
    { b: 'x' },
    '/b',
    'no member "b"',
    '"x"'
  ],
  [
    'propertyNames',
    { propertyNames: { pattern: '^a' } },
    { a: 1 },
    { b: 1 },
    '/b',
    'a name as "propertyNames" says',
    '"b"'
  ],
  ['false', { prefixItems: [true], items: false }, [1], [1, 2], '/1', 'nothing here', '2'],
  [
    'oneOf',
    { oneOf: [{ minimum: 1 }, { minimum: 2 }] },
    1,
    3,
    '',
    'exactly one of 2 alternatives',
    'what fits 2 of them'
  ],
  [
    'not',
    inA({ not: { type: 'null' } }),
    { a: 1 },
    { a: null },
    '/a',
    'something else: "not" describes it',
    'null'
  ],
  ['false', inA(false), {}, { a: 1 }, '/a', 'nothing here', '1']
]

describe('a keyword', () => {
  it.each(KEYWORDS)('%s, broken once', async (rule, schema, kept, broken, pointer, expected, found) => {
    expect(await violationsOf(schema, kept)).toEqual([])
    const violations = await violationsOf(schema, broken)
    expect(violations).toContainEqual(
      expect.objectContaining({ part: 'payload', pointer, rule, expected, found })
    )
  })

  it('is told with its place in the schema, behind references, too', async () => {
    const schema = {
      properties: { a: { $ref: '#/$defs/b~1c' } },
      $defs: { 'b/c': { items: { type: 'null' } } }
    }
    const [violation] = await violationsOf(schema, { a: [null, 1] })
    expect(violation).toMatchObject({ pointer: '/a/1', schema: '/$defs/b~1c/items/type' })
  })

  it.each([
    ['prefixItems', { prefixItems: [{ type: 'null' }] }, [1], '/0'],
    ['patternProperties', { patternProperties: { '^x': { type: 'null' } } }, { xa: 1, a: 1 }, '/xa'],
    ['a member that is named as JavaScript names what all objects have', { required: ['toString'] }, {}, ''],
    ['if and then', JSON.parse('{"if": {"required": ["a"]}, "then": {"required": ["b"]}}'), { a: 1 }, ''],
    ['dependentSchemas', { dependentSchemas: { a: { required: ['b'] } } }, { a: 1 }, ''],
    [
      'of draft 7: items and additionalItems',
      { $schema: DRAFT_7, items: [true], additionalItems: false },
      [1, 2],
      ''
    ],
    ['of draft 7: dependencies', { $schema: DRAFT_7, dependencies: { a: ['b'] } }, { a: 1 }, ''],
    [
      'of draft 4: exclusiveMaximum',
      { $schema: 'http://json-schema.org/draft-04/schema#', maximum: 1, exclusiveMaximum: true },
      1,
      ''
    ],
    [
      'of draft 2019-09: unevaluatedItems',
      { $schema: DRAFT_2019, items: [true], unevaluatedItems: false },
      [1, 2],
      ''
    ],
    [
      'a member of the name __proto__',
      JSON.parse('{"properties": {"__proto__": {"type": "null"}}}'),
      JSON.parse('{"__proto__": 1}'),
      '/__proto__'
    ]
  ])('counts: %s', async (_, schema, payload, pointer) => {
    expect((await violationsOf(schema, payload)).map((violation) => violation.pointer)).toEqual([pointer])
  })

  it('of another draft counts for nothing', async () => {
    expect(
      await violationsOf({ $schema: DRAFT_7, prefixItems: [false], dependentRequired: { a: ['b'] } }, [1])
    ).toEqual([])
    expect(
      await violationsOf(
        { $schema: DRAFT_7, definitions: { a: { type: 'null' } }, $ref: '#/definitions/a', minimum: 5 },
        null
      )
    ).toEqual([])
  })

  it.each(['a', '', 'é', '__proto__', 'x'.repeat(100)])(
    'finds values that are one of many: %s',
    async (text) => {
      const values = Array.from({ length: 1000 }, (_, at) => `v${at}`)
      expect(await violationsOf({ enum: [...values, text] }, text)).toEqual([])
      const [violation] = await violationsOf({ enum: values }, text)
      expect(violation?.expected).toBe('one of "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7" and 992 more')
    }
  )
})

describe('alternatives', () => {
  const shapes = {
    oneOf: [
      { properties: { kind: { const: 'circle' }, radius: { type: 'number' } }, required: ['kind', 'radius'] },
      { properties: { kind: { const: 'square' }, side: { type: 'number' } }, required: ['kind', 'side'] }
    ]
  }

  it('are told by what is wrong with the nearest, first', async () => {
    expect(await violationsOf(inA(shapes), { a: { kind: 'square', side: '1' } })).toEqual([
      expect.objectContaining({ pointer: '/a/side', rule: 'type', expected: 'a number', found: '"1"' }),
      expect.objectContaining({
        pointer: '/a',
        rule: 'oneOf',
        expected: 'exactly one of 2 alternatives',
        found: 'an object'
      })
    ])
  })

  it.each([
    [{ oneOf: [{ const: 'on' }, { const: 'off' }] }, 'x', '"on" or "off"'],
    [{ anyOf: [{ enum: ['on'] }, { enum: ['off', 'out'], title: 'not on' }] }, 'x', '"on", "off" or "out"'],
    [{ oneOf: [{ const: true }, { type: 'boolean', const: false }] }, 1, 'true or false'],
    [
      { anyOf: Array.from({ length: 1000 }, (_, value) => ({ const: value })) },
      1000,
      'one of 0, 1, 2, 3, 4, 5, 6, 7 and 992 more'
    ]
  ])('that are constants are one choice: %j', async (schema, wrong, expected) => {
    const violations = await violationsOf(inA(schema), { a: wrong })
    expect(violations.map((violation) => [violation.pointer, violation.expected])).toEqual([['/a', expected]])
  })

  it('that have different constants, all of them wrong, are told after that none fits', async () => {
    const constants = [{ const: 'on' }, { const: 'off' }]
    for (const [schema, wrong] of [
      [shapes, { kind: 'triangle', radius: 1, side: 1 }],
      [{ anyOf: [...constants, { type: 'null' }] }, 'x']
    ])
      expect((await violationsOf(inA(schema), { a: wrong }))[0]?.rule).toMatch(/Of$/)
  })

  it.each([
    ['E5', ['/a/v a number', '/a exactly one of 70 alternatives']],
    ['E68', ['/a exactly one of 70 alternatives']],
    ['F', ['/a exactly one of 70 alternatives']]
  ])('that are too many are not told one by one: %s', async (kind, told) => {
    const kinds = Array.from({ length: 70 }, (_, at) => ({
      properties: { kind: { const: `E${at}` }, v: { type: 'number' } }
    }))
    const schema = { properties: { a: { required: ['w'], oneOf: kinds } }, required: ['b'] }
    const violations = await violationsOf(schema, { a: { kind, v: 'x' } })
    const texts = violations.map(({ pointer, expected }) => `${pointer} ${expected}`)
    expect(texts.sort()).toEqual([' the member "b"', ...told, '/a the member "w"'].sort())
  })

  it('leave what else is wrong', async () => {
    const schema = { ...inA({ anyOf: [{ type: 'null' }, { type: 'string' }] }), required: ['b'] }
    const violations = await violationsOf(schema, { a: 1 })
    expect(violations.map(({ pointer, rule }) => `${pointer} ${rule}`)).toEqual([
      ' required',
      '/a anyOf',
      '/a type'
    ])
  })
})

it('equal values are equal whatever the order of their members', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      const text = JSON.stringify(value)
      const turned = JSON.stringify(turn(JSON.parse(text)))
      const contract = await openSchema(`{"const": ${text}, "$schema": "${DRAFT_7}"}`)
      expect(contract.check(messageOf('a', turned))).toEqual([])
      const pair = await openSchema({ uniqueItems: true })
      expect(pair.check(messageOf('a', `[${text}, ${turned}]`))).toHaveLength(1)
    }),
    { numRuns: 50 }
  )
})

/** The same value with the members of its objects in the opposite order. */
function turn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turn)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, turn(member)])
  )
}

describe('members of a pattern beside alternatives', () => {
  const patternProperties = { '^x-': { type: 'number' } }
  const hasA = { properties: { a: { type: 'string' } }, required: ['a'] }
  const hasB = { properties: { b: true }, required: ['b'] }

  it.each([
    ['anyOf', { anyOf: [hasA, { required: ['b'] }] }],
    ['oneOf', { oneOf: [hasA, { required: ['b'] }] }],
    ['if', JSON.parse(`{ "if": { "required": ["k"] }, "then": ${JSON.stringify(hasA)} }`)],
    ['if without a match', { if: hasA, else: { required: ['b'] } }],
    ['unevaluatedProperties', { anyOf: [hasA, hasB], unevaluatedProperties: false }],
    ['a reference', { $defs: { d: { anyOf: [hasA, { required: ['b'] }] } }, $ref: '#/$defs/d' }]
  ])('with %s are judged, whichever alternative fits', async (_, others) => {
    for (const $schema of [DRAFT_2019, 'https://json-schema.org/draft/2020-12/schema']) {
      const schema = { $schema, patternProperties, ...others }
      expect(await violationsOf(schema, { b: 1, 'x-1': 2 })).toEqual([])
      expect(brokenRules(await violationsOf(schema, { b: 1, 'x-1': 'two' }))).toEqual(['payload /x-1 type'])
    }
  })

  it('count as evaluated, and others do not', async () => {
    const schema = { patternProperties, anyOf: [hasA, hasB], unevaluatedProperties: false }
    expect(brokenRules(await violationsOf(schema, { b: 1, 'x-1': 2, c: 3 }))).toEqual([
      'payload /c unevaluatedProperties'
    ])
  })
})

it.each([[['']], [['a', '']]])(
  'the member without a name is required like any other: %j',
  async (required) => {
    for (const $schema of [DRAFT_7, DRAFT_2019]) {
      expect(brokenRules(await violationsOf({ $schema, required }, { a: 1 }))).toEqual(['payload  required'])
      expect(await violationsOf({ $schema, required }, { a: 1, '': 2 })).toEqual([])
    }
  }
)

const empty = { '': 1 }
it.each<readonly [string, object, object, object]>([
  ['dependentRequired', { dependentRequired: { a: [''] } }, { a: 1, '': 1 }, { a: 1 }],
  ['dependentRequired of it', { dependentRequired: { '': ['a'] } }, { a: 1, '': 1 }, empty],
  [
    'dependencies',
    { $schema: DRAFT_7, dependencies: { a: ['b', ''] } },
    { a: 1, b: 1, '': 1 },
    { a: 1, b: 1 }
  ],
  [
    'dependencies of it',
    { $schema: DRAFT_7, dependencies: { '': { required: ['a'] } } },
    { a: 1, '': 1 },
    empty
  ],
  ['dependentSchemas', { dependentSchemas: { '': { required: ['a'] } } }, { a: 1, '': 1 }, empty],
  ['properties', { properties: { '': { type: 'string' } } }, { '': 'a' }, empty],
  ['additionalProperties', { additionalProperties: false, properties: { a: {} } }, { a: 1 }, empty],
  ['unevaluatedProperties', { unevaluatedProperties: false, properties: { a: {} } }, { a: 1 }, empty],
  ['patternProperties', { patternProperties: { '^$': { type: 'string' } } }, { '': 'a' }, empty],
  ['propertyNames', { propertyNames: { minLength: 1 } }, { a: 1 }, empty],
  ['minProperties', { minProperties: 1 }, empty, {}]
])('a member with the empty name is one like any other: %s', async (_, schema, right, wrong) => {
  expect(await violationsOf(schema, right)).toEqual([])
  expect(await violationsOf(schema, wrong)).not.toEqual([])
})

it('what a member needs is told with its place in the document', async () => {
  const schema = { properties: { a: { dependentRequired: { b: ['c', ''] } } } }
  expect(await violationsOf(schema, { a: { b: 1 } })).toMatchObject([
    {
      pointer: '/a',
      rule: 'dependentRequired',
      expected: 'the member "c", because there is "b"',
      schema: '/properties/a/dependentRequired'
    },
    { pointer: '/a', rule: 'dependentRequired', expected: 'the member "", because there is "b"' }
  ])
})

describe('a keyword with thousands of parts', () => {
  const MANY = Array.from({ length: 2000 }, (_, at) => `n${at}`)
  const map = (value: unknown) => Object.fromEntries(MANY.map((name) => [name, value]))
  const number = { type: 'number' }
  it.each<readonly [string, object, unknown, unknown, object]>([
    [
      'properties',
      { properties: map(number), additionalProperties: false },
      { n1900: 1 },
      { n1900: 'a' },
      { pointer: '/n1900', rule: 'type', schema: '/properties/n1900/type' }
    ],
    [
      'properties beside others',
      { properties: map(number), additionalProperties: false },
      {},
      { m: 1 },
      { pointer: '/m', rule: 'additionalProperties', schema: '/additionalProperties' }
    ],
    [
      'properties that are evaluated',
      { properties: map(number), unevaluatedProperties: false },
      { n1900: 1 },
      { m: 1 },
      { rule: 'unevaluatedProperties' }
    ],
    [
      'allOf',
      { allOf: MANY.map((_, at) => ({ minimum: at })) },
      2000,
      1900,
      { rule: 'minimum', schema: '/allOf/1901/minimum' }
    ],
    [
      'dependentSchemas',
      { dependentSchemas: map({ required: ['a'] }) },
      { n1900: 1, a: 1 },
      { n1900: 1 },
      { rule: 'required', schema: '/dependentSchemas/n1900/required' }
    ],
    [
      'dependentRequired',
      { dependentRequired: { b: MANY } },
      map(1),
      { ...map(1), b: 1, n1900: undefined },
      { rule: 'dependentRequired', expected: 'the member "n1900", because there is "b"' }
    ],
    ['anyOf', { anyOf: [...MANY.map((name) => ({ const: name })), number] }, 5, true, {}],
    [
      'required',
      { required: MANY },
      map(1),
      { ...map(1), n1900: undefined },
      { expected: 'the member "n1900"' }
    ]
  ])('is checked: %s', async (_, schema, right, wrong, told) => {
    expect(await violationsOf(schema, right)).toEqual([])
    expect((await violationsOf(schema, wrong))[0]).toMatchObject(told)
  })
})
