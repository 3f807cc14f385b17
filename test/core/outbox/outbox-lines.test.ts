import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../../src/core/byte-writer.js'
import { parseEnvelope } from '../../../src/core/envelope/envelope.js'
import { cutWholeLines, encodeRefused, encodeUnreadable } from '../../../src/core/outbox/outbox-lines.js'
import { textMessage } from '../../support/memory-connection.js'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

describe('cutting whole lines', () => {
  it('gives every line and leaves a torn one', () => {
    const lines = fc.array(fc.string({ unit: 'binary-ascii' }).map((line) => line.replaceAll('\n', '')))
    const torn = fc.string().map((line) => line.replaceAll('\n', ''))
    fc.assert(
      fc.property(lines, torn, (whole, rest) => {
        const front = Buffer.from(whole.map((line) => `${line}\n`).join(''))
        const cut = cutWholeLines(Buffer.concat([front, Buffer.from(rest)]))
        expect(cut.lines.map(text)).toEqual(whole)
        expect(cut.length).toBe(front.length)
      })
    )
  })
})

describe('a refused line', () => {
  it('is an envelope with the reason, so that it can be published again', () => {
    const message = {
      ...textMessage('a/b', 'no "good"\n'),
      headers: [['k', 'v']] as const
    }
    const writer = new ByteWriter()
    encodeRefused(message, 'not "allowed"', writer)
    const line = writer.take()
    expect(JSON.parse(text(line))).toMatchObject({ reason: 'not "allowed"', channel: 'a/b' })
    expect(parseEnvelope(line.subarray(0, -1))).toEqual(message)
  })

  it('is kept byte for byte if it is no envelope', () => {
    const writer = new ByteWriter()
    encodeUnreadable(Buffer.from([0, 255, 10]), 'it is empty', writer)
    const { reason, line } = JSON.parse(text(writer.take()))
    expect(reason).toBe('it cannot be read: it is empty')
    expect([...Buffer.from(line, 'base64')]).toEqual([0, 255, 10])
  })
})
