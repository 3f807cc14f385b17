import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { MEMBERS } from '../../../src/contract/asyncapi/unread-members.js'
import { openDocument } from '../opened.js'

const head = (version: string) => `asyncapi: ${version}\ninfo: { title: t, version: '1' }\n`
const uncheckedOf = async (text: string) => (await openDocument(text)).unchecked

it.each([
  [
    '3.0.0',
    'channels: { o: { address: o, mesages: { m: {} } } }',
    '"mesages" is no member of a channel and is not read; did you mean "messages"? /channels/o/mesages'
  ],
  [
    '3.0.0',
    'channels: { o: { address: o, messages: { m: { paylod: { type: object } } } } }',
    '"paylod" is no member of a message and is not read; did you mean "payload"? /channels/o/messages/m/paylod'
  ],
  [
    '3.0.0',
    'channels: { "o/{a}": { address: "o/{a}", messages: { m: {} }, parameters: { a: { enums: [b] } } } }',
    '"enums" is no member of a parameter and is not read; did you mean "enum"? /channels/o~1{a}/parameters/a/enums'
  ],
  [
    '3.0.0',
    'channels: { o: { address: o, messages: { m: { correlationId: { locaton: $message.header#/id } } } } }',
    '"locaton" is no member of a correlation id and is not read; did you mean "location"? /channels/o/messages/m/correlationId/locaton'
  ],
  [
    '3.0.0',
    'channels: { o: { address: o, messages: { m: { traits: [{ header: {} }] } } } }',
    '"header" is no member of a message and is not read; did you mean "headers"? /channels/o/messages/m/traits/0/header'
  ],
  [
    '3.0.0',
    'chanels: {}',
    '"chanels" is no member of a document and is not read; did you mean "channels"? /chanels'
  ],
  [
    '3.0.0',
    'channels: { o: { address: o, messages: { m: { schemaFormat: x, payload: {} } } } }',
    '"schemaFormat" is no member of a message and is not read: /channels/o/messages/m/schemaFormat'
  ],
  [
    '2.6.0',
    'channels: { o: { subscibe: { message: {} } } }',
    '"subscibe" is no member of a channel and is not read; did you mean "subscribe"? /channels/o/subscibe'
  ],
  [
    '2.6.0',
    'channels: { o: { subscribe: { mesage: {} } } }',
    '"mesage" is no member of an operation and is not read; did you mean "message"? /channels/o/subscribe/mesage'
  ],
  [
    '2.6.0',
    'channels: { o: { subscribe: { message: { oneOf: [{ paylod: {} }] } } } }',
    '"paylod" is no member of a message and is not read; did you mean "payload"? /channels/o/subscribe/message/oneOf/0/paylod'
  ]
])('a misspelt member of a document of %s is told: %s', async (version, text, sentence) => {
  expect(await uncheckedOf(head(version) + text)).toContain(sentence)
})

it('tells of extensions and of what a reference leads to nothing more than once', async () => {
  const text = `${head('3.0.0')}x-a: 1
channels:
  a: { address: a, x-b: 1, messages: { m: { $ref: '#/components/messages/m' } } }
  b: { address: b, messages: { m: { $ref: '#/components/messages/m' } } }
components: { messages: { m: { x-c: 1, paylod: {} } } }`
  expect(await uncheckedOf(text)).toEqual([
    '"paylod" is no member of a message and is not read; did you mean "payload"? /components/messages/m/paylod'
  ])
})

it('tells of few of many names, and of long ones no guess', async () => {
  const names = Array.from({ length: 100 }, (_, at) => `${at}_${'n'.repeat(200)}: 1`).join(', ')
  const unchecked = await uncheckedOf(
    `${head('3.0.0')}channels: { o: { address: o, messages: { m: {} }, ${names} } }`
  )
  expect(unchecked).toHaveLength(21)
  expect(unchecked.at(-1)).toBe('80 further parts are not checked')
  expect(unchecked[0]).toMatch(/^"0_n{58}…" \(202 characters\) is no member of a channel and is not read: /)
})

const SPECS = createRequire(import.meta.url).resolve('@asyncapi/specs/package.json')
interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>
  readonly oneOf?: readonly Schema[]
  readonly definitions: Readonly<Record<string, Schema>>
}

/** The members that a schema names, also in its alternatives. */
const membersOf = ({ properties = {}, oneOf = [] }: Schema): string[] => [
  ...Object.keys(properties),
  ...oneOf.flatMap(membersOf)
]

it.each([
  [2, '2.6.0', { channel: 'channelItem', operation: 'operation', message: 'message' }],
  [3, '3.0.0', { channel: 'channel', message: 'messageObject' }],
  [3, '3.1.0', { channel: 'channel', message: 'messageObject' }]
] as const)('knows the members that version %i names: those of %s', (major, version, names) => {
  const spec: Schema = JSON.parse(
    readFileSync(SPECS.replace(/package\.json$/, `schemas/${version}.json`), 'utf8')
  )
  const all = { ...names, parameter: 'parameter', 'correlation id': 'correlationId' }
  const known = (kind: keyof (typeof MEMBERS)[typeof major]) => [...(MEMBERS[major][kind] ?? [])]
  expect(known('document').sort()).toEqual(Object.keys(spec.properties ?? {}).sort())
  for (const [kind, name] of Object.entries(all)) {
    const schema = spec.definitions[`http://asyncapi.com/definitions/${version}/${name}.json`]
    if (schema === undefined) throw new Error(`no schema of ${name}`)
    const expected = new Set(membersOf(schema).filter((member) => member !== '$ref' && member !== 'oneOf'))
    expect(known(kind as 'channel').sort()).toEqual([...expected].sort())
  }
})
