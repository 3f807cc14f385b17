import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatJson, type JsonTree } from '../../../src/core/catalogue/json-tree.js'
import { parseJson } from '../../../src/core/catalogue/parse-json.js'
import { shapeSchema } from '../../../src/core/catalogue/shape-schema.js'
import { ValueShape } from '../../../src/core/catalogue/value-shape.js'

function shapeOf(samples: readonly string[], places = 10_000): ValueShape {
  const shape = new ValueShape({ places })
  for (const sample of samples) shape.add(parseJson(sample, 24))
  return shape
}

function schemaText(...samples: readonly string[]): string {
  return formatJson(shapeSchema(shapeOf(samples)))
}

function validator(schema: JsonTree): ValidateFunction {
  // Without `ownProperties`, a sample without a member `valueOf` would have the inherited one.
  const ajv = new Ajv({ allowUnionTypes: true, strict: false, allErrors: false, ownProperties: true })
  formats.default(ajv)
  return ajv.compile(JSON.parse(formatJson(schema)))
}

function times(count: number, sample: (i: number) => string): string[] {
  return Array.from({ length: count }, (_, i) => sample(i))
}

describe('an inferred schema', () => {
  test('requires the names that every message had', () => {
    expect(schemaText('{"a":1,"b":"x"}', '{"a":2}')).toBe(
      '{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"}},"required":["a"]}'
    )
  })

  test('allows null once a value was null', () => {
    expect(schemaText('{"a":1}', '{"a":null}')).toContain('"a":{"type":["integer","null"]}')
  })

  test('calls a number with a fraction or an exponent a number, and all others integers', () => {
    expect(schemaText('1', '12345678901234567890')).toBe('{"type":"integer"}')
    expect(schemaText('1', '1.0')).toBe('{"type":"number"}')
  })

  test.each([
    ['date-time', '"2026-11-23T19:05:01.123456Z"', '"2026-02-30T00:00:00Z"'],
    ['date', '"2024-02-29"', '"2023-02-29"'],
    ['uuid', '"123e4567-e89b-12d3-a456-426614174000"', '"123e4567"'],
    ['ipv4', '"192.168.0.255"', '"192.168.0.256"'],
    ['ipv6', '"fe80::1"', '"fe80:::1"'],
    ['email', '"ada@example.org"', '"ada@example"'],
    ['uri', '"https://example.org/a?b=c"', '"https:// example.org"']
  ])('recognises %s', (format, text, other) => {
    expect(schemaText(text)).toBe(`{"type":"string","format":"${format}"}`)
    expect(schemaText(text, other)).toBe('{"type":"string"}')
  })

  test.each(['00:12:4b:00:14:d5:2b:d6', 'AA:BB:CC:DD:EE:FF:00:11'])(
    'does not take the address of a Zigbee device for an IPv6 address: %s',
    (text) => {
      expect(schemaText(JSON.stringify(text))).toBe('{"type":"string"}')
    }
  )

  test.each(['2001:db8:0:0:1:0:0:1', '2001:0db8:0000:0000:0000:ff00:0042:8329', '::1', '::ffff:1'])(
    'recognises every notation of an IPv6 address: %s',
    (text) => {
      expect(schemaText(JSON.stringify(text))).toBe('{"type":"string","format":"ipv6"}')
    }
  )

  test.each([
    ['dates', '{"2026-11-01":1,"2026-11-02":2}'],
    ['UUIDs', '{"123e4567-e89b-12d3-a456-426614174000":1,"00000000-0000-4000-8000-000000000001":2}'],
    ['hexadecimal numbers', '{"a4cf12ab":1,"3494b200":2}'],
    ['serial numbers', '{"SN12345678":1,"SN12345679":2}'],
    ['numbers', '{"1":1,"2":2,"3":2}'],
    ['identifiers of two kinds', '{"2026-11-01":1,"2026-11-02":2,"a4cf12ab":1,"3494b200":2}']
  ])('takes an object whose names are %s for a map', (_, text) => {
    expect(schemaText(text)).toBe('{"type":"object","additionalProperties":{"type":"integer"}}')
  })

  test.each([
    '{"temp1":1,"temp2":2,"temp3":3,"temp4":4}',
    '{"v1":1,"v2":2}',
    '{"bed":1,"cab":2,"face":3}',
    '{"ac1":1,"ac2":2,"dc1":3,"dc2":4}',
    '{"pm1":1,"pm2_5":2,"pm10":3}',
    '{"1":1,"2":2}'
  ])('lists names that are words with numbers, or may be such words: %s', (text) => {
    expect(schemaText(text)).toContain('"properties":{')
    expect(schemaText(text)).not.toContain('additional')
  })

  test('lists the names beside a map, and gives the map a pattern', () => {
    expect(schemaText('{"count":2,"0x1a":{"on":true},"0x2b":{"on":false}}')).toBe(
      '{"type":"object","properties":{"count":{"type":"integer"}},"patternProperties":{"^[0-9A-Fa-fG-Zg-z]{4}$":' +
        '{"type":"object","properties":{"on":{"type":"boolean"}},"required":["on"]}},"required":["count"]}'
    )
  })

  test('lists the values of an enumeration only once each was seen repeatedly', () => {
    const states = ['"ON"', '"OFF"', '"AUTO"']
    expect(schemaText(...times(21, (i) => states[i % 3] ?? ''))).toBe(
      '{"type":"string","enum":["AUTO","OFF","ON"]}'
    )
    expect(schemaText(...times(19, (i) => states[i % 3] ?? ''))).toBe('{"type":"string"}')
    expect(schemaText(...times(21, (i) => states[i % 3] ?? ''), '"ONCE"')).toBe('{"type":"string"}')
    expect(schemaText(...times(60, (i) => `"${i % 11}"`))).toBe('{"type":"string"}')
  })

  test('lists null in an enumeration of values that may be null', () => {
    expect(schemaText(...times(40, (i) => (i % 2 ? 'null' : '"ON"')))).toBe(
      '{"type":["string","null"],"enum":["ON",null]}'
    )
  })

  test('states a range only once a hundred numbers came and the later ones did not widen it', () => {
    const around = times(120, (i) => String((i * 7) % 20))
    expect(schemaText(...around)).toBe('{"type":"integer","minimum":0,"maximum":19}')
    expect(schemaText(...around.slice(0, 99))).toBe('{"type":"integer"}')
    expect(schemaText(...times(200, String))).toBe('{"type":"integer"}')
  })

  test('the bounds of a range keep their digits', () => {
    const bounds = ['12345678901234567890', '12345678901234567999', '12345678901234567891']
    expect(schemaText(...times(150, (i) => bounds[i % 3] ?? ''))).toBe(
      '{"type":"integer","minimum":12345678901234567890,"maximum":12345678901234567999}'
    )
  })

  test('takes an object of very many names for a map', () => {
    const map = `{${times(300, (i) => `"k${i}":${i}`).join()}}`
    expect(schemaText(map)).toBe('{"type":"object","additionalProperties":{"type":"integer"}}')
  })

  test('describes the items of arrays together', () => {
    expect(schemaText('[1,"a"]', '[]')).toBe('{"type":"array","items":{"type":["string","integer"]}}')
  })

  test('remembers no more places than it was allowed', () => {
    const budget = { places: 5 }
    const shape = new ValueShape(budget)
    for (let i = 0; i < 100; i++) shape.add(parseJson(`{"k${i}":{"x":[${i}]}}`))
    expect(budget.places).toBe(0)
    expect(JSON.stringify(shapeSchema(shape)).length).toBeLessThan(400)
  })
})

