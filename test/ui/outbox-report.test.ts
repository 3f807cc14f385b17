import { describe, expect, it } from 'vitest'
import type { Concluded } from '../../src/core/concluded.js'
import { TidingsError } from '../../src/core/errors.js'
import type { OutboxOutcome } from '../../src/core/outbox/outbox-outcome.js'
import { formatOutbox, outboxPublishEnding, outboxSendEnding } from '../../src/ui/outbox-report.js'

const counts = (acknowledged = 0, refused = 0) => ({ acknowledged, unassured: 0, unheard: 0, refused })
const nothing: Concluded<OutboxOutcome> = {
  failure: undefined,
  stored: 0,
  own: counts(),
  others: counts(),
  refusal: undefined,
  reasons: [],
  unread: { count: 0 },
  reason: undefined,
  sender: undefined,
  sourceError: undefined,
  elapsed: 2_000_000
}
const away = new TidingsError('connect', 'nobody there', { code: 'connection-refused' })
const context = { outbox: 'box', losses: [], named: undefined }

describe('publishing through an outbox', () => {
  const endingOf = (outcome: Partial<typeof nothing>) =>
    outboxPublishEnding({ ...nothing, ...outcome }, { ...context, channel: 'a' })

  it('says to which broker, where a profile names it and it was reached', () => {
    const at = (broker: string | undefined, outcome: Partial<typeof nothing>) =>
      outboxPublishEnding(
        { ...nothing, ...outcome, broker },
        { ...context, channel: 'a', named: { profile: 'prod' } }
      ).line
    expect(at('mqtt://b:1883', { stored: 1, own: counts(1) })).toMatch(
      /^Published 1 message to a at prod \(mqtt:\/\/b:1883\): /
    )
    expect(at(undefined, { stored: 3, own: counts(1), reason: away })).not.toContain('prod')
  })

  it('is done where all was acknowledged, and where the rest is safe on disk', () => {
    const sent = endingOf({ stored: 3, own: counts(3) })
    expect([sent.failure, sent.warnings]).toEqual([undefined, []])
    const safe = endingOf({ stored: 3, own: counts(1), reason: away })
    expect(safe.failure).toBeUndefined()
    expect(safe.line).toMatch(/1 message acknowledged, 2 .*"box".*nobody there/)
  })

  it('says what else of the outbox was sent', () => {
    expect(endingOf({ stored: 1, own: counts(1), others: counts(7) }).line).toContain('7 other messages')
  })

  it('calls nothing acknowledged that was sent with QoS 0', () => {
    const own = { ...counts(3), unassured: 3 }
    expect(endingOf({ stored: 4, own, reason: away }).line).toBe(
      '3 messages sent, 1 safe in "box", not sent yet: nobody there'
    )
    const others = { ...counts(2), unassured: 1 }
    expect(endingOf({ stored: 3, own, others }).line).toContain('2 other messages of the outbox sent, too')
  })

  it('is warned of where there was nothing', () => {
    expect(endingOf({})).toMatchObject({ warnings: [expect.anything()] })
    expect(endingOf({}).line).toBeUndefined()
  })

  it('that failed tells its failure, and no closing line', () => {
    expect(endingOf({ stored: 1, failure: away })).toEqual({ failure: away, warnings: [] })
  })
})

describe('sending an outbox', () => {
  const endingOf = (outcome: Partial<typeof nothing>) => outboxSendEnding({ ...nothing, ...outcome }, context)

  it('is done once nothing is left', () => {
    expect(endingOf({ others: counts(3) })).toMatchObject({
      failure: undefined,
      line: expect.stringContaining('3')
    })
    expect(endingOf({}).line).toContain('"box"')
  })
})

describe('what waits in an outbox', () => {
  it('is shown by channel, with what was refused, and who is sending', () => {
    const text = formatOutbox(
      {
        messages: 3,
        bytes: 10,
        oldest: 0,
        unreadable: 1,
        channels: new Map([
          ['a', 2],
          ['b\x1b', 1]
        ])
      },
      { refused: 4, sender: 7 }
    )
    for (const part of ['3 messages', '1970-01-01', 'refused.ndjson', '4 refused', '1 line', '7'])
      expect(text).toContain(part)
    expect(text).not.toContain('\x1b')
  })
})
