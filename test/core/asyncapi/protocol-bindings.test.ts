import { describe, expect, it } from 'vitest'
import type { AmqpBinding } from '../../../src/core/amqp/amqp-binding.js'
import {
  channelBindings,
  messageBindings,
  operationBindings
} from '../../../src/core/asyncapi/protocol-bindings.js'
import type { Message } from '../../../src/core/message.js'
import { messageOn, observed } from '../../support/observed.js'

function bindingsOf(...facts: Partial<Message>[]) {
  const [family] = observed(facts.map((each) => messageOn('a', '1', each))).families({})
  if (family === undefined) throw new Error('nothing was observed')
  return {
    channel: channelBindings(family),
    operation: operationBindings(family),
    message: messageBindings(family, family.members[0]?.latest)
  }
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

describe('the binding of AMQP', () => {
  const amqpOf = (amqp: AmqpBinding, guarantee: Message['guarantee'] = 1) =>
    bindingsOf(
      { mqtt: undefined, amqp: { type: 'old' }, time: 1 },
      { mqtt: undefined, amqp, guarantee, time: 2 }
    )

  it('says where the channel is: a routing key on an exchange', () => {
    expect(amqpOf({ exchange: 'amq.topic' }).channel).toEqual({
      amqp: { is: 'routingKey', exchange: { name: 'amq.topic' }, bindingVersion: '0.3.0' }
    })
    expect(amqpOf({}).channel).toEqual({ amqp: { is: 'routingKey', bindingVersion: '0.3.0' } })
  })

  it('says which queue the default exchange leads to', () => {
    expect(amqpOf({ exchange: '', routingKey: 'orders' }).channel).toEqual({
      amqp: { is: 'queue', queue: { name: 'orders' }, bindingVersion: '0.3.0' }
    })
  })

  it('says how the latest message was published, and whether it is acknowledged', () => {
    expect(amqpOf({ deliveryMode: 2, priority: 5 }).operation).toEqual({
      amqp: { deliveryMode: 2, priority: 5, ack: true, bindingVersion: '0.3.0' }
    })
    expect(amqpOf({ deliveryMode: 9 }).operation).toEqual({ amqp: { ack: true, bindingVersion: '0.3.0' } })
  })

  it('says what the latest message says of itself', () => {
    expect(amqpOf({ contentEncoding: 'gzip', type: 'order.created' }).message).toEqual({
      amqp: { contentEncoding: 'gzip', messageType: 'order.created', bindingVersion: '0.3.0' }
    })
    expect(amqpOf({ type: Buffer.from([0xff]) }).message).toEqual({ amqp: { bindingVersion: '0.3.0' } })
  })
})

describe('the binding of Kafka', () => {
  const onTopic = (...facts: Partial<Message>[]) =>
    bindingsOf(...facts.map((each) => ({ mqtt: undefined, kafka: { partition: 0, offset: 1 }, ...each })))

  it('says which topic the channel is, and nothing of how one reads it', () => {
    const { channel, operation } = onTopic({})
    expect(channel).toEqual({ kafka: { topic: 'a', bindingVersion: '0.5.0' } })
    expect(operation).toBeUndefined()
  })

  it('names no topic where a family has several', () => {
    const messages = Array.from({ length: 12 }, (_, at) =>
      messageOn(`meter.${at}.power`, '1', { mqtt: undefined, kafka: { partition: 0, offset: at } })
    )
    const families = observed(messages, { separator: '.' }).families({})
    expect(families.map(({ address }) => address)).toEqual(['meter.{meter_id}.power'])
    expect(families.map(channelBindings)).toEqual([{ kafka: { bindingVersion: '0.5.0' } }])
  })

  it('says what the key of the latest message is', () => {
    const key = (facts: Partial<Message>) => onTopic(facts).message
    expect(key({ key: 'house-1' })).toEqual({
      kafka: { key: { type: 'string' }, bindingVersion: '0.5.0' }
    })
    expect(key({ key: Buffer.from([0xff]) })).toEqual({
      kafka: { key: { type: 'string', format: 'binary' }, bindingVersion: '0.5.0' }
    })
    expect(key({})).toEqual({ kafka: { bindingVersion: '0.5.0' } })
  })
})

it('a protocol without a binding has none', () => {
  expect(bindingsOf({ mqtt: undefined })).toEqual({
    channel: undefined,
    operation: undefined,
    message: undefined
  })
})
