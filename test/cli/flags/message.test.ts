import { describe, expect, it } from 'vitest'
import { type MessageFlags, messageFactsOf, messageWishesOf } from '../../../src/cli/flags/message.js'
import { mqttGrammar } from '../../../src/transport/mqtt/channel-grammar.js'

const flags: MessageFlags = {
  qos: undefined,
  header: undefined,
  'content-type': undefined,
  expiry: undefined,
  'response-channel': undefined,
  correlation: undefined,
  priority: undefined,
  'message-key': undefined,
  partition: undefined,
  retain: false,
  'payload-utf8': false
}
const facts = (more: Partial<MessageFlags> = {}) => messageFactsOf({ ...flags, ...more }, mqttGrammar)

describe('what a message carries beside its payload', () => {
  it('is nothing where no flag asks for it', () => {
    const { headers, ...others } = facts()
    expect(headers).toEqual([])
    expect(Object.values(others).filter((value) => value !== undefined)).toEqual([])
  })

  it('is what the flags say', () => {
    expect(
      facts({
        qos: 2,
        'content-type': 'text/plain',
        expiry: 1500,
        'response-channel': 'answers',
        correlation: 'é',
        'message-key': 'house-1',
        partition: 0,
        retain: true
      })
    ).toEqual({
      headers: [],
      guarantee: 2,
      contentType: 'text/plain',
      // In seconds.
      expiry: 1.5,
      responseChannel: 'answers',
      correlation: Buffer.from('é'),
      key: 'house-1',
      kafka: { partition: 0 },
      mqtt: { retain: true }
    })
  })

  it('has headers in the order given, with repeats and with "=" in their values', () => {
    expect(facts({ header: ['b=2', 'a=1=1', 'b='] }).headers).toEqual([
      ['b', '2'],
      ['a', '1=1'],
      ['b', '']
    ])
  })

  it.each<[string, Partial<MessageFlags>, string]>([
    ['a header without a value', { header: ['a'] }, 'bad-pair'],
    ['a header without a name', { header: ['=1'] }, 'bad-pair'],
    ['an answer on a pattern', { 'response-channel': 'a/#' }, 'bad-channel'],
    ['a message that expires at once', { expiry: 0 }, 'bad-expiry']
  ])('is not %s', (_what, more, code) => {
    expect(() => facts(more)).toThrow(expect.objectContaining({ kind: 'usage', code }))
  })
})

it('flags take of a broker only what they ask for', () => {
  const wishes = (more: Partial<MessageFlags>) => messageWishesOf({ ...flags, ...more })
  expect(wishes({})).toEqual([])
  // Every broker can do that.
  expect(wishes({ qos: 1 })).toEqual([])
  expect(wishes({ qos: 0 })).toEqual([['--qos 0', 'at-most-once']])
  const all = wishes({
    qos: 2,
    header: ['a=1'],
    'content-type': 'a/b',
    expiry: 1,
    'response-channel': 'r',
    correlation: '',
    'message-key': '',
    partition: 0,
    retain: true,
    'payload-utf8': true
  })
  expect(all).toEqual([
    ['--qos 2', 'exactly-once'],
    ['--header', 'headers'],
    ['--content-type', 'content-type'],
    ['--expiry', 'expiry'],
    ['--response-channel', 'response-channel'],
    ['--correlation', 'correlation'],
    ['--message-key', 'key'],
    ['--partition', 'partition'],
    ['--retain', 'retained'],
    ['--payload-utf8', 'payload-format']
  ])
})
