import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../../src/core/byte-writer.js'
import { formatEnvelope, parseEnvelope } from '../../../src/core/envelope/envelope.js'
import { countOutbox } from '../../../src/core/outbox/outbox-contents.js'
import { cutWholeLines, encodeRefused, encodeUnreadable } from '../../../src/core/outbox/outbox-lines.js'
import {
  formatSegmentBase,
  formatSenderName,
  formatSent,
  parseSegmentName,
  parseSenderName,
  parseSent,
  parseSentName
} from '../../../src/core/outbox/outbox-names.js'
import { textMessage } from '../../support/memory-connection.js'

const marks = fc.record({ pid: fc.nat(), started: fc.stringMatching(/^[0-9a-f]{1,8}\.\d{1,9}$/) })
const randoms = fc.stringMatching(/^[0-9a-f]{8}$/)
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

describe('the names of files in an outbox', () => {
  it('say who writes a segment and whether it is complete', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 50), marks, randoms, fc.boolean(), (time, writer, random, closed) => {
        const base = formatSegmentBase(time, writer, random)
        const name = `${base}${closed ? '.ndjson' : '.open'}`
        expect(parseSegmentName(name)).toEqual({ base, begun: time, writer, closed })
        expect(parseSentName(`${base}.sent`)).toBe(base)
      })
    )
  })

  it('can be read also if their time is beyond the greatest time', () => {
    const base = formatSegmentBase(Number.MAX_SAFE_INTEGER * 2, { pid: 7, started: 'a.1' }, '0')
    expect(parseSegmentName(`${base}.ndjson`)).toMatchObject({ base, begun: Number.MAX_SAFE_INTEGER })
  })

  it('of segments sort by the time at which they were begun', () => {
    const mark = { pid: 7, started: 'a.1' }
    fc.assert(
      fc.property(fc.nat(2 ** 50), fc.nat(2 ** 50), (a, b) => {
        const [first, second] = [a, b].map((time) => formatSegmentBase(time, mark, '0')) as [string, string]
        expect(first < second).toBe(a < b)
      })
    )
  })

  it('say which process is sending', () => {
    fc.assert(
      fc.property(marks, randoms, (mark, random) => {
        expect(parseSenderName(formatSenderName(mark, random))).toEqual(mark)
      })
    )
  })

  it('differ from the names of other files', () => {
    for (const file of ['refused.ndjson', 'notes.ndjson', 'sender-', '.open', 'id_rsa', '1-2-3-4.open'])
      expect([parseSegmentName(file), parseSenderName(file), parseSentName(file)]).toEqual([
        undefined,
        undefined,
        undefined
      ])
  })
})

describe('the progress of sending', () => {
  it('has the same length for every offset, and is read back', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 50), (offset) => {
        expect(formatSent(offset)).toHaveLength(17)
        expect(parseSent(formatSent(offset))).toBe(offset)
      })
    )
  })

  it('counts as nothing sent if it is damaged: to send twice is better than never', () => {
    for (const damaged of ['', '\0'.repeat(17), '12\n', '0000000000000012', '-000000000000012\n'])
      expect(parseSent(damaged)).toBe(0)
  })
})

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

describe('counting an outbox', () => {
  it('counts messages by channel, their payloads, the oldest, and lines that cannot be read', () => {
    const lines = [
      formatEnvelope({ ...textMessage('a', '12345'), time: 2_000_000 }),
      formatEnvelope({ ...textMessage('b', '1'), time: 1_000_000 }),
      'garbage',
      formatEnvelope({ ...textMessage('a', ''), time: 3_000_000 })
    ].map((line) => Buffer.from(line))
    const contents = countOutbox([
      { segment: 's', end: 1, lines: lines.slice(0, 2) },
      { segment: 't', end: 1, lines: lines.slice(2) }
    ])
    expect(contents).toEqual({
      messages: 3,
      bytes: 6,
      oldest: 1_000_000,
      unreadable: 1,
      channels: new Map([
        ['a', 2],
        ['b', 1]
      ])
    })
  })
})
