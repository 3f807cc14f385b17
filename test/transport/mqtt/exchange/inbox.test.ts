import type { Packet } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import type { Receipt } from '../../../../src/core/connection.js'
import { JudgingReceiver } from './judging-receiver.js'
import { publishPacket, ScriptedLine, settle, textOf, until } from './scripted-line.js'

const stop = (done: number): Receipt => ({ done, next: 'stop' })
const letGo = (done: number): Receipt => ({ done, next: 'let-go' })

/** PUBLISH packets of QoS 1 and 2, sent again (DUP) or not. */
const one = (text: string, id: number, dup = false) => publishPacket(text, { qos: 1, messageId: id, dup })
const two = (text: string, id: number, dup = false) => publishPacket(text, { qos: 2, messageId: id, dup })
const pubrel = (messageId: number): Packet => ({ cmd: 'pubrel', messageId, reasonCode: 0 })

const line = () => new ScriptedLine().connect()
const session = { sessionPresent: true }

/** A receiver that is at work on a message of QoS 0, so that everything else waits. */
async function busy() {
  const broker = await line()
  const receiver = JudgingReceiver.on(broker)
  broker.feed(publishPacket('first'))
  await receiver.batch(1)
  return { broker, receiver }
}

describe('a message that waits when the connection is cut', () => {
  it('of QoS 1 comes twice, and no newer one is acknowledged in place of its repetition', async () => {
    const { broker, receiver } = await busy()
    await broker.cut()
    await broker.connect(session, one('Y', 1), publishPacket('X'))
    await broker.cut()
    await broker.connect(session, one('Y', 1, true), one('Z', 2))
    await receiver.judge()
    expect(await receiver.batch(2)).toEqual(['Y', 'X', 'Y', 'Z'])
    await receiver.judge(stop(3))
    expect(broker.sentInShort).toEqual(['puback 1'])
  })

  it('of QoS 2 comes once, and no newer one is acknowledged in place of it', async () => {
    const { broker, receiver } = await busy()
    await broker.cut()
    await broker.connect(session, two('Y', 1), publishPacket('X'))
    await broker.cut()
    await broker.connect(session, two('Y', 1, true), two('Z', 2))
    await receiver.judge()
    expect(await receiver.batch(2)).toEqual(['Y', 'X', 'Z'])
    await receiver.judge(stop(2))
    expect(broker.sentInShort).toEqual(['pubrec 1'])
  })

  it.each([
    [1, one, ['Y', 'X', 'Y', 'X', 'Z'], ['puback 1', 'puback 2']],
    [2, two, ['Y', 'X', 'Z'], ['pubrec 1', 'pubrec 2']]
  ] as const)(
    'of QoS %i is acknowledged once it is taken, also when it waited for the first receiver',
    async (_qos, message, delivered, acknowledged) => {
      const broker = await line()
      broker.feed(message('Y', 1), message('X', 2))
      await settle()
      await broker.cut()
      await broker.connect(session, message('Y', 1, true), message('X', 2, true), message('Z', 3))
      const receiver = JudgingReceiver.on(broker)
      expect(await receiver.batch(1)).toEqual(delivered)
      expect(broker.sentInShort).toEqual([])
      await receiver.judge(stop(delivered.length - 1))
      expect(broker.sentInShort).toEqual(acknowledged)
    }
  )

  it('of QoS 2 is delivered once and acknowledged once, and its identifier is free once it is released', async () => {
    const { broker, receiver } = await busy()
    await broker.cut()
    await broker.connect(session, two('Y', 1))
    await broker.cut()
    await broker.connect(session, two('Y', 1, true))
    await receiver.judge()
    expect(await receiver.batch(2)).toEqual(['Y'])
    await receiver.judge()
    expect(broker.sentInShort).toEqual(['pubrec 1'])
    broker.feed(pubrel(1), two('new', 1))
    expect(await receiver.batch(3)).toEqual(['new'])
    await receiver.judge()
    expect(broker.sentInShort).toEqual(['pubrec 1', 'pubcomp 1', 'pubrec 1'])
  })

  it('of QoS 2 is acknowledged only when it has come again, if it was delivered before that', async () => {
    const { broker, receiver } = await busy()
    await broker.cut()
    await broker.connect(session, two('Y', 1))
    await broker.cut()
    await broker.connect(session)
    await receiver.judge()
    await receiver.batch(2)
    await receiver.judge()
    expect(broker.sentInShort).toEqual([])
    broker.feed(two('Y', 1, true))
    await until(() => broker.sent.length > 0)
    expect(broker.sentInShort).toEqual(['pubrec 1'])
    expect(receiver.batches).toEqual([['first'], ['Y']])
  })

  it('of QoS 2 that comes again while the receiver is at work on it is acknowledged once, after that', async () => {
    const broker = await line()
    const receiver = JudgingReceiver.on(broker)
    broker.feed(two('Y', 1))
    await receiver.batch(1)
    await broker.cut()
    await broker.connect(session, two('Y', 1, true))
    expect(broker.sentInShort).toEqual([])
    await receiver.judge()
    expect(broker.sentInShort).toEqual(['pubrec 1'])
    expect(receiver.batches).toEqual([['Y']])
  })

  it('of a session that the broker has lost is delivered, and its identifier belongs to a new message', async () => {
    const { broker, receiver } = await busy()
    await broker.cut()
    await broker.connect(session, two('Y', 1), one('X', 2))
    await broker.cut()
    await broker.connect({ sessionPresent: false }, two('new', 1))
    await broker.cut()
    await broker.connect(session, two('new', 1, true))
    await receiver.judge()
    expect(await receiver.batch(2)).toEqual(['Y', 'X', 'new'])
    await receiver.judge(stop(2))
    expect(broker.sentInShort).toEqual([])
  })
})

