import avsc from 'avsc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Violation } from '../../../src/core/contract.js'
import { scanJson } from '../../../src/core/json/json-text.js'
import { messageOf, openDocument } from '../opened.js'

const open = (schema: unknown) =>
  openDocument(
    JSON.stringify({
      asyncapi: '3.0.0',
      channels: {
        c: {
          address: 'c',
          messages: { m: { payload: { schemaFormat: 'application/vnd.apache.avro;version=1.9.0', schema } } }
        }
      }
    })
  )

async function violationsOf(schema: unknown, payload: Uint8Array | string): Promise<readonly Violation[]> {
  return (await open(schema)).check(messageOf('c', payload))
}

const USER = {
  type: 'record',
  name: 'User',
  namespace: 'org.example',
  fields: [
    { name: 'name', type: 'string' },
    { name: 'id', type: 'long' },
    { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] } },
    { name: 'friends', type: { type: 'array', items: 'User' }, default: [] },
    { name: 'at', type: ['null', { type: 'long', logicalType: 'timestamp-millis' }], default: null },
    { name: 'key', type: { type: 'fixed', name: 'Key', size: 2 } }
  ]
}
const longs = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(value)
    return bytes
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (one: bigint, other: bigint) => Number(one - other)
})
const type = avsc.Type.forSchema(USER as avsc.Schema, { registry: { long: longs } })
const user = (name: string, friends: unknown[] = []) => ({
  name,
  id: 9223372036854775807n,
  kind: 'B',
  friends,
  at: null,
  key: Buffer.from([1, 2])
})

describe('a payload of Avro', () => {
  it('is kept in the binary encoding, with the number of a schema before it, and as JSON', async () => {
    const bytes = type.toBuffer(user('a', [user('b')]))
    expect(await violationsOf(USER, bytes)).toEqual([])
    expect(await violationsOf(USER, Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), bytes]))).toEqual([])
    expect(await violationsOf(USER, type.toString(user('a', [user('b')])))).toEqual([])
  })

  it('is told with the field that is wrong', async () => {
    const json = { name: 'a', id: 1, kind: 'B', at: { long: 5 }, key: '\u0001\u0002' }
    const check = (change: object) => violationsOf(USER, JSON.stringify({ ...json, ...change }))
    expect(await check({})).toEqual([])
    expect(await check({ at: 5 })).toEqual([])
    expect(await check({ kind: 'C' })).toEqual([
      {
        part: 'payload',
        pointer: '/kind',
        rule: 'avro',
        expected: '"A" or "B"',
        found: '"C"',
        schema: '/channels/c/messages/m/payload/schema'
      }
    ])
    expect((await check({ id: 1.5 }))[0]).toMatchObject({
      pointer: '/id',
      expected: 'a whole number of 64 bits'
    })
    expect((await check({ friends: [{}] }))[0]).toMatchObject({
      pointer: '/friends/0',
      expected: 'the member "name"'
    })
    expect((await check({ more: 1 }))[0]).toMatchObject({ pointer: '/more', expected: 'no such member' })
    expect((await check({ at: 'x' }))[0]).toMatchObject({
      pointer: '/at',
      expected: 'one of the types null, long'
    })
  })

  it.each([
    [[], '/name', 'a size', 'the end of the payload'],
    [[0x04, 0x61], '/name', 'a text', '1 more byte'],
    [[0x02, 0xff], '/name', 'a text in UTF-8', 'other bytes'],
    [[0x01], '/name', 'a size', '-1'],
    [[0x00, 0x02, 0x04], '/kind', 'the position of a symbol, from 0 to 1', '2'],
    [
      [0x00, ...Array.from({ length: 10 }, () => 0xff), 0x01],
      '/id',
      'a whole number of 64 bits',
      'a larger number'
    ],
    [[0x00, 0x02, 0x00, 0x00, 0x00, 0x01, 0x02, 0x03], '', 'nothing after the value', '1 byte']
  ])('says which bytes are wrong: %j', async (bytes, pointer, expected, found) => {
    const [violation] = await violationsOf(USER, Buffer.from(bytes))
    expect(violation).toMatchObject({ pointer, rule: 'avro', expected, found })
  })

  it.each([
    [
      'many items without bytes',
      { type: 'array', items: 'null' },
      [0xfe, 0xff, 0xff, 0xff, 0xff, 0x3f, 0x00]
    ],
    ['a record that holds itself', { type: 'record', name: 'A', fields: [{ name: 'a', type: 'A' }] }, []],
    [
      'a long chain',
      { type: 'record', name: 'A', fields: [{ name: 'a', type: ['null', 'A'] }] },
      Array.from({ length: 100_000 }, () => 2)
    ]
  ])('is judged in bounded time: %s', async (_, schema, bytes) => {
    expect((await violationsOf(schema, Buffer.from(bytes))).map(({ rule }) => rule)).toEqual(['limit'])
  })

  it.each([
    ['no such type', 'strnig', /there is no type "strnig"/],
    [
      'a field without a name',
      { type: 'record', name: 'A', fields: [{ type: 'int' }] },
      /\/fields\/0: a field must have a name/
    ],
    ['an enum without symbols', { type: 'enum', name: 'A' }, /an enum must have a list of symbols/],
    ['a fixed type without a size', { type: 'fixed', name: 'A', size: -1 }, /must have a size/],
    ['a type without items', { type: 'array' }, /it has no "items"/],
    [
      'two types of one name',
      [
        { type: 'fixed', name: 'A', size: 1 },
        { type: 'fixed', name: 'A', size: 2 }
      ],
      /there are two types "A"/
    ]
  ])('has a schema that is refused: %s', async (_, schema, message) => {
    await expect(open(schema)).rejects.toMatchObject({
      kind: 'bad-input',
      message: expect.stringMatching(message)
    })
  })
})

