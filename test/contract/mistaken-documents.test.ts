import { describe, expect, it } from 'vitest'
import { contractNameOf } from '../../src/contract/contract-name.js'
import { messageOf, openDocument, openSchema } from './opened.js'

describe('what is given as an AsyncAPI document', () => {
  it.each([
    [
      '{ type: object, required: [name] }',
      /it is a JSON Schema, and no AsyncAPI document/,
      /--schema api\.yaml/
    ],
    ['{ $schema: "https://json-schema.org/draft/2020-12/schema" }', /it is a JSON Schema/, /--schema/],
    ['{ openapi: 3.1.0, paths: {} }', /it is an OpenAPI document, and no AsyncAPI document/, /correct/],
    ['{ asyncapi: 3 }', /the version in "asyncapi" must be a text/, /asyncapi: "3\.0\.0"/],
    ['[1, 2]', /it is no AsyncAPI document: it has no text "asyncapi"/, /correct/]
  ])('says what it is: %s', async (text, message, suggestion) => {
    await expect(openDocument(text)).rejects.toMatchObject({
      kind: 'bad-input',
      message: expect.stringMatching(message),
      suggestion: expect.stringMatching(suggestion)
    })
  })
})

describe('what is given as a JSON Schema', () => {
  it.each([
    [
      { asyncapi: '3.0.0', channels: {} },
      /it is an AsyncAPI document, and no JSON Schema/,
      /--contract schema\.json/
    ],
    [{ openapi: '3.1.0', paths: {} }, /it is an OpenAPI document, and no JSON Schema/, /correct/],
    [{ type: 'record', name: 'U', fields: [] }, /it is an Avro schema, and no JSON Schema/, /schemaFormat/]
  ])('says what it is, so that nothing passes unchecked: %j', async (value, message, suggestion) => {
    await expect(openSchema(value)).rejects.toMatchObject({
      kind: 'bad-input',
      message: expect.stringMatching(message),
      suggestion: expect.stringMatching(suggestion)
    })
  })

  it('may have nothing that is checked, which is told', async () => {
    expect((await openSchema({ name: 'Ada', age: 36 })).unchecked).toEqual([
      'the schema has no keyword, so that every payload keeps it'
    ])
    for (const quiet of [{}, { title: 'Anything' }, { type: 'object' }, true])
      expect((await openSchema(quiet)).unchecked).toEqual([])
  })
})

describe('a keyword that counts for nothing', () => {
  it('is told if it is misspelt', async () => {
    expect(
      (await openSchema({ type: 'object', requierd: ['a'], properties: { a: { minimun: 1 } } })).unchecked
    ).toEqual([
      '"requierd" is no keyword and is not checked; did you mean "required"? /requierd',
      '"minimun" is no keyword and is not checked; did you mean "minimum"? /properties/a/minimun'
    ])
  })

  it('is told if it is of another draft', async () => {
    const schema = { $schema: 'http://json-schema.org/draft-07/schema#', prefixItems: [{ type: 'string' }] }
    expect((await openSchema(schema)).unchecked).toEqual([
      '"prefixItems" is no keyword of draft-07 and is not checked: /prefixItems'
    ])
  })

  it('is not told of notes, names of members, and what is beside a $ref', async () => {
    const schema = {
      title: 't',
      $defs: { requierd: { note: 1, name: 'x', 'x-required': true } },
      examples: [{ requierd: 1 }],
      properties: { requierd: { $ref: '#/$defs/requierd' } }
    }
    expect((await openSchema(schema)).unchecked).toEqual([])
  })
})

it('names the place of a reference to a file that is not there', async () => {
  await expect(openSchema({ properties: { a: { $ref: 'other.json' } } })).rejects.toMatchObject({
    message: 'cannot use "schema.json": /properties/a: cannot read "other.json": no such file'
  })
})

