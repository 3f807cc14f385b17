import { describe, expect, it } from 'vitest'
import { describeMessages, describeParameters, isSilent } from '../../../src/core/asyncapi/describe-family.js'
import { formatJson } from '../../../src/core/catalogue/json-tree.js'
import { messageOn, observed } from '../../support/observed.js'

const NAME = 'house/lamp'
const familyOf = (...messages: ReturnType<typeof messageOn>[]) => {
  const [family] = observed(messages).families({})
  if (family === undefined) throw new Error('nothing was observed')
  return family
}
const said = (...payloads: (string | Uint8Array)[]) =>
  describeMessages(familyOf(...payloads.map((payload, at) => messageOn(NAME, payload, { time: at + 1 }))))

describe('the messages of a family', () => {
  it('are one for each kind of payload', () => {
    expect(
      said('{"on":true}', 'plain text', Uint8Array.of(0xff)).map(({ kind, contentType }) => [
        kind,
        contentType
      ])
    ).toEqual([
      ['json', 'application/json'],
      ['text', 'text/plain'],
      ['binary', 'application/octet-stream']
    ])
  })

  it('have the latest payload of their kind as example', () => {
    expect(said('1', 'text', '2').map(({ example }) => example && formatJson(example))).toEqual([
      '2',
      undefined
    ])
    expect(said('{"n":1.0}')[0]?.example).toBeDefined()
  })

  it('have no example where it is long, or would be none: cut, or with names that no document can hold', () => {
    const examples = [
      `"${'x'.repeat(5000)}"`,
      `${'['.repeat(70)}${']'.repeat(70)}`,
      '{"$ref":"#/a"}',
      '{"__proto__":1}'
    ].map((payload) => said(payload)[0]?.example)
    expect(examples).toEqual([undefined, undefined, undefined, undefined])
  })

  it('have the content type that their publisher has given', () => {
    const family = familyOf(messageOn(NAME, '{}', { contentType: 'application/cloudevents+json' }))
    expect(describeMessages(family)[0]?.contentType).toBe('application/cloudevents+json')
  })

  it('are none where a broker has only listed the channel', () => {
    const catalogue = observed([])
    catalogue.list([{ name: 'a' }], 1)
    const [family] = catalogue.families({})
    expect(family && isSilent(family)).toBe(true)
    expect(family && describeMessages(family)).toEqual([])
    expect(isSilent(familyOf(messageOn(NAME, '')))).toBe(false)
  })
})

describe('the parameters of a family', () => {
  it('have three of their values as examples', () => {
    const family = familyOf(...['1', '2', '3', '4'].map((id) => messageOn(`lamps/${id}/on`, '1')))
    expect(describeParameters(family)).toEqual({ lamp_id: { examples: ['1', '2', '3'] } })
  })

  it('have all of their values where a level has braces', () => {
    expect(describeParameters(familyOf(messageOn('a/{b}', '1')))).toEqual({ a_id: { enum: ['{b}'] } })
  })

  it('are not there where there are none', () => {
    expect(describeParameters(familyOf(messageOn(NAME, '1')))).toBeUndefined()
  })
})
