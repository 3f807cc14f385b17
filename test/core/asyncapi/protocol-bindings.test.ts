import { describe, expect, it } from 'vitest'
import { messageBindings, operationBindings } from '../../../src/core/asyncapi/protocol-bindings.js'
import type { Message } from '../../../src/core/message.js'
import { messageOn, observed } from '../../support/observed.js'

function bindingsOf(...facts: Partial<Message>[]) {
  const [family] = observed(facts.map((each) => messageOn('a', '1', each))).families({})
  if (family === undefined) throw new Error('nothing was observed')
  return { operation: operationBindings(family), message: messageBindings(family, family.members[0]?.latest) }
}

describe('the binding of MQTT', () => {
  it('says the highest QoS that was seen, and whether the broker keeps a value', () => {
    const { operation } = bindingsOf({ guarantee: 2 }, { guarantee: 0, mqtt: { retain: true } })
    expect(operation).toMatchObject({ mqtt: { qos: 2, retain: true } })
  })

  it('says of messages what the latest one said', () => {
    const { message } = bindingsOf({
      contentType: 'text/plain',
      correlation: Buffer.from('1'),
      mqtt: { retain: false, payloadUtf8: true }
    })
    expect(message).toMatchObject({
      mqtt: {
        payloadFormatIndicator: 1,
        contentType: 'text/plain',
        correlationData: { type: 'string', format: 'binary' }
      }
    })
    expect(Object.keys(bindingsOf({}).message?.mqtt ?? {})).toEqual(['bindingVersion'])
  })
})

it('a protocol without a binding has none', () => {
  expect(bindingsOf({ mqtt: undefined })).toEqual({ operation: undefined, message: undefined })
})
