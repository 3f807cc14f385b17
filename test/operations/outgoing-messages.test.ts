import { describe, expect, it } from 'vitest'
import { OutgoingMessages } from '../../src/operations/outgoing-messages.js'
import { FakeClock } from '../support/fake-clock.js'
import { textMessage } from '../support/memory-connection.js'
import { mqttTarget } from '../support/mqtt-target.js'

const outgoing = (skipInvalid: boolean, rename = (channel: string) => channel) =>
  new OutgoingMessages({
    changes: { rename, retain: 'keep', timestamps: [] },
    target: mqttTarget(),
    skipInvalid,
    clock: new FakeClock(),
    onWarning: () => undefined
  })
const toPattern = (channel: string) => `${channel}/+`

describe('a message that can be sent', () => {
  it('is changed as was asked', () => {
    expect(outgoing(false, (channel) => `test/${channel}`).toSend(textMessage('a'), 0)?.channel).toBe(
      'test/a'
    )
  })
})

describe('a message that cannot be sent, since its new name is no channel', () => {
  it('is a failure that names it', () => {
    const messages = outgoing(false, toPattern)
    expect(messages.toSend(textMessage('a'), 0)).toBeUndefined()
    expect(messages.failure).toMatchObject({
      kind: 'bad-input',
      code: 'bad-channel',
      message: expect.stringContaining('"a"')
    })
    expect(messages.unsendable).toBe(0)
  })

  it('is left out and counted where that is wished, and the first says why', () => {
    const messages = outgoing(true, toPattern)
    expect(messages.toSend(textMessage('a'), 0)).toBeUndefined()
    expect(messages.toSend(textMessage('b'), 0)).toBeUndefined()
    expect([messages.failure, messages.unsendable]).toEqual([undefined, 2])
    expect(messages.whyUnsendable).toContain('field "channel" is "a/+"')
  })
})

it('a bug is no bad message', () => {
  const broken = () => {
    throw new RangeError('a bug')
  }
  expect(() => outgoing(true, broken).toSend(textMessage('a'), 0)).toThrow('a bug')
})