describe('how a contract is named', () => {
  it.each([
    [
      'https://example.com/a.yaml',
      'asyncapi',
      'it is a URL, and nothing is fetched from the network',
      /save it as a file/
    ],
    [
      'HTTP://example.com/a.yaml',
      'json-schema',
      'it is a URL, and nothing is fetched from the network',
      /save it/
    ],
    ['-', 'json-schema', 'it names no file, and a contract is not read from stdin', /<\(PROGRAM\)/],
    ['a.yaml#/channels/c', 'asyncapi', 'an AsyncAPI document is used as a whole', /a\.yaml; .* use --schema/]
  ] as const)('is refused as %s of %s', (name, form, why, suggestion) => {
    expect(() => contractNameOf(name, form)).toThrow(
      expect.objectContaining({
        kind: 'bad-input',
        message: `cannot use "${name}": ${why}`,
        suggestion: expect.stringMatching(suggestion)
      })
    )
  })

  it.each([
    ['a.json', 'a.json', undefined],
    ['a.json#', 'a.json', undefined],
    ['b/a.YAML#/$defs/x~1y', 'b/a.YAML', '/$defs/x~1y'],
    ['c#/a.json', 'c#/a.json', undefined],
    ['c#/a.json#name', 'c#/a.json', 'name']
  ])('may have a part: %s', (name, file, fragment) => {
    expect(contractNameOf(name, 'json-schema')).toEqual({ file, fragment })
  })
})

describe('a part of a JSON Schema', () => {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    definitions: {
      Value: { type: 'object', required: ['n'], properties: { n: { $ref: '#/definitions/n' } } },
      n: { type: 'number' }
    }
  }

  it('is what messages are checked against, with what it refers to', async () => {
    const contract = await openSchema(schema, {}, '/definitions/Value')
    expect(contract.name).toBe('schema.json#/definitions/Value')
    expect(contract.unchecked).toEqual([])
    expect(contract.check(messageOf('a', { n: 1 }))).toEqual([])
    expect(contract.check(messageOf('a', { n: 'x' }))).toMatchObject([{ schema: '/definitions/n/type' }])
  })

  it('is one of an AsyncAPI document, too', async () => {
    const api = { asyncapi: '3.0.0', components: { schemas: { A: { type: 'object' } } } }
    expect((await openSchema(api, {}, '/components/schemas/A')).check(messageOf('a', 1))).toMatchObject([
      { rule: 'type' }
    ])
  })

  it('has to be there', async () => {
    await expect(openSchema(schema, {}, '/definitions/Valeu')).rejects.toMatchObject({
      kind: 'bad-input',
      message: 'cannot use "schema.json": there is no "#/definitions/Valeu"'
    })
  })

  it.each([
    [schema, '/definitions/Value'],
    [{ $defs: { 'a/b': {} } }, '/$defs/a~1b']
  ])(
    'is suggested where the schema has definitions alone, so that everything keeps it: %j',
    async (schema, pointer) => {
      expect((await openSchema(schema)).unchecked).toEqual([
        `the schema has definitions and no keyword, so that every payload keeps it; did you mean "schema.json#${pointer}"?`
      ])
    }
  )
})

it.each([
  ['{ c: { messages: {} } }', ['a channel without an address is not checked: /channels/c']],
  // AsyncAPI 3 has it for what is known only when the program runs.
  ['{ c: { address: null, messages: {} } }', []]
])(
  'tells of a channel without an address, unless the document says that nobody knows it: %s',
  async (channels, told) => {
    const contract = await openDocument(`{ asyncapi: 3.0.0, info: {}, channels: ${channels} }`)
    expect(contract.unchecked).toEqual(told)
  }
)

it.each([
  [
    '2.6.0',
    '{ c: { address: c, messages: {} } }',
    'a channel is described as in version 3, but the document says version 2: /channels/c'
  ],
  [
    '3.0.0',
    '{ c: { publish: {} } }',
    'a channel is described as in version 2, but the document says version 3: /channels/c'
  ]
])('tells of channels that are written as in another version: %s', async (version, channels, sentence) => {
  const contract = await openDocument(`{ asyncapi: ${version}, info: {}, channels: ${channels} }`)
  expect(contract.unchecked).toEqual([sentence])
})

it.each([
  [['user_signed_up', 'new_follower'], 'the channel "user_signed_up" or "new_follower"'],
  [[], 'none, because the document describes no channel'],
  [['a', 'b', 'c', 'd', 'e', 'f'], 'one of the 6 channels that are described']
])('names the few channels that are described to whom uses another: %j', async (addresses, expected) => {
  const channels = addresses.map((address, at) => `c${at}: { address: ${address} }`).join(', ')
  const contract = await openDocument(`{ asyncapi: 3.0.0, info: {}, channels: { ${channels} } }`)
  expect(contract.check(messageOf('new_folower', 1))).toMatchObject([{ rule: 'channel', expected }])
})
