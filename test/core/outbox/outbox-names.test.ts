import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatSegmentBase,
  formatSenderName,
  formatSent,
  parseSegmentName,
  parseSenderName,
  parseSent,
  parseSentName
} from '../../../src/core/outbox/outbox-names.js'

const marks = fc.record({ pid: fc.nat(), started: fc.stringMatching(/^[0-9a-f]{1,8}\.\d{1,9}$/) })
const randoms = fc.stringMatching(/^[0-9a-f]{8}$/)

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
