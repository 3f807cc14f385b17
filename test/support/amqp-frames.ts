import { ArgumentReader } from '../../src/transport/amqp/wire/argument-reader.js'
import { ArgumentWriter } from '../../src/transport/amqp/wire/argument-writer.js'
import { type BasicProperties, writeProperties } from '../../src/transport/amqp/wire/basic-properties.js'
import type { ContentAssembler } from '../../src/transport/amqp/wire/content-assembler.js'
import { BODY, FRAME_END, HEADER } from '../../src/transport/amqp/wire/frame-types.js'
import { methodFrame } from '../../src/transport/amqp/wire/method-frame.js'
import { BASIC, BASIC_DELIVER, BASIC_RETURN } from '../../src/transport/amqp/wire/methods.js'

export interface SentDelivery {
  readonly consumerTag: string
  readonly deliveryTag: number
  readonly redelivered: boolean
  readonly exchange: string
  readonly routingKey: string
}

/** One frame of any type. */
export function frame(type: number, channel: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(7)
  head[0] = type
  head.writeUInt16BE(channel, 1)
  head.writeUInt32BE(payload.length, 3)
  return Buffer.concat([head, payload, Buffer.of(FRAME_END)])
}

/** A content header and the frames of its body, each with at most `part` bytes. */
export function content(
  channel: number,
  properties: BasicProperties,
  body: Uint8Array,
  part = 100_000
): Buffer {
  const header = new ArgumentWriter()
  header.twoBytes(BASIC)
  header.twoBytes(0)
  header.eightBytes(body.length)
  writeProperties(header, properties)
  const frames = [frame(HEADER, channel, header.written)]
  for (let at = 0; at < body.length; at += part)
    frames.push(frame(BODY, channel, body.subarray(at, at + part)))
  return Buffer.concat(frames)
}

export const deliver = (channel: number, delivery: SentDelivery): Buffer =>
  methodFrame(channel, BASIC_DELIVER, (to) => {
    to.shortText(delivery.consumerTag)
    to.eightBytes(delivery.deliveryTag)
    to.byte(delivery.redelivered ? 1 : 0)
    to.shortText(delivery.exchange)
    to.shortText(delivery.routingKey)
  })

/** The arguments of Basic.Deliver. */
export function readDelivery(content: ContentAssembler): SentDelivery {
  const from = new ArgumentReader(content.argumentBytes, content.argumentStart, content.argumentEnd)
  return {
    consumerTag: from.shortText(),
    deliveryTag: from.eightBytes(),
    redelivered: (from.byte() & 1) === 1,
    exchange: from.shortText(),
    routingKey: from.shortText()
  }
}

export const returned = (channel: number, code: number, exchange: string, routingKey: string): Buffer =>
  methodFrame(channel, BASIC_RETURN, (to) => {
    to.twoBytes(code)
    to.shortText('NO_ROUTE')
    to.shortText(exchange)
    to.shortText(routingKey)
  })
