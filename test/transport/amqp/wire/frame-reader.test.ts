import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BasicProperties, readProperties } from '../../../../src/transport/amqp/wire/basic-properties.js'
import type { ContentAssembler } from '../../../../src/transport/amqp/wire/content-assembler.js'
import { FrameReader } from '../../../../src/transport/amqp/wire/frame-reader.js'
import { BODY, HEADER, HEARTBEAT, METHOD } from '../../../../src/transport/amqp/wire/frame-types.js'
import { methodFrame } from '../../../../src/transport/amqp/wire/method-frame.js'
import { BASIC_ACK, BASIC_DELIVER, CHANNEL_CLOSE } from '../../../../src/transport/amqp/wire/methods.js'
import { ProtocolError } from '../../../../src/transport/amqp/wire/protocol-error.js'
import { content, deliver, frame, readDelivery, type SentDelivery } from '../../../support/amqp-frames.js'
import { mutate } from '../../../support/mutation.js'
import { numbersFrom } from '../../../support/seeded-random.js'

const FRAME_MAX = 4096
/** A channel that nobody has opened. */
const CLOSED = 9

/** Everything that was read, as values that can be compared. */
class Log {
  readonly entries: unknown[] = []

  isOpen(channel: number): boolean {
    return channel > 0 && channel !== CLOSED
  }

  method(channel: number, method: number, bytes: Buffer, start: number, end: number): void {
    this.entries.push([channel, method, bytes.toString('hex', start, end)])
  }

  content(channel: number, each: ContentAssembler): void {
    const properties = readProperties(each.propertyBytes, each.propertyStart, each.propertyEnd)
    this.entries.push([channel, readDelivery(each), properties, each.body.toString('hex')])
  }
}

function read(chunks: readonly Buffer[]): unknown[] {
  const log = new Log()
  const reader = new FrameReader(log, FRAME_MAX, 3)
  for (const chunk of chunks) reader.feed(chunk)
  return log.entries
}

const shortText = fc.string({ maxLength: 20, unit: 'grapheme' })

const delivery: fc.Arbitrary<SentDelivery> = fc.record({
  consumerTag: shortText,
  deliveryTag: fc.maxSafeNat(),
  redelivered: fc.boolean(),
  exchange: shortText,
  routingKey: shortText
})

const properties: fc.Arbitrary<BasicProperties> = fc.record(
  {
    contentType: shortText,
    contentEncoding: shortText,
    deliveryMode: fc.constantFrom(1, 2),
    priority: fc.nat(255),
    correlationId: fc.uint8Array({ maxLength: 255 }),
    replyTo: shortText,
    expiration: fc.nat().map(String),
    messageId: shortText,
    timestamp: fc.maxSafeNat(),
    type: shortText,
    userId: shortText,
    appId: shortText
  },
  { requiredKeys: [] }
)

const channel = fc.integer({ min: 1, max: 3 })

const piece = fc.oneof(
  fc.constant({ bytes: frame(HEARTBEAT, 0, Buffer.alloc(0)), expected: [] as unknown[] }),
  fc.tuple(channel, fc.uint8Array({ maxLength: 30 })).map(([on, rest]) => {
    const bytes = methodFrame(on, BASIC_ACK, (to) => to.bytes(rest))
    return { bytes, expected: [[on, BASIC_ACK, Buffer.from(rest).toString('hex')]] as unknown[] }
  }),
  fc
    .tuple(channel, delivery, properties, fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 200 }))
    .map(([on, sent, said, body, part]) => {
      const bytes = Buffer.concat([deliver(on, sent), content(on, said, body, part)])
      const known = said.correlationId && { correlationId: Buffer.from(said.correlationId) }
      const entry = [on, sent, { ...said, ...known }, Buffer.from(body).toString('hex')]
      return { bytes, expected: [entry] as unknown[] }
    })
)