/** Schemas, whose named types have different names. */
const schemas: fc.Arbitrary<unknown> = fc.letrec<{ type: unknown }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'),
    fc.record({ type: fc.constant('array'), items: tie('type') }),
    fc.record({ type: fc.constant('map'), values: tie('type') }),
    fc.record({ type: fc.constant('enum'), symbols: fc.constantFrom(['A'], ['A', 'B', 'C']) }),
    fc.record({ type: fc.constant('fixed'), size: fc.nat(5) }),
    fc.array(tie('type'), { maxLength: 4 }).map((types) => ({
      type: 'record',
      fields: types.map((type, at) => ({ name: `f${at}`, type }))
    })),
    fc.constantFrom(['null', 'string'], ['int', 'null', 'bytes'], ['null', { type: 'array', items: 'long' }])
  )
})).type

/** Gives each named type a name of its own. */
function name(schema: unknown): unknown {
  let at = 0
  return JSON.parse(JSON.stringify(schema), (_, value) => {
    const isNamed = ['record', 'enum', 'fixed'].includes(value?.type)
    return isNamed ? { ...value, name: `N${at++}` } : value
  })
}

it('bytes are a value of a type exactly if avsc says so', async () => {
  await fc.assert(
    fc.asyncProperty(schemas, fc.nat(), fc.integer({ min: 0, max: 255 }), async (given, cut, byte) => {
      const schema = name(given)
      const of = avsc.Type.forSchema(schema as avsc.Schema)
      const contract = await open(schema)
      const isKept = (payload: Uint8Array | string) => contract.check(messageOf('c', payload)).length === 0
      const value = of.random()
      const bytes = of.toBuffer(value)
      expect(isKept(bytes)).toBe(true)
      expect(isKept(of.toString(value))).toBe(true)
      // avsc also takes other bytes for true, and texts that are not UTF-8. A payload that is no JSON and begins with no zero is binary.
      const damaged = Buffer.concat([bytes.subarray(0, cut % (bytes.length + 1)), Buffer.from([byte])])
      if (damaged[0] !== 0 && !scanJson(damaged).ok && isKept(damaged)) expect(isAvro(of, damaged)).toBe(true)
    }),
    { numRuns: 150 }
  )
})

function isAvro(of: avsc.Type, bytes: Buffer): boolean {
  try {
    of.fromBuffer(bytes)
    return true
  } catch {
    return false
  }
}
