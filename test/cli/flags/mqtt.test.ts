import { describe, expect, it } from 'vitest'
import { mqttBindingOf, mqttOptionsOf, mqttWishesOf } from '../../../src/cli/flags/mqtt.js'
import { mqttGrammar } from '../../../src/transport/mqtt/channel-grammar.js'

type Flags = Parameters<typeof mqttOptionsOf>[0]
const options = (more: Partial<Flags> = {}) =>
  mqttOptionsOf(
    {
      protocol: 'auto',
      'will-channel': undefined,
      'will-payload': undefined,
      'will-qos': undefined,
      'will-retain': false,
      ...more
    },
    mqttGrammar
  )

describe('the last will', () => {
  it('is none where no flag speaks of it', () => {
    expect(options()).toEqual({ version: 'auto' })
    expect(options({ protocol: '3.1.1' })).toEqual({ version: '3.1.1' })
  })

  it('needs no more than a channel', () => {
    expect(options({ 'will-channel': 'gone' }).will).toMatchObject({
      channel: 'gone',
      payload: Buffer.alloc(0),
      guarantee: 0,
      mqtt: { retain: false }
    })
  })

  it.each([{ 'will-payload': '' }, { 'will-qos': 0 }, { 'will-retain': true }] as const)(
    'is not without a channel: %o',
    (more) => {
      expect(() => options(more)).toThrow(expect.objectContaining({ code: 'will-without-channel' }))
    }
  )

  it('is for no pattern', () => {
    expect(() => options({ 'will-channel': 'a/#' })).toThrow(expect.objectContaining({ kind: 'usage' }))
  })
})

it('a message says of itself to MQTT only what was asked', () => {
  expect(mqttBindingOf({ retain: false, 'payload-utf8': false })).toBeUndefined()
  expect(mqttBindingOf({ retain: true, 'payload-utf8': false })).toEqual({ retain: true })
  expect(mqttBindingOf({ retain: false, 'payload-utf8': true })).toEqual({ retain: false, payloadUtf8: true })
})

it('flags take of a broker only what they ask for', () => {
  expect(mqttWishesOf({ retain: false, retained: 'include' })).toEqual([])
  expect(mqttWishesOf({ retain: true, 'payload-utf8': true, retained: 'skip', 'no-local': true })).toEqual([
    ['--retain', 'retained'],
    ['--payload-utf8', 'payload-format'],
    ['--retained', 'retained'],
    ['--no-local', 'no-local']
  ])
})