/** Cuts bytes at these places, each a fraction of what is left. */
function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  let rest = bytes
  for (const fraction of at) {
    const length = Math.floor(fraction * rest.length)
    chunks.push(rest.subarray(0, length))
    rest = rest.subarray(length)
  }
  return [...chunks, rest]
}

const fraction = fc.double({ min: 0, max: 1, noNaN: true })

describe('the frames of a connection', () => {
  it('are read as they were written, wherever the network cuts them', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fraction, { maxLength: 12 }),
        (pieces, cuts) => {
          const bytes = Buffer.concat(pieces.map((each) => each.bytes))
          const expected = pieces.flatMap((each) => each.expected)
          expect(read([bytes])).toEqual(expected)
          expect(read(cut(bytes, cuts))).toEqual(expected)
          expect(read(Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(expected)
        }
      )
    )
  })

  it('of several channels may be mixed', () => {
    const sent = { consumerTag: 'c', deliveryTag: 1, redelivered: false, exchange: 'x', routingKey: 'k' }
    const one = Buffer.from('one')
    const two = Buffer.from('two')
    const whole = [content(1, {}, one), content(2, {}, two)] as const
    const entries = read([
      Buffer.concat([
        deliver(1, sent),
        deliver(2, sent),
        whole[0].subarray(0, 22),
        whole[1].subarray(0, 22),
        whole[1].subarray(22),
        whole[0].subarray(22)
      ])
    ])
    expect(entries).toEqual([
      [2, sent, {}, two.toString('hex')],
      [1, sent, {}, one.toString('hex')]
    ])
  })

  it('hand on a body of one frame without copying it', () => {
    const sent = { consumerTag: 'c', deliveryTag: 1, redelivered: false, exchange: 'x', routingKey: 'k' }
    const chunk = Buffer.concat([deliver(1, sent), content(1, {}, Buffer.from('view'))])
    let body: Buffer = Buffer.alloc(0)
    const reader = new FrameReader(
      {
        isOpen: () => true,
        method: () => undefined,
        content: (_, each) => {
          body = each.body
        }
      },
      FRAME_MAX,
      1
    )
    reader.feed(chunk)
    expect(body.buffer).toBe(chunk.buffer)
  })

  it('may close a channel in the middle of a content', () => {
    const sent = { consumerTag: 'c', deliveryTag: 1, redelivered: false, exchange: 'x', routingKey: 'k' }
    expect(
      read([deliver(1, sent), methodFrame(1, CHANNEL_CLOSE), deliver(1, sent), content(1, {}, Buffer.of(7))])
    ).toEqual([
      [1, CHANNEL_CLOSE, ''],
      [1, sent, {}, '07']
    ])
  })
})

