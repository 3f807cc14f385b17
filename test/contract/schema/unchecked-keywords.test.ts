import { describe, expect, it } from 'vitest'
import { messageOf, openDocument, openSchema } from '../opened.js'

const DRAFT_7 = 'http://json-schema.org/draft-07/schema#'

describe('a format', () => {
  it.each([
    ['e-mail', 'the format "e-mail" is not checked; did you mean "email"? /properties/a/format'],
    ['datetime', 'the format "datetime" is not checked; did you mean "date-time"? /properties/a/format'],
    ['iri', 'the format "iri" is not checked: /properties/a/format'],
    ['regex', 'the format "regex" is not checked: /properties/a/format'],
    ['order-number', 'the format "order-number" is not checked: /properties/a/format']
  ])('that is not checked is told: %s', async (format, sentence) => {
    const contract = await openSchema({ properties: { a: { format } } })
    expect(contract.unchecked).toEqual([sentence])
    expect(contract.check(messageOf('c', { a: '\u0000' }))).toEqual([])
  })

  it.each(['email', 'date-time', 'int32', 'binary', 'password'])('is known: %s', async (format) => {
    expect((await openSchema({ properties: { a: { format } } })).unchecked).toEqual([])
  })
})

describe('what stands beside a reference', () => {
  const schema = {
    definitions: { t: { type: 'string' } },
    properties: { a: { $ref: '#/definitions/t', maxLength: 2, title: 'x' } }
  }

  it('counts for nothing up to draft 7, which is told', async () => {
    const contract = await openSchema({ $schema: DRAFT_7, ...schema })
    expect(contract.unchecked).toEqual([
      '"maxLength" beside "$ref" is not checked in draft-07; write both into "allOf": /properties/a/maxLength'
    ])
    expect(contract.check(messageOf('c', { a: 'long' }))).toEqual([])
  })

  it('counts in newer drafts', async () => {
    const contract = await openSchema(schema)
    expect(contract.unchecked).toEqual([])
    expect(contract.check(messageOf('c', { a: 'long' }))).toMatchObject([{ rule: 'maxLength' }])
  })

  it('counts for nothing in AsyncAPI', async () => {
    const contract = await openDocument(`asyncapi: 3.0.0
info: { title: t, version: '1' }
channels: { c: { address: c, messages: { m: { payload: { $ref: '#/components/schemas/t', required: [a] } } } } }
components: { schemas: { t: { type: object } } }`)
    expect(contract.unchecked).toEqual([
      '"required" beside "$ref" is not checked in draft-07; write both into "allOf": /channels/c/messages/m/payload/required'
    ])
  })
})
