import { describe, expect, it } from 'vitest'
import { NO_VIOLATIONS } from '../../src/core/contract.js'
import { amqpGrammarFor } from '../../src/transport/amqp/channel-grammar.js'
import { brokenRules, messageOf, openDocument, openSchema } from './opened.js'

const API = `
asyncapi: 3.0.0
info: { title: Lights, version: 1.0.0 }
defaultContentType: application/json
channels:
  fixed: { address: lights/all, messages: { a: { $ref: '#/components/messages/Temperature' } } }
  temperatures:
    address: 'device-{id}/temp'
    parameters: { id: { enum: [a, b] } }
    messages: { a: { $ref: '#/components/messages/Temperature' } }
  open: { address: 'anything/{rest}' }
components:
  messages:
    Temperature:
      headers: { type: object, required: [seq], properties: { seq: { type: integer, minimum: 1 } } }
      payload: { $ref: './schemas.yaml#/temperature' }
`
const FILES = {
  'schemas.yaml': `
temperature:
  type: object
  required: [celsius]
  properties: { celsius: { $ref: 'types/number.json' }, next: { $ref: '#/temperature' } }`,
  'types/number.json': '{"type": "number", "maximum": 100}'
}
const SEQ = { headers: [['seq', '1']] } as const

describe('a document of AsyncAPI', () => {
  it('is kept by a message that is as described, at no cost', async () => {
    const contract = await openDocument(API, FILES)
    const violations = contract.check(messageOf('device-a/temp', { celsius: 20, next: { celsius: 21 } }, SEQ))
    expect(violations).toBe(NO_VIOLATIONS)
  })

  it('names the channels whose address has no parameter', async () => {
    expect((await openDocument(API, FILES)).channels).toEqual(['lights/all'])
    expect((await openDocument(API, FILES, '.')).channels).toEqual(['lights.all'])
  })

  it('names channels as the protocol spells them, also those of its own form', async () => {
    const { separator, spellChannel } = amqpGrammarFor('amq.topic')
    const text = API.replace('address: lights/all', 'address: /queues/work')
    expect((await openDocument(text, FILES, separator, spellChannel)).channels).toEqual(['/queues/work'])
    expect((await openDocument(API, FILES, separator, spellChannel)).channels).toEqual(['lights.all'])
  })

  it('tells the place in the message and in the file that says so', async () => {
    const contract = await openDocument(API, FILES)
    expect(contract.check(messageOf('device-a/temp', { celsius: 20, next: { celsius: 101 } }, SEQ))).toEqual([
      {
        part: 'payload',
        pointer: '/next/celsius',
        rule: 'maximum',
        expected: 'at most 100',
        found: '101',
        schema: 'types/number.json#/maximum'
      }
    ])
  })

  it.each([
    ['lights/all', []],
    ['device-a/temp', []],
    ['device-c/temp', ['channel  parameter']],
    ['device-/temp', ['channel  channel']],
    ['device-a', ['channel  channel']],
    ['lights', ['channel  channel']],
    ['anything/at-all', []]
  ])('describes the channel %s or not', async (channel, broken) => {
    const contract = await openDocument(API, FILES)
    expect(brokenRules(contract.check(messageOf(channel, { celsius: 1 }, SEQ)))).toEqual(broken)
  })

  it.each(['device-a.temp', 'lights.all', 'device-a/temp', 'lights/all'])(
    'is written with slashes where the protocol divides by dots: %s',
    async (channel) => {
      const contract = await openDocument(API, FILES, '.')
      const rules = brokenRules(contract.check(messageOf(channel, { celsius: 1 }, SEQ)))
      expect(rules).toEqual([])
    }
  )

  it('takes the texts of headers for the numbers that they spell', async () => {
    const contract = await openDocument(API, FILES)
    const check = (seq: string) =>
      brokenRules(contract.check(messageOf('lights/all', { celsius: 1 }, { headers: [['seq', seq]] })))
    expect(check('12')).toEqual([])
    expect(check('0')).toEqual(['headers /seq minimum'])
    expect(check('x')).toEqual(['headers /seq type'])
    expect(brokenRules(contract.check(messageOf('lights/all', { celsius: 1 })))).toEqual([
      'headers  required'
    ])
  })

  it('lets a message say no content type, and no other one', async () => {
    const contract = await openDocument(API, FILES)
    const check = (contentType: string | undefined, isContentTypeImplied = false) =>
      contract.check(messageOf('lights/all', { celsius: 1 }, { ...SEQ, contentType, isContentTypeImplied }))
    expect(check(undefined)).toEqual([])
    expect(check('Application/JSON; charset=utf-8')).toEqual([])
    expect(check('text/plain', true)).toEqual([])
    expect(check('text/plain')).toEqual([
      expect.objectContaining({ part: 'contentType', expected: '"application/json"', found: '"text/plain"' })
    ])
  })

  it.each([
    ['{"celsius": ', '"{\\"celsius\\": ": line 1, column 13: '],
    ['', 'an empty payload'],
    [Buffer.from([0x22, 0xff, 0x22]), '"bytes that are no text"']
  ])('wants JSON where it says so', async (payload, found) => {
    const contract = await openDocument(API, FILES)
    const [violation] = contract.check(messageOf('lights/all', payload, SEQ))
    expect(violation).toMatchObject({ rule: 'json', expected: 'JSON' })
    expect(violation?.found).toContain(found)
  })
})

describe('several messages of one channel', () => {
  const open = () =>
    openDocument(`
asyncapi: 3.1.0
channels:
  c:
    address: c
    messages:
      made: { payload: { required: [id], properties: { kind: { const: made }, id: { type: integer } } } }
      gone: { name: removed, payload: { required: [why], properties: { kind: { const: gone }, why: { type: string }, at: { type: integer } } } }
`)

  it('are alternatives', async () => {
    const contract = await open()
    for (const payload of [
      { kind: 'made', id: 1 },
      { kind: 'gone', why: 'x' },
      { kind: 'made', id: 2 }
    ])
      expect(contract.check(messageOf('c', payload))).toEqual([])
  })

  it('are told by the nearest: the one whose constants are there', async () => {
    const contract = await open()
    expect(contract.check(messageOf('c', { kind: 'gone', id: 1, at: '1' }))).toEqual([
      expect.objectContaining({
        rule: 'required',
        expected: 'the member "why" (in "removed", the nearest of 2 messages)'
      }),
      expect.objectContaining({ pointer: '/at', rule: 'type' })
    ])
  })
})

describe('a JSON Schema', () => {
  it('is for the payloads of all channels', async () => {
    const contract = await openSchema({ type: 'object' })
    expect(contract.channels).toEqual([])
    expect(contract.check(messageOf('any', {}))).toEqual([])
    expect(brokenRules(contract.check(messageOf('other', '1')))).toEqual(['payload  type'])
    expect(brokenRules(contract.check(messageOf('other', 'x')))).toEqual(['payload  json'])
    expect(brokenRules(contract.check(messageOf('other', null)))).toEqual(['payload  type'])
  })

  it('says which numbers are compared as rounded', async () => {
    const { unchecked } = await openSchema('{"maximum": 9223372036854775807, "minimum": -9007199254740992}')
    expect(unchecked).toEqual(['whole numbers beyond 2^53 are compared as rounded: /maximum'])
  })
})