// JSON.parse turns a number beyond the range of a double into Infinity, which no validator calls a number.
const jsonText = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc
    .array(
      fc.record(
        {
          id: fc.uuid(),
          at: fc.date({ noInvalidDate: true }).map((d) => d.toISOString()),
          n: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
          s: fc.constantFrom('ON', 'OFF')
        },
        { requiredKeys: ['id'] }
      )
    )
    .map((value) => JSON.stringify(value)),
  fc
    .oneof(fc.emailAddress(), fc.webUrl(), fc.ipV4(), fc.ipV6(), fc.uuid())
    .map((value) => JSON.stringify(value))
)

const idText = fc
  .dictionary(
    fc.oneof(
      fc.uuid(),
      fc.nat({ max: 99 }).map(String),
      fc.nat({ max: 65535 }).map((n) => `d-${n.toString(16).padStart(4, '0')}`),
      fc.constantFrom(
        'count',
        'd-word',
        '0x1f',
        '0xfe',
        '2026-01-01',
        '2026-01-02',
        '__proto__',
        'a.b-[c]1',
        'a.b-[c]2'
      )
    ),
    fc.jsonValue({ maxDepth: 2 })
  )
  .map((value) => JSON.stringify(value))

describe('for any samples', () => {
  test('the schema of maps accepts every one of them, also when places ran out', () => {
    fc.assert(
      fc.property(
        fc.array(idText, { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 60 }),
        (samples, places) => {
          const validate = validator(shapeSchema(shapeOf(samples, places)))
          for (const sample of samples) expect(validate(JSON.parse(sample)), sample).toBe(true)
        }
      ),
      { numRuns: 300 }
    )
  })

  test('the schema accepts every one of them', () => {
    fc.assert(
      fc.property(fc.array(jsonText, { minLength: 1, maxLength: 30 }), (samples) => {
        const validate = validator(shapeSchema(shapeOf(samples)))
        for (const sample of samples) expect(validate(JSON.parse(sample)), sample).toBe(true)
      }),
      { examples: [[['{"valueOf":""}', '{"id":1}']]] }
    )
  })

  test('the schema accepts every one of them when there are many, so that enumerations and ranges are stated', () => {
    const record = fc.record({
      state: fc.constantFrom('ON', 'OFF', null),
      level: fc.integer({ min: -9, max: 9 }),
      deep: fc.option(fc.record({ x: fc.double({ min: 0, max: 1, noNaN: true }) }))
    })
    fc.assert(
      fc.property(fc.array(record, { minLength: 100, maxLength: 300 }), (values) => {
        const samples = values.map((value) => JSON.stringify(value))
        const validate = validator(shapeSchema(shapeOf(samples)))
        for (const sample of samples) expect(validate(JSON.parse(sample)), sample).toBe(true)
      }),
      { numRuns: 30 }
    )
  })

  test('the schema merged from parts accepts the samples of all parts, also when places ran out', () => {
    const parts = fc.array(fc.tuple(fc.array(jsonText, { maxLength: 6 }), fc.integer({ min: 1, max: 12 })), {
      minLength: 1,
      maxLength: 6
    })
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 200 }), (all, places) => {
        const merged = new ValueShape({ places })
        for (const [samples, own] of all) merged.merge(shapeOf(samples, own))
        const validate = validator(shapeSchema(merged))
        for (const [samples] of all)
          for (const sample of samples) expect(validate(JSON.parse(sample)), sample).toBe(true)
      }),
      { numRuns: 300 }
    )
  })

  test('a sample that lacks a required name, or has another type there, is rejected', () => {
    const record = fc.record({
      id: fc.uuid(),
      count: fc.integer(),
      on: fc.boolean(),
      tags: fc.array(fc.string())
    })
    const names = ['id', 'count', 'on', 'tags'] as const
    fc.assert(
      fc.property(fc.array(record, { minLength: 1 }), fc.constantFrom(...names), (records, name) => {
        const validate = validator(shapeSchema(shapeOf(records.map((value) => JSON.stringify(value)))))
        for (const value of records) {
          const { [name]: _, ...lacking } = value
          expect(validate(lacking)).toBe(false)
          expect(validate({ ...value, [name]: { other: 'type' } })).toBe(false)
          expect(validate({ ...value, id: 'no-uuid' })).toBe(false)
        }
      })
    )
  })
})
