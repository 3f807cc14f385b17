import { expect, it } from 'vitest'
import { brokenRules, messageOf, openDocument, openSchema } from './opened.js'

const READING = `{ type: object, required: [at, value], properties: { at: { type: string, format: date-time }, value: { type: number, maximum: 60 } } }`
const FAULT =
  '{ type: object, required: [code], properties: { code: { type: integer }, text: { type: string } } }'
const open = (order: readonly string[]) =>
  openDocument(`asyncapi: 3.0.0
info: { title: t, version: '1' }
channels: { c: { address: c, messages: { ${order.join(', ')} } } }`)
const reading = `reading: { headers: { required: [source] }, payload: ${READING} }`
const fault = `fault: { payload: ${FAULT} }`

it.each([
  [
    { at: 'yesterday', value: 200 },
    'reading',
    ['payload /at format', 'payload /value maximum', 'headers  required']
  ],
  [{ value: 200 }, 'reading', ['payload  required', 'payload /value maximum', 'headers  required']],
  [{ code: 'x', text: 1 }, 'fault', ['payload /code type', 'payload /text type']],
  [{ text: 'x', note: 1 }, 'fault', ['payload  required']],
  [{}, 'fault', ['payload  required']]
])('the nearest of several messages has the members that are there: %j', async (payload, name, broken) => {
  for (const order of [
    [reading, fault],
    [fault, reading]
  ]) {
    const violations = (await open(order)).check(messageOf('c', payload))
    expect(brokenRules(violations)).toEqual(broken)
    expect(violations[0]?.expected).toContain(`(in "${name}", the nearest of 2 messages)`)
  }
})

it('sees members through references and allOf', async () => {
  const contract = await openDocument(`asyncapi: 3.0.0
info: { title: t, version: '1' }
channels: { c: { address: c, messages: { reading: { payload: { allOf: [{ $ref: '#/components/schemas/r' }] } }, ${fault} } } }
components: { schemas: { r: ${READING} } }`)
  expect(contract.check(messageOf('c', { at: 'yesterday', value: 200, extra: 1 }))[0]?.expected).toContain(
    '"reading"'
  )
})

it('so has the nearest alternative of one schema', async () => {
  const contract = await openSchema(
    `{ "oneOf": [${FAULT}, ${READING}] }`.replace(/(\w+)(?=:)|(?<=: |\[|, )[a-z-]+(?=[,\] }])/g, '"$&"')
  )
  expect(brokenRules(contract.check(messageOf('c', { at: 'yesterday', value: 200 })))).toEqual([
    'payload /at format',
    'payload /value maximum',
    'payload  oneOf'
  ])
})

it('no message is nearest to what is no JSON', async () => {
  expect((await open([reading, fault])).check(messageOf('c', 'hello'))).toMatchObject([
    { part: 'payload', rule: 'json', expected: 'JSON' }
  ])
})