describe('a QoS 2 message that was taken and comes again before it is released', () => {
  /** One receiver, which has taken "old", on a second connection of the session, where this comes next. */
  async function again(...packets: Packet[]) {
    const broker = await line()
    const receiver = JudgingReceiver.on(broker)
    broker.feed(two('old', 1))
    await receiver.batch(1)
    await receiver.judge()
    await broker.cut()
    await broker.connect(session, ...packets)
    return { broker, receiver }
  }

  it.each([
    ['before', [two('old', 1, true), one('a', 2), one('b', 3)], ['pubrec 1', 'puback 2']],
    ['among', [one('a', 2), two('old', 1, true), one('b', 3)], ['puback 2', 'pubrec 1']]
  ])(
    '%s others is acknowledged with those that are taken, and no other is',
    async (_where, packets, acknowledged) => {
      const { broker, receiver } = await again(...packets)
      expect(await receiver.batch(2)).toEqual(['a', 'b'])
      expect(broker.sentInShort).toEqual([])
      await receiver.judge(stop(1))
      expect(broker.sentInShort).toEqual(acknowledged)
    }
  )

  it('does not move what is acknowledged where one of the others is let go', async () => {
    const { broker, receiver } = await again(two('old', 1, true), one('a', 2), two('b', 3), one('c', 4))
    await receiver.batch(2)
    await receiver.judge(letGo(0))
    expect(broker.sentInShort).toEqual(['pubrec 1', 'puback 2'])
    expect(await receiver.batch(3)).toEqual(['b', 'c'])
    await receiver.judge(letGo(0))
    expect(broker.sentInShort).toEqual(['pubrec 1', 'puback 2', 'pubrec 3'])
  })

  it('is acknowledged also where nothing else comes', async () => {
    const { broker, receiver } = await again(two('old', 1, true))
    expect(broker.sentInShort).toEqual(['pubrec 1'])
    expect(receiver.batches).toEqual([['old']])
  })
})

