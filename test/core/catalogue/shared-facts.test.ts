import { expect, test } from 'vitest'
import { SharedFacts } from '../../../src/core/catalogue/shared-facts.js'
import { textMessage } from '../../support/memory-connection.js'

test('messages with the same facts share them, and keep nothing of a message', () => {
  const shared = new SharedFacts()
  const mqtt = { retain: true }
  const facts = shared.of(textMessage('a', 'x', { mqtt, guarantee: 2 }))
  expect(facts).toEqual({ headers: [], guarantee: 2, mqtt })
  expect(shared.of(textMessage('b', 'y', { mqtt, guarantee: 2 }))).toBe(facts)
  expect(shared.of(textMessage('a', 'x', { mqtt, guarantee: 1 }))).toEqual({
    headers: [],
    guarantee: 1,
    mqtt
  })
})

test('of many different ones only the latest are kept', () => {
  const shared = new SharedFacts()
  const messages = Array.from({ length: 20 }, () => textMessage('a', '', { mqtt: { retain: false } }))
  const all = messages.map((message) => shared.of(message))
  expect(messages.slice(-8).map((message) => shared.of(message))).toEqual(all.slice(-8))
  expect(shared.of(messages[19] ?? textMessage('a'))).toBe(all[19])
  expect(shared.of(messages[0] ?? textMessage('a'))).not.toBe(all[0])
})
