import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Parser } from '@asyncapi/parser'
import { describe, expect, it } from 'vitest'
import { openContract } from '../../../src/contract/open-contract.js'
import { documentBytes } from '../../../src/files/document/document-bytes.js'
import { documentTrees } from '../../../src/files/document/document-trees.js'
import { brokenRules, messageOf, openDocument } from '../opened.js'

/** A document with one channel `c`, whose message has these lines. */
const withMessage = (message: string, rest = '') =>
  `{asyncapi: 3.0.0, info: {title: t, version: '1'}, channels: {c: {address: c, messages: {m: ${message}}}}, ${rest}}`

const VERSION_2 = `
asyncapi: 2.6.0
info: { title: t, version: '1' }
defaultContentType: application/json
channels:
  user/{id}/{kind}:
    parameters:
      id: { schema: { type: integer, minimum: 1 } }
      kind: { $ref: '#/components/parameters/kind' }
    publish: { message: { $ref: '#/components/messages/signedUp' } }
    subscribe:
      message: { oneOf: [{ name: left, payload: { required: [why] } }, { name: text, contentType: text/plain, payload: { type: string, maxLength: 3 } }] }
  open: { subscribe: {} }
components:
  parameters: { kind: { schema: { enum: [a, b] } } }
  messages:
    signedUp: { payload: { type: object, required: [email], additionalProperties: false, properties: { email: { type: string } } } }
`

describe('a document of version 2', () => {
  it.each([
    ['user/1/a', { email: 'x' }, []],
    ['user/1/b', { why: 1 }, []],
    ['user/0/a', { email: 'x' }, ['channel  parameter']],
    ['user/x/a', { email: 'x' }, ['channel  parameter']],
    ['user/1/c', { email: 'x' }, ['channel  parameter']],
    ['user/1/a', 'abc', []],
    ['user/1/a', 'abcd', ['payload  maxLength']],
    ['open', 'anything', []]
  ])('describes messages of either operation: %s %j', async (channel, payload, broken) => {
    const contract = await openDocument(VERSION_2)
    expect(brokenRules(contract.check(messageOf(channel, payload)))).toEqual(broken)
  })
})

it.each([
  ['{ enum: [berlin, rome] }', 'paris', 'for {site} "berlin" or "rome"'],
  ['{ pattern: "^[a-z]+$" }', 'P1', 'for {site} a text that matches "^[a-z]+$"'],
  ['{ type: integer, maximum: 9 }', '12', 'for {site} at most 9'],
  ['{ oneOf: [{ enum: [a] }, { enum: [b] }] }', 'c', 'for {site} "a" or "b"']
])('a parameter of version 2 says what its schema wants: %s', async (schema, site, expected) => {
  const contract = await openDocument(`asyncapi: 2.6.0
info: { title: t, version: '1' }
channels: { 'room/{site}': { parameters: { site: { schema: ${schema} } }, publish: { message: {} } } }`)
  expect(contract.check(messageOf(`room/${site}`, 1))).toMatchObject([
    { part: 'channel', rule: 'parameter', expected, schema: '/channels/room~1{site}/parameters/site' }
  ])
})

describe('traits', () => {
  const document = (version: string, message: string) => {
    const traits = `{ $ref: '#/components/messageTraits/A' }, { contentType: application/b+json, headers: { required: [b] } }`
    const components = `
components:
  schemas: { Headers: { required: [a], properties: { a: { type: string }, b: { type: string } } } }
  messageTraits: { A: { contentType: application/a+json, headers: { $ref: '#/components/schemas/Headers' } } }`
    const head = `asyncapi: ${version}\ninfo: { title: t, version: '1' }\nchannels:\n  c: `
    const described = `{ traits: [${traits}], payload: { type: object }${message} }`
    return version.startsWith('2')
      ? `${head}{ publish: { message: ${described} } }${components}`
      : `${head}{ address: c, messages: { m: ${described} } }${components}`
  }

  it.each([
    ['2.6.0', '', 'application/b+json', ['b']],
    [
      '2.6.0',
      ', contentType: application/own+json, headers: { required: [own] }',
      'application/b+json',
      ['b']
    ],
    ['3.0.0', '', 'application/b+json', ['b']],
    [
      '3.0.0',
      ', contentType: application/own+json, headers: { required: [own] }',
      'application/own+json',
      ['own']
    ]
  ])(
    'are merged as version %s says, and as its parser does',
    async (version, message, contentType, required) => {
      const text = document(version, message)
      const contract = await openDocument(text)
      const headers = required.map((name) => [name, 'x'] as const)
      expect(contract.check(messageOf('c', {}, { contentType, headers }))).toEqual([])
      expect(
        brokenRules(contract.check(messageOf('c', {}, { contentType: 'application/x', headers: [] })))
      ).toEqual(['contentType  contentType', 'headers  required'])
      const parsed = (await new Parser().parse(text)).document?.allMessages().all()[0]
      expect(parsed?.contentType()).toBe(contentType)
      expect(parsed?.headers()?.json()).toMatchObject({ required, properties: { a: { type: 'string' } } })
    }
  )
})