describe('a receiver that stops', () => {
  it.each([
    [0, []],
    [1, []],
    [2, ['puback 1']],
    [3, ['puback 1', 'pubrec 2']],
    [4, ['puback 1', 'pubrec 2']],
    [5, ['puback 1', 'pubrec 2', 'puback 3']]
  ])('after %i of five messages has those acknowledged and no other', async (done, acknowledged) => {
    const broker = await line()
    const receiver = JudgingReceiver.on(broker)
    broker.feed(publishPacket('a'), one('b', 1), two('c', 2), publishPacket('d'), one('e', 3))
    expect(await receiver.batch(1)).toEqual(['a', 'b', 'c', 'd', 'e'])
    await receiver.judge(stop(done))
    broker.feed(one('f', 4), two('g', 5), publishPacket('h'))
    await settle()
    expect(broker.sentInShort).toEqual(acknowledged)
    expect(receiver.batches).toHaveLength(1)
  })

  it('has nothing acknowledged that it did not take, however often that comes again', async () => {
    const broker = await line()
    const receiver = JudgingReceiver.on(broker)
    broker.feed(one('a', 1), two('b', 2))
    await receiver.batch(1)
    await broker.cut()
    await broker.connect(session, one('a', 1, true), two('b', 2, true))
    await receiver.judge(stop(0))
    broker.feed(one('a', 1, true), two('b', 2, true))
    await settle()
    expect(broker.sentInShort).toEqual([])
    await broker.cut()
    await broker.connect(session, one('a', 1, true), two('b', 2, true))
    expect(broker.sentInShort).toEqual([])
    expect(receiver.batches).toEqual([['a', 'b']])
  })

  it('leaves what waited behind its batch to the broker', async () => {
    const { broker, receiver } = await busy()
    await broker.cut()
    await broker.connect(session, one('a', 1), two('b', 2))
    await receiver.judge(stop(1))
    broker.feed(one('a', 1, true), two('b', 2, true))
    await settle()
    expect(broker.sentInShort).toEqual([])
    expect(receiver.batches).toEqual([['first']])
  })

  it('has a QoS 2 message acknowledged that it took and that came again before it stopped', async () => {
    const broker = await line()
    const receiver = JudgingReceiver.on(broker)
    broker.feed(two('a', 1), two('b', 2))
    await receiver.batch(1)
    await broker.cut()
    await broker.connect(session, two('a', 1, true), two('b', 2, true))
    await receiver.judge(stop(1))
    expect(broker.sentInShort).toEqual(['pubrec 1'])
  })
})

