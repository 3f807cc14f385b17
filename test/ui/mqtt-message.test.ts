import { describe, expect, it } from 'vitest'
import type { MessageFacts } from '../../src/core/message.js'
import { isDup } from '../../src/ui/message-binding.js'
import {
  clearingMessage,
  declaredAsUtf8,
  isRetain,
  mqttBindingLike,
  mqttFacts,
  mqttLetters,
  mqttMarks,
  payloadFormat,
  subscriptionsOf
} from '../../src/ui/mqtt-message.js'

const facts = (mqtt?: MessageFacts['mqtt']): MessageFacts => ({ headers: [], mqtt })
const none = facts()
const plain = facts({ retain: false })
const rich = facts({ retain: true, dup: true, payloadUtf8: true, subscriptionIds: [1, 22] })

describe('what MQTT alone says of a message', () => {
  it('is shown as marks, as letters in lists, and as words in the browser', () => {
    expect([mqttMarks(rich), mqttLetters(rich)]).toEqual([
      ['retained', 'dup'],
      ['R', 'D']
    ])
    expect(mqttFacts(rich).map(([name]) => name)).toEqual(['retained', 'duplicate'])
    expect(mqttFacts(plain).map(([name]) => name)).toEqual(['retained'])
    expect(mqttFacts(rich)[0]).not.toEqual(mqttFacts(plain)[0])
  })

  it('is nothing of a message of another protocol', () => {
    expect([mqttMarks(none), mqttLetters(none), mqttFacts(none)]).toEqual([[], [], []])
    expect([isRetain(none), isDup(none), payloadFormat(none), declaredAsUtf8(none)]).toEqual([
      undefined,
      undefined,
      undefined,
      false
    ])
    expect(subscriptionsOf(none)).toBe('')
  })

  it('has false for a flag that MQTT has and that is not set', () => {
    expect([isRetain(plain), isDup(plain)]).toEqual([false, false])
    expect([isRetain(rich), isDup(rich)]).toEqual([true, true])
  })

  it('tells text, bytes and an undeclared payload apart', () => {
    const declared = (payloadUtf8: boolean) => payloadFormat(facts({ retain: false, payloadUtf8 }))
    expect([declared(true), declared(false), payloadFormat(plain)]).toEqual([
      'UTF-8 text',
      'unspecified bytes',
      undefined
    ])
    expect([declaredAsUtf8(rich), declaredAsUtf8(facts({ retain: false, payloadUtf8: false }))]).toEqual([
      true,
      false
    ])
  })

  it('names the subscriptions that it matched', () => {
    expect(subscriptionsOf(rich)).toBe('1, 22')
  })
})

describe('a message that is composed in the browser', () => {
  it('declares its payload as the shown message did, and nothing that only a received message has', () => {
    expect(mqttBindingLike(rich, false)).toEqual({ mqtt: { retain: false, payloadUtf8: true } })
    expect(mqttBindingLike(plain, true)).toEqual({ mqtt: { retain: true } })
    expect(mqttBindingLike(undefined, true)).toEqual({ mqtt: { retain: true } })
  })

  it('and makes the broker forget a retained one is empty, retained and acknowledged', () => {
    const { payload, ...rest } = clearingMessage('a')
    expect(payload).toHaveLength(0)
    expect(rest).toEqual({ channel: 'a', headers: [], guarantee: 1, mqtt: { retain: true } })
  })
})