describe('what else a message is to have', () => {
  it.each([
    ['$message.header#/id', { headers: [['id', 'x']] }, []],
    ['$message.header#/id', { correlation: Buffer.from('x') }, []],
    ['$message.header#/id', {}, ['correlation /id correlationId']],
    ['$message.payload#/a/0', {}, []],
    ['$message.payload#/b', {}, ['correlation /b correlationId']]
  ] as const)('a correlation id at %s', async (location, facts, broken) => {
    const contract = await openDocument(withMessage(`{correlationId: {location: '${location}'}}`))
    expect(brokenRules(contract.check(messageOf('c', { a: [1] }, facts)))).toEqual(broken)
  })

  it('a key, as the binding of Kafka says', async () => {
    const contract = await openDocument(withMessage('{bindings: {kafka: {key: {type: integer}}}}'))
    const check = (key: string | Uint8Array | undefined) =>
      brokenRules(contract.check(messageOf('c', 1, { key })))
    expect(check('12')).toEqual([])
    expect(check(Buffer.from('12'))).toEqual([])
    expect(check('x')).toEqual(['key  type'])
    expect(check(undefined)).toEqual([])
  })

  it.each([
    ['{payload: {type: string}}', 'hello', []],
    ['{payload: {type: string}}', '21.5', []],
    ['{payload: {type: object}}', 'hello', ['payload  json']],
    ['{contentType: text/plain, payload: {enum: [on, off]}}', 'on', []],
    ['{contentType: text/plain, payload: {enum: [on, off]}}', '"on"', ['payload  enum']],
    ['{contentType: text/plain, payload: {}}', Buffer.from([0xff]), ['payload  text']],
    [
      '{payload: {schemaFormat: "application/schema+json;version=2020-12", schema: {prefixItems: [{type: "null"}]}}}',
      [1],
      ['payload /0 type']
    ],
    [
      '{payload: {$schema: "https://json-schema.org/draft/2019-09/schema", dependentRequired: {a: [b]}}}',
      { a: 1 },
      ['payload  dependentRequired']
    ]
  ])('a payload as %s says, of %j', async (message, payload, broken) => {
    const contract = await openDocument(withMessage(message))
    expect(contract.unchecked).toEqual([])
    expect(brokenRules(contract.check(messageOf('c', payload)))).toEqual(broken)
  })

  it.each([
    [
      '{payload: {schemaFormat: "application/vnd.google.protobuf;version=3", schema: "message A {}"}}',
      'schemas of "application/vnd.google.protobuf;version=3" are not checked: /channels/c/messages/m/payload'
    ],
    [
      '{contentType: application/xml, payload: {type: object}}',
      'payloads of "application/xml" are not checked: /channels/c/messages/m'
    ]
  ])('what is not checked is told: %s', async (message, sentence) => {
    const contract = await openDocument(withMessage(message))
    expect(contract.unchecked).toEqual([sentence])
    expect(contract.check(messageOf('c', 'x'))).toEqual([])
  })
})

