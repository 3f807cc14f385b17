import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/core/message.js'
import { usedMemory } from '../support/used-memory.js'
import { brokenRules, loadFrom, messageOf, openDocument, openSchema } from './opened.js'

const twice = { $ref: '#' }
const limit = ['payload  limit']

describe('a hostile message is judged in bounded time', () => {
  const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth)
  const CASES: readonly (readonly [
    name: string,
    schema: unknown,
    payload: string,
    rules: readonly string[]
  ])[] = [
    [
      'work that doubles with each level',
      { properties: { a: { allOf: [twice, twice] } } },
      `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`,
      limit
    ],
    [
      'work that doubles with each level of alternatives',
      { type: ['object', 'null'], properties: { a: { anyOf: [twice, { anyOf: [twice] }] } } },
      `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`,
      limit
    ],
    ['20,000 levels', { properties: { a: twice }, items: twice }, nested(20_000, '[', ']'), limit],
    [
      'a million different objects',
      { uniqueItems: true },
      `[${Array.from({ length: 500_000 }, (_, at) => `{"a":${at}}`).join()}]`,
      []
    ],
    [
      'lists in lists that are compared on each level',
      { uniqueItems: true, items: twice },
      `${'[[],'.repeat(300)}1${']'.repeat(300)}`,
      []
    ],
    [
      'many values beside many others',
      { items: { enum: Array.from({ length: 50_000 }, (_, at) => `v${at}`) } },
      JSON.stringify(Array.from({ length: 500_000 }, () => 'v49999')),
      []
    ],
    [
      'a long text and a hostile pattern',
      { pattern: '^(a+)+(a?){200}$' },
      JSON.stringify(`${'a'.repeat(4_000_000)}b`),
      limit
    ],
    [
      'a long text and a format',
      { format: 'uri' },
      JSON.stringify(`a:${'%20'.repeat(1_000_000)}`),
      ['payload  format']
    ],
    ['10 MB', {}, JSON.stringify('x'.repeat(10_000_000)), limit]
  ]

  it.each(CASES)('%s', async (_, schema, payload, rules) => {
    const contract = await openSchema(schema)
    expect(brokenRules(contract.check(messageOf('a', payload)))).toEqual(rules)
  })

  it.each([
    [1000, 8],
    [1_000_000, 1]
  ])('%d things that are wrong are told by %d', async (count, told) => {
    const contract = await openSchema({ items: { anyOf: [{ type: 'null' }, { type: 'string' }] } })
    const violations = contract.check(messageOf('a', JSON.stringify(Array.from({ length: count }, () => 1))))
    expect(violations.filter(({ rule }) => rule === 'anyOf').length).toBeLessThanOrEqual(told)
    expect(violations.length).toBeGreaterThan(0)
    expect(violations.length).toBeLessThanOrEqual(8)
  })

  it('texts of a violation are cut', async () => {
    const contract = await openSchema({ additionalProperties: false, required: ['y'.repeat(1000)] })
    const [required, additional] = contract.check(messageOf('a', { ['x'.repeat(5000)]: 'z'.repeat(5000) }))
    for (const text of [required?.expected, additional?.expected, additional?.found])
      expect(text?.length).toBeLessThanOrEqual(200)
    expect(additional?.pointer.length).toBeLessThanOrEqual(500)
  })

  it('after it the next message is judged as before', async () => {
    const contract = await openSchema({ properties: { a: { allOf: [twice, twice] } }, type: 'object' })
    contract.check(messageOf('a', `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`))
    expect(contract.check(messageOf('a', { a: {} }))).toEqual([])
  })
})

it('channels that a hostile broker makes up take bounded memory', async () => {
  const contract = await openDocument('{asyncapi: 3.0.0, channels: {c: {address: "a/{b}"}}}')
  const message: Message = messageOf('a/b', '1')
  const before = usedMemory()
  for (let at = 0; at < 300_000; at++) contract.check({ ...message, channel: `${'x'.repeat(40)}${at}` })
  expect(usedMemory() - before).toBeLessThan(20_000_000)
  expect(contract.check(message)).toEqual([])
})

it('what is kept of a violation does not keep its message in memory', async () => {
  const contract = await openSchema({ additionalProperties: false })
  const kept: unknown[] = []
  const check = (name: string) => {
    for (let at = 0; at < 20; at++)
      kept.push(contract.check(messageOf('a', { [`${'x'.repeat(1_000_000)}${name}${at}`]: 1 })))
  }
  // V8 keeps the names of the first objects that a function has seen.
  check('first')
  const before = usedMemory()
  check('second')
  expect(usedMemory() - before).toBeLessThan(5_000_000)
  expect(kept).toHaveLength(40)
})

