import { describe, expect, it } from 'vitest'
import type { ChannelGrammar } from '../../../src/core/channel-grammar.js'
import type { Message } from '../../../src/core/message.js'
import { channelMapping } from '../../../src/core/replay/replay-channel-map.js'
import { type ReplayChanges, ReplayMessages } from '../../../src/core/replay/replay-message.js'
import { kafkaGrammar } from '../../../src/transport/kafka/channel-grammar.js'
import { mqttGrammar } from '../../../src/transport/mqtt/channel-grammar.js'
import { textMessage } from '../../support/memory-connection.js'

const NOW = Date.UTC(2026, 0, 1) * 1000

function replaying(changes: Partial<ReplayChanges> = {}) {
  const told: string[] = []
  const messages = new ReplayMessages(
    { rename: (channel) => channel, retain: 'keep', timestamps: [], ...changes },
    () => NOW,
    (value) => told.push(value)
  )
  const send = (message: Message, elapsed = 0) => messages.toSend(message, elapsed)
  return { send, told }
}

const payloadOf = ({ payload }: Message) => Buffer.from(payload ?? []).toString()

describe('a message that is replayed', () => {
  it('is the very one that was recorded where nothing is changed', () => {
    const message = textMessage('a')
    expect(replaying().send(message)).toBe(message)
  })

  it('goes to another channel, and with another guarantee', () => {
    const { send } = replaying({ rename: (channel) => `test/${channel}`, guarantee: 2 })
    expect(send(textMessage('a', 'x'))).toMatchObject({ channel: 'test/a', guarantee: 2 })
  })

  it('asks for answers where its channel has gone: there in the words of another protocol, and back again', () => {
    const asked = textMessage('house/lamp', '', { responseChannel: 'house/answers' })
    const to = (recorded: ChannelGrammar, target: ChannelGrammar, prefix?: string) =>
      replaying({ rename: channelMapping([], prefix, { recorded, target }) })
    const there = to(mqttGrammar, kafkaGrammar).send(asked)
    expect(there).toMatchObject({ channel: 'house.lamp', responseChannel: 'house.answers' })
    expect(to(kafkaGrammar, mqttGrammar).send(there)).toMatchObject({
      channel: 'house/lamp',
      responseChannel: 'house/answers'
    })
    expect(to(mqttGrammar, mqttGrammar, 'test').send(asked)).toMatchObject({
      channel: 'test/house/lamp',
      responseChannel: 'test/house/answers'
    })
  })

  it.each([
    ['keep', { retain: true }, true],
    ['keep', { retain: false }, false],
    ['clear', { retain: true }, false],
    ['set', { retain: false }, true]
  ] as const)('with --retain %s, of %o', (retain, mqtt, is) => {
    expect(replaying({ retain }).send(textMessage('a', '', { mqtt })).mqtt?.retain).toBe(is)
  })

  it('of another protocol gets a retain flag only where that is set', () => {
    const plain = { ...textMessage('a'), mqtt: undefined }
    expect(replaying({ retain: 'clear' }).send(plain).mqtt).toBeUndefined()
    expect(replaying({ retain: 'set' }).send(plain).mqtt).toEqual({ retain: true })
  })

  it('says nothing of how it was received', () => {
    const received = textMessage('a', '', { mqtt: { retain: false, dup: true, subscriptionIds: [1] } })
    expect(replaying().send(received).mqtt).toEqual({ retain: false })
  })

  it('goes to the channel that it is given, and keeps of AMQP what its publisher has said', () => {
    const delivery = { exchange: 'x', routingKey: 'k', redelivered: true, deliveryCount: 1, offset: 0 }
    const table = Buffer.from([1, 0x61, 0x56])
    const received = textMessage('a', '', { mqtt: undefined, amqp: { ...delivery, type: 'order', table } })
    expect(replaying().send(received).amqp).toEqual({ type: 'order', table })
  })

  it('has a binding of its own beside a run of others that are one', () => {
    const { send } = replaying({ retain: 'set' })
    const mqtt = { retain: false }
    const [first, second] = [send(textMessage('a', '', { mqtt })), send(textMessage('b', '', { mqtt }))]
    expect(first.mqtt).toBe(second.mqtt)
    expect(send(textMessage('c', '', { mqtt: { retain: false, payloadUtf8: true } })).mqtt).toMatchObject({
      payloadUtf8: true
    })
  })
})

describe('timestamps', () => {
  const timestamps = [['t']]

  it('move to now, keep their distances, and go on by what the rounds before took', () => {
    const { send } = replaying({ timestamps })
    const at = (second: number, elapsed = 0) =>
      payloadOf(send(textMessage('a', `{"t":"2020-01-01T00:00:0${second}Z"}`), elapsed))
    expect([at(0), at(5), at(0, 60_000_000)]).toEqual([
      '{"t":"2026-01-01T00:00:00Z"}',
      '{"t":"2026-01-01T00:00:05Z"}',
      '{"t":"2026-01-01T00:01:00Z"}'
    ])
  })

  it('that are none stay, and that is told once', () => {
    const { send, told } = replaying({ timestamps })
    for (const value of ['"soon"', '"later"']) send(textMessage('a', `{"t":${value}}`))
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('soon')
  })

  it('are looked for in no message without a payload', () => {
    expect(replaying({ timestamps }).send({ ...textMessage('a'), payload: null }).payload).toBeNull()
  })
})
