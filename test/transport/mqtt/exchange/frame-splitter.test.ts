import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameSplitter } from '../../../../src/transport/mqtt/exchange/frame-splitter.js'
import { ProtocolError } from '../../../../src/transport/mqtt/exchange/protocol-error.js'
import { encodePacket } from './scripted-line.js'

function split(chunks: readonly Buffer[]): Buffer[] {
  const packets: Buffer[] = []
  const splitter = new FrameSplitter((bytes, start, _body, end) =>
    packets.push(Buffer.from(bytes.subarray(start, end)))
  )
  for (const chunk of chunks) splitter.feed(chunk)
  return packets
}

const publish = (size: number) =>
  encodePacket({
    cmd: 'publish',
    topic: 't',
    payload: Buffer.alloc(size, 7),
    qos: 0,
    dup: false,
    retain: false
  })

describe('a byte stream is cut into packets', () => {
  // Sizes at both sides of every form of the remaining length.
  const packets = [0, 1, 123, 124, 125, 16_378, 16_379, 16_380, 2_097_146, 2_097_149].map(publish)

  it('whatever form their remaining length has', () => {
    expect(split([Buffer.concat(packets)]).map((packet) => packet.length)).toEqual(
      packets.map((packet) => packet.length)
    )
  })

  it('at every single place where the network may cut it', () => {
    const bytes = Buffer.concat([...packets.slice(0, 5), encodePacket({ cmd: 'pingresp' }), publish(200)])
    const whole = split([bytes])
    for (let at = 0; at <= bytes.length; at++) {
      expect(split([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole)
    }
  })

  it('in pieces of any size', () => {
    const sizes = fc.array(fc.oneof(fc.nat(200), fc.nat(40_000)), { maxLength: 12 })
    const pieces = fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 70_000 })), {
      minLength: 1
    })
    fc.assert(
      fc.property(sizes, pieces, (sizes, pieces) => {
        const expected = sizes.map(publish)
        const bytes = Buffer.concat(expected)
        const chunks: Buffer[] = []
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = Math.max(pieces[i % pieces.length] ?? 1, bytes.length >> 11)
          chunks.push(bytes.subarray(at, at + size))
          at += size
        }
        expect(Buffer.concat(split(chunks)).equals(bytes)).toBe(true)
        expect(split(chunks).length).toBe(expected.length)
      })
    )
  })

  it('without copying a packet that lies whole in a chunk', () => {
    const chunk = Buffer.concat([publish(10), publish(20)])
    const buffers: Buffer[] = []
    new FrameSplitter((bytes) => buffers.push(bytes)).feed(chunk)
    expect(buffers.every((bytes) => bytes === chunk)).toBe(true)
    expect(buffers.length).toBe(2)
  })

  it('a fifth length byte is a protocol error, also when it comes later', () => {
    const bytes = Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01])
    expect(() => split([bytes])).toThrow(ProtocolError)
    expect(() => split([bytes.subarray(0, 3), bytes.subarray(3)])).toThrow(ProtocolError)
  })

  it('a large packet that is only claimed costs no memory', () => {
    const before = process.memoryUsage().arrayBuffers
    const splitter = new FrameSplitter(() => {})
    splitter.feed(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]))
    splitter.feed(Buffer.alloc(100))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
  })
})