describe('what no broker may send', () => {
  const sent = { consumerTag: 'c', deliveryTag: 1, redelivered: false, exchange: 'x', routingKey: 'k' }
  const one = deliver(1, sent)
  const whole = content(1, {}, Buffer.from('abc'))
  const header = whole.subarray(0, 22)
  const body = whole.subarray(22)
  const hugeBody = Buffer.from(header)
  hugeBody.writeUInt32BE(0xffff_ffff, 11)
  const cases: readonly (readonly [string, readonly Buffer[], string])[] = [
    ['an unknown type', [frame(9, 0, Buffer.alloc(0))], 'a frame of type 9'],
    ['an answer in another protocol', [Buffer.from('HTTP/1.1 400 Bad')], 'a frame of type 72'],
    [
      'too large a frame',
      [Buffer.from([1, 0, 0, 0, 1, 0, 0])],
      'a frame of 65544 bytes, and 4096 are the most'
    ],
    ['no end', [Buffer.from([8, 0, 0, 0, 0, 0, 0, 0])], 'a frame without its end'],
    ['a heartbeat with a channel', [frame(HEARTBEAT, 1, Buffer.alloc(0))], 'a heartbeat on a channel'],
    ['a channel that nobody opened', [methodFrame(4, BASIC_ACK)], 'a frame on channel 4, which is not open'],
    ['a method without its number', [frame(METHOD, 1, Buffer.of(0, 1))], 'a method without its number'],
    ['a header alone', [header], 'a content without its method'],
    ['a header twice', [one, header, header], 'a content header without its method'],
    ['a body alone', [one, body], 'a body without its content header'],
    ['a body that is too long', [one, header, frame(BODY, 1, Buffer.from('abcd'))], 'a body that is longer'],
    ['a body beyond any limit', [one, hugeBody], 'are the most'],
    ['a delivery in a delivery', [one, one], 'a method in the middle of a content'],
    [
      'an acknowledgement in a delivery',
      [one, methodFrame(1, BASIC_ACK)],
      'a method in the middle of a content'
    ],
    ['a content on channel 0', [deliver(0, sent)], 'a content on channel 0'],
    ['another class', [one, frame(HEADER, 1, Buffer.alloc(14))], 'a content of another class'],
    ['a header that is cut', [one, frame(HEADER, 1, Buffer.of(0, 60, 0))], 'a method that ends too early'],
    ['a delivery that is cut', [methodFrame(1, BASIC_DELIVER, (to) => to.byte(9)), whole], 'ends too early']
  ]

  it.each(cases)('%s is told', (_name, chunks, reason) => {
    expect(() => read(chunks)).toThrow(ProtocolError)
    expect(() => read(chunks)).toThrow(reason)
  })

  it('is a content on a channel that nobody has opened, of which nothing is gathered', () => {
    const reader = new FrameReader(new Log(), FRAME_MAX, CLOSED)
    expect(() => reader.feed(deliver(CLOSED, sent))).toThrow('a content on channel 9, which is not open')
  })

  it('is more than a connection gathers, on all its channels together', () => {
    const log = new Log()
    const reader = new FrameReader(log, FRAME_MAX, 3, 1000)
    const half = content(1, {}, Buffer.alloc(600), 100)
    const other = content(2, {}, Buffer.alloc(600), 100)
    for (let time = 0; time < 3; time++) {
      // A body that is whole, or whose channel is closed, is gathered no more.
      reader.feed(Buffer.concat([deliver(1, sent), half]))
      reader.feed(Buffer.concat([deliver(1, sent), half.subarray(0, -108), methodFrame(1, CHANNEL_CLOSE)]))
      reader.forget(1)
    }
    expect(log.entries).toHaveLength(6)
    reader.feed(Buffer.concat([deliver(1, sent), half.subarray(0, -108), deliver(2, sent)]))
    expect(() => reader.feed(other)).toThrow('unfinished bodies of more than 1000 bytes')
  })

  it('is the last thing that is read', () => {
    const log = new Log()
    const reader = new FrameReader(log, FRAME_MAX, 1)
    expect(() => reader.feed(frame(9, 0, Buffer.alloc(0)))).toThrow(ProtocolError)
    reader.feed(methodFrame(1, BASIC_ACK))
    expect(log.entries).toEqual([])
  })

  it('never does more than be told, whatever is damaged', () => {
    const below = numbersFrom(17)
    const stream = Buffer.concat([
      methodFrame(1, BASIC_ACK, (to) => to.bytes(Buffer.alloc(9))),
      one,
      content(
        1,
        { contentType: 'text/plain', table: Buffer.from('\u0001aS\0\0\0\u0001b') },
        Buffer.from('abc'),
        2
      ),
      frame(HEARTBEAT, 0, Buffer.alloc(0)),
      deliver(2, sent),
      content(2, { timestamp: 5, appId: 'me' }, Buffer.alloc(0))
    ])
    let told = 0
    for (let run = 0; run < 20_000; run++) {
      const bytes = mutate(stream, below)
      const at = below(bytes.length)
      try {
        read([bytes.subarray(0, at), bytes.subarray(at)])
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error
        told++
      }
    }
    expect(told).toBeGreaterThan(5000)
  })
})
