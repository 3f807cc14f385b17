import { describe, expect, it } from 'vitest'
import type { PublishReport } from '../../src/core/connection.js'
import { formatEnvelope } from '../../src/core/envelope/envelope.js'
import { MessageTarget } from '../../src/core/message-target.js'
import { OutboxAttempt, type Settlement } from '../../src/operations/outbox-attempt.js'
import { kafkaGrammar } from '../../src/transport/kafka/channel-grammar.js'
import { kafkaCapabilities } from '../../src/transport/kafka/kafka-capabilities.js'
import { settle } from '../support/fake-clock.js'
import { MemoryConnection, textMessage } from '../support/memory-connection.js'
import { MemoryOutbox } from '../support/memory-outbox.js'
import { mqttTarget } from '../support/mqtt-target.js'

const line = (text: string, channel = 'a') => formatEnvelope({ ...textMessage(channel, text), time: 1 })

function attempting(outbox: MemoryOutbox, target = mqttTarget()) {
  const connection = new MemoryConnection()
  const reports: ((report: PublishReport) => void)[] = []
  connection.answer = () => new Promise((resolve) => reports.push(resolve))
  const settlements: Settlement[] = []
  const claim = outbox.claim()
  if ('pid' in claim) throw new Error('nobody else is sending')
  const attempt = new OutboxAttempt(claim, connection, target, (each) => settlements.push(each))
  const answer = async (index: number, report: Partial<PublishReport>) => {
    reports[index]?.({ acknowledged: 0, refused: [], unacknowledged: 0, ...report })
    await settle()
  }
  const send = () => {
    const messages = attempt.next()
    if (messages !== undefined) void attempt.publish(messages)
    return messages
  }
  return { attempt, connection, settlements, send, answer, claim }
}

describe('a message that waited', () => {
  const stored = '{"channel":"a","time":"2026-01-01T00:00:00Z","payload":1}'
  const own = '{"channel":"a","time":"2026-01-01T00:00:00Z","sourceTime":"2025-01-01T00:00:00Z","payload":1}'
  const time = Date.UTC(2026, 0, 1) * 1000
  const sent = (target?: MessageTarget) => {
    const outbox = new MemoryOutbox()
    outbox.put('one', stored, own)
    return attempting(outbox, target)
      .send()
      ?.map(({ sourceTime }) => sourceTime)
  }

  it('was published when it was stored, where the broker keeps such a time', () => {
    const target = new MessageTarget({
      grammar: kafkaGrammar,
      capabilities: kafkaCapabilities.kafka,
      strict: false
    })
    expect(sent(target)).toEqual([time, Date.UTC(2025, 0, 1) * 1000])
    expect(sent()).toEqual([undefined, undefined])
  })
})

describe('what the broker has acknowledged', () => {
  it('leaves the outbox, in the order in which it was stored', async () => {
    const outbox = new MemoryOutbox()
    outbox.put('one', line('1'))
    outbox.put('two', line('2'))
    const { settlements, send, answer, attempt } = attempting(outbox)
    send()
    send()
    expect(send()).toBeUndefined()
    // The second batch is answered first, and waits.
    await answer(1, { acknowledged: 1 })
    expect([outbox.left.length, settlements]).toEqual([2, []])
    expect(attempt.unsettled).toBe(true)
    await answer(0, { acknowledged: 1 })
    expect(outbox.left).toEqual([])
    expect(settlements.map(({ segment, acknowledged }) => [segment, acknowledged])).toEqual([
      ['one', 1],
      ['two', 1]
    ])
    expect(attempt.unsettled).toBe(false)
  })

  it('stays with everything behind it while one message of a batch is not acknowledged', async () => {
    const outbox = new MemoryOutbox()
    outbox.put('one', line('1'), line('2'))
    outbox.put('two', line('3'))
    const { settlements, send, answer, attempt } = attempting(outbox)
    send()
    send()
    await answer(0, { acknowledged: 1, unacknowledged: 1 })
    await answer(1, { acknowledged: 1 })
    expect([outbox.left.length, settlements.length, attempt.unsettled]).toEqual([3, 0, true])
  })
})

describe('what will never be acknowledged', () => {
  it.each([
    ['a message that the broker refuses', line('1'), 'publish-refused'],
    ['a message that does not fit the broker', line('1', 'a/+'), 'bad-channel'],
    ['a line that cannot be read', 'garbage', 'bad-envelope']
  ])('is put aside with the reason, and leaves the outbox: %s', async (_what, stored, code) => {
    const outbox = new MemoryOutbox()
    outbox.put('one', stored)
    const { settlements, send, answer } = attempting(outbox)
    send()
    await answer(0, { refused: [{ index: 0, reason: 'no', code: 'publish-refused' }] })
    await settle()
    expect(outbox.left).toEqual([])
    expect(outbox.refused).toHaveLength(1)
    expect(JSON.parse(outbox.refused[0] ?? '')).toHaveProperty('reason')
    expect(settlements).toMatchObject([{ refused: 1, refusal: { code } }])
  })
})

it('an outbox that cannot be written to ends the connection, and is the failure', async () => {
  const outbox = new MemoryOutbox()
  outbox.put('one', line('1'))
  const { attempt, connection, send, answer, claim } = attempting(outbox)
  const failure = new Error('disk full')
  claim.settle = () => {
    throw failure
  }
  send()
  await answer(0, { acknowledged: 1 })
  expect(attempt.failure).toBe(failure)
  expect(connection.drains).toEqual([0])
})