describe('a hostile document', () => {
  const deep = `${'{"not":'.repeat(20_000)}{}${'}'.repeat(20_000)}`
  const CASES: readonly (readonly [name: string, schema: string, message: RegExp])[] = [
    ['a reference to itself', '{"$ref": "#"}', /leads back to itself/],
    [
      'references in a circle',
      '{"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/b"}]}, "b": {"not": {"$ref": "#/$defs/a"}}}}',
      /leads back to itself/
    ],
    [
      'a pattern that looks ahead',
      '{"properties": {"a": {"pattern": "(?=a)"}}}',
      /\/properties\/a\/pattern: the pattern "\(\?=a\)"/
    ],
    [
      'a pattern that refers back',
      '{"patternProperties": {"(a)\\\\1": {}}}',
      /\/patternProperties\/\(a\)\\1: /
    ],
    ['a pattern that multiplies', '{"pattern": "((a{1000}){1000}){1000}"}', /\/pattern: /],
    ['a long pattern', `{"pattern": "${'a'.repeat(5000)}"}`, /more than 4096 characters/],
    ['a type that is misspelt', '{"type": "sting"}', /\/type: .* did you mean "string"\?/],
    ['a keyword of another kind', '{"required": "a"}', /\/required: it must be a list of names/],
    ['no schema', '{"properties": {"a": 1}}', /\/properties: it must be an object whose members are schemas/],
    ['a list of items in the newest draft', '{"items": [{}]}', /\/items: .*"prefixItems"/],
    [
      'a document of AsyncAPI, which every message would keep as a schema',
      '{"asyncapi": "3.0.0", "channels": {}}',
      /it is an AsyncAPI document, and no JSON Schema/
    ],
    [
      'a draft that nobody knows',
      '{"$schema": "https://example.com/draft"}',
      /drafts 4, 6, 7, 2019-09 and 2020-12/
    ],
    [
      '20,001 schemas',
      JSON.stringify({ items: { anyOf: Array(20_001).fill({}) } }),
      /it is made of more than 20000 schemas/
    ],
    [
      '1001 schemas in an order',
      JSON.stringify({ oneOf: Array(1001).fill({}) }),
      /\/oneOf: it has more than 1000 schemas/
    ],
    [
      '1001 patterns',
      JSON.stringify({
        patternProperties: Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [at, {}]))
      }),
      /more than 1000 schemas/
    ],
    ['a reference to nothing', '{"$ref": "#/a~1b"}', /there is no "#\/a~1b"/],
    ['a URL', '{"$ref": "https://example.com/a.json"}', /a reference names a place in a file, and no URL/],
    ['a path from the root', '{"$ref": "/etc/passwd"}', /a path begins in the folder of the document/],
    ['a file that is not there', '{"$ref": "b.json"}', /no such file/]
  ]

  it.each(CASES)('is refused: %s', async (_, schema, message) => {
    await expect(openSchema(schema)).rejects.toMatchObject({
      kind: 'bad-input',
      message: expect.stringMatching(message)
    })
  })

  it('is cut where it is nested too deeply', async () => {
    expect((await openSchema(deep)).check(messageOf('a', 1))).toHaveLength(0)
  })

  it('refers to files without end', async () => {
    const load = (path: string) => loadFrom({ [path]: `{"$ref": "a${path}"}` })(path)
    const { openContract } = await import('../../src/contract/open-contract.js')
    await expect(
      openContract({ name: 'x.json', form: 'json-schema', load }, { separator: '/' })
    ).rejects.toMatchObject({
      kind: 'bad-input',
      message: expect.stringContaining('more than 200 files')
    })
  })

  it('has references one behind the other', async () => {
    const links = Array.from(
      { length: 500 },
      (_, at) => `"d${at}": {"properties": {"a": {"$ref": "#/$defs/d${at + 1}"}}}`
    )
    const contract = await openSchema(`{"$ref": "#/$defs/d0", "$defs": {${links.join()}, "d500": {}}}`)
    expect(contract.check(messageOf('a', { a: { a: {} } }))).toEqual([])
  })

  it('has keywords of Ajv and of JavaScript, which mean nothing', async () => {
    const schema =
      '{"$async": true, "$data": "1", "nullable": true, "discriminator": {}, "constructor": 1, "__proto__": {"type": "null"}, "id": 5}'
    expect((await openSchema(schema)).check(messageOf('a', 1))).toEqual([])
  })
})