describe('a document that cannot be used', () => {
  it.each([
    ['a text', 'no AsyncAPI document'],
    ['{asyncapi: 1.2.0}', 'it is of AsyncAPI "1.2.0", and versions 2 and 3 can be checked'],
    ['{asyncapi: 3.0.0, channels: [1]}', '/channels: it must be an object'],
    ['{asyncapi: 3.0.0, channels: {c: 1}}', '/channels/c: it must be an object'],
    ['{asyncapi: 3.0.0, channels: {c: {address: 1}}}', '/channels/c/address: it must be a text'],
    [
      '{asyncapi: 3.0.0, channels: {c: {address: c, parameters: {a: {enum: 1}}}}}',
      '/channels/c/parameters/a/enum: it must be a list of texts'
    ],
    [
      withMessage('{$ref: "#/components/messages/a"}'),
      '/channels/c/messages/m: there is no "#/components/messages/a"'
    ],
    [
      withMessage('{$ref: "#/channels/c/messages/m"}'),
      '/channels/c/messages/m: its references lead back to where they began'
    ],
    [withMessage('{traits: {}}'), '/channels/c/messages/m/traits: it must be a list'],
    [withMessage('{contentType: 1}'), '/channels/c/messages/m/contentType: it must be a text'],
    [
      withMessage('{correlationId: {location: here}}'),
      '/channels/c/messages/m/correlationId/location: it must be like $message.header#/NAME'
    ],
    [
      withMessage('{payload: {type: strin}}'),
      '/channels/c/messages/m/payload/type: JSON Schema has no type "strin"; did you mean "string"?'
    ],
    [withMessage('{payload: 5}'), '/channels/c/messages/m/payload: a schema is an object, true or false']
  ])('%s', async (text, why) => {
    await expect(openDocument(text)).rejects.toMatchObject({
      kind: 'bad-input',
      code: 'bad-contract',
      message: expect.stringContaining(`cannot use "api.yaml": `),
      suggestion: expect.any(String)
    })
    await expect(openDocument(text)).rejects.toThrow(why)
  })
})

describe('references', () => {
  it('lead to files beside the document, and on from there', async () => {
    const files = {
      'parts/messages.yaml': `a: { payload: { $ref: '../schemas/a.json#/$defs/a%20b' } }`,
      'schemas/a.json': '{"$defs": {"a b": {"$ref": "b.json"}}}',
      'schemas/b.json': '{"type": "null"}'
    }
    const contract = await openDocument(withMessage(`{$ref: './parts/messages.yaml#/a'}`), files)
    expect(contract.check(messageOf('c', 1))[0]).toMatchObject({ schema: 'schemas/b.json#/type' })
  })

  it('lead through other references', async () => {
    const rest =
      'components: {messages: {a: {$ref: "#/components/messages/b"}, b: {payload: {type: "null"}}}}'
    const contract = await openDocument(
      withMessage('{payload: {$ref: "#/components/messages/a/payload"}}', rest)
    )
    expect(brokenRules(contract.check(messageOf('c', 1)))).toEqual(['payload  type'])
  })

  it('mean the document, also in a schema with a name of its own', async () => {
    const schema = '{$id: "https://example.com/a", properties: {a: {$ref: "#/components/schemas/b"}}}'
    const contract = await openDocument(
      withMessage(`{payload: ${schema}}`, 'components: {schemas: {b: {type: "null"}}}')
    )
    expect(brokenRules(contract.check(messageOf('c', { a: 1 })))).toEqual(['payload /a type'])
  })
})

// AsyncAPI's own examples, which CI fetches.
const EXAMPLES =
  process.env.TIDINGS_ASYNCAPI_EXAMPLES ?? join(homedir(), '.cache/tidings-tests/asyncapi-examples')
const areExamplesLeftOut = !existsSync(EXAMPLES) && process.env.TIDINGS_REQUIRE_BROKERS !== '1'

/** Examples that are wrong themselves, or of a version before 2. */
const WRONG: readonly (readonly [message: RegExp, reason: string])[] = [
  [/has no text "asyncapi"/, 'a part of another example'],
  [/it is of AsyncAPI "1\./, 'a version that nobody has used since 2019'],
  [/there is no ".\/schemas.yaml#\/commentChanged"/, 'a mistake in the examples of 2.3'],
  [/is not read: a reference names a place in a file/, 'a schema on the network']
]

describe.skipIf(areExamplesLeftOut)('the examples of AsyncAPI', () => {
  const files = areExamplesLeftOut ? [] : readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })

  it.each(files.filter((file) => /\.ya?ml$/.test(file)))('%s', async (file) => {
    const opening = openContract(
      {
        name: join(EXAMPLES, file),
        form: 'asyncapi',
        load: await documentTrees(join(EXAMPLES, file), documentBytes(new AbortController().signal))
      },
      { separator: '/' }
    )
    // What is right in them is not told to be left out.
    const failure = await opening.then(
      ({ unchecked }) => unchecked.filter((text) => !text.includes('"iri-reference"')).join('; '),
      ({ message }: Error) => message
    )
    expect(WRONG.some(([wrong]) => wrong.test(failure)) ? '' : failure).toBe('')
  })
})