describe('a message that is let go', () => {
  it('is acknowledged with all before it, and the rest comes again before anything newer', async () => {
    const broker = await line()
    const receiver = JudgingReceiver.on(broker)
    broker.feed(publishPacket('a'), one('b', 1), two('c', 2), one('d', 3), publishPacket('e'), two('f', 4))
    await receiver.batch(1)
    broker.feed(one('newer', 5))
    await receiver.judge(letGo(2))
    expect(broker.sentInShort).toEqual(['puback 1', 'pubrec 2'])
    expect(await receiver.batch(2)).toEqual(['d', 'e', 'f', 'newer'])
    await receiver.judge()
    expect(broker.sentInShort).toEqual(['puback 1', 'pubrec 2', 'puback 3', 'pubrec 4', 'puback 5'])
  })

  it('is one of several in a row, each acknowledged before the next', async () => {
    const broker = await line()
    const receiver = JudgingReceiver.on(broker)
    broker.feed(one('a', 1), two('b', 2), one('c', 3))
    const acknowledged = ['puback 1', 'pubrec 2', 'puback 3']
    for (const [index, rest] of [['a', 'b', 'c'], ['b', 'c'], ['c']].entries()) {
      expect(await receiver.batch(index + 1)).toEqual(rest)
      await receiver.judge(letGo(0))
      expect(broker.sentInShort).toEqual(acknowledged.slice(0, index + 1))
    }
    expect(receiver.batches).toHaveLength(3)
  })

  it('may be told at once, without a promise', async () => {
    const broker = await line()
    const batches: string[][] = []
    broker.exchange.addReceiver(
      (batch) => {
        batches.push(batch.map(textOf))
        return letGo(1)
      },
      ['#']
    )
    broker.feed(...['a', 'b', 'c', 'd', 'e'].map((text, index) => one(text, index + 1)))
    await until(() => broker.sent.length === 5)
    expect(batches).toEqual([['a', 'b', 'c', 'd', 'e'], ['c', 'd', 'e'], ['e']])
    expect(broker.sentInShort).toEqual([1, 2, 3, 4, 5].map((id) => `puback ${id}`))
  })

  it('behind the last message is none: everything was taken', async () => {
    const broker = await line()
    const receiver = JudgingReceiver.on(broker)
    broker.feed(one('a', 1), two('b', 2))
    await receiver.batch(1)
    await receiver.judge(letGo(2))
    expect(broker.sentInShort).toEqual(['puback 1', 'pubrec 2'])
    expect(receiver.batches).toHaveLength(1)
  })

  it('and all that was before it is not acknowledged on another connection, where the rest comes first', async () => {
    const broker = await line()
    const receiver = JudgingReceiver.on(broker)
    broker.feed(one('a', 1), one('b', 2), two('c', 3), one('d', 4))
    await receiver.batch(1)
    await broker.cut()
    const again = [one('a', 1, true), one('b', 2, true), two('c', 3, true), one('d', 4, true)]
    await broker.connect(session, ...again, one('newer', 5))
    await receiver.judge(letGo(1))
    expect(broker.sentInShort).toEqual([])
    expect(await receiver.batch(2)).toEqual(['c', 'd', 'a', 'b', 'd', 'newer'])
    await receiver.judge()
    expect(broker.sentInShort).toEqual(['puback 1', 'puback 2', 'pubrec 3', 'puback 4', 'puback 5'])
  })

  it('has its rest acknowledged once where the connection is cut while that is delivered again', async () => {
    const broker = await line()
    const receiver = JudgingReceiver.on(broker)
    broker.feed(one('a', 1), two('b', 2), two('c', 3))
    await receiver.batch(1)
    await receiver.judge(letGo(0))
    expect(broker.sentInShort).toEqual(['puback 1'])
    expect(await receiver.batch(2)).toEqual(['b', 'c'])
    await broker.cut()
    await broker.connect(session, two('b', 2, true), two('c', 3, true), one('newer', 4))
    await receiver.judge()
    expect(await receiver.batch(3)).toEqual(['newer'])
    await receiver.judge()
    expect(broker.sentInShort).toEqual(['pubrec 2', 'pubrec 3', 'puback 4'])
  })

  it('has its rest left to the broker where the receiver then stops, also when that came again', async () => {
    const broker = await line()
    const receiver = JudgingReceiver.on(broker)
    broker.feed(one('a', 1), two('b', 2), two('c', 3))
    await receiver.batch(1)
    await broker.cut()
    await broker.connect(session, two('b', 2, true), two('c', 3, true))
    await receiver.judge(letGo(0))
    expect(await receiver.batch(2)).toEqual(['b', 'c'])
    await receiver.judge(stop(0))
    broker.feed(two('b', 2, true), two('c', 3, true))
    await settle()
    expect(broker.sentInShort).toEqual([])
  })

  it('leaves nothing of a session that the broker has lost: its identifiers belong to new messages', async () => {
    const broker = await line()
    const receiver = JudgingReceiver.on(broker)
    broker.feed(one('a', 1), two('b', 2))
    await receiver.batch(1)
    await broker.cut()
    await broker.connect({ sessionPresent: false }, two('new', 2))
    await receiver.judge(letGo(0))
    expect(await receiver.batch(2)).toEqual(['b', 'new'])
    await broker.cut()
    await broker.connect(session, two('new', 2, true))
    // The receiver has taken neither: the new one came once more while both were delivered.
    await receiver.judge(stop(1))
    expect(broker.sentInShort).toEqual([])
  })
})
