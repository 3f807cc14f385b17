import { describe, expect, it } from 'vitest'
import { JudgingReceiver } from './judging-receiver.js'
import { type Protocol, publishPacket, ScriptedLine, settle, textOf, until } from './scripted-line.js'

const on = (topic: string, payload: string, messageId: number, qos: 1 | 2 = 1, dup = false) =>
  publishPacket(payload, { topic, qos, messageId, dup })

/** A receiver that takes everything at once, and writes down who got what into a list that several may share. */
function taking(line: ScriptedLine, name: string, patterns: readonly string[], log: string[] = []): string[] {
  line.exchange.addReceiver((batch) => {
    log.push(...batch.map((message) => `${name} ${textOf(message)}`))
  }, patterns)
  return log
}

describe.each(['3.1.1', '5'] as const)(
  'several receivers of one connection, MQTT %s',
  (protocol: Protocol) => {
    const connect = () => new ScriptedLine(protocol).connect()

    it('each get what their patterns match, in the order in which it came', async () => {
      const line = await connect()
      const log = taking(line, 'lamps', ['lamp/+/state', 'lamps'])
      taking(line, 'doors', ['door/#'], log)
      line.feed(
        on('lamp/1/state', '1', 1),
        on('door/1', '2', 2),
        on('door', '3', 3),
        on('lamps', '4', 4),
        on('door/2/open', '5', 5, 2),
        on('lamp/2/state', '6', 6)
      )
      await until(() => line.sent.length === 6)
      expect(log).toEqual(['lamps 1', 'doors 2', 'doors 3', 'lamps 4', 'doors 5', 'lamps 6'])
      expect(line.sentInShort).toEqual([
        'puback 1',
        'puback 2',
        'puback 3',
        'puback 4',
        'pubrec 5',
        'puback 6'
      ])
    })

    it('get what follows each other for one of them in one batch', async () => {
      const line = await connect()
      const lamps = JudgingReceiver.on(line, 'lamp/#')
      const doors = JudgingReceiver.on(line, 'door/#')
      line.feed(
        ...['1', '2', '3'].map((text, index) => on(`door/${text}`, text, index + 1)),
        on('lamp', '4', 4)
      )
      expect(await doors.batch(1)).toEqual(['1', '2', '3'])
      expect(lamps.batches).toEqual([])
      await doors.judge()
      expect(await lamps.batch(1)).toEqual(['4'])
    })

    it('have a message that several match delivered to each once, and acknowledged once, after all', async () => {
      const line = await connect()
      const all = JudgingReceiver.on(line, '#', 'door/#')
      const doors = JudgingReceiver.on(line, 'door/+')
      const lamps = JudgingReceiver.on(line, 'lamp/#')
      line.feed(on('door/1', 'open', 7, 2), on('window', 'shut', 8))
      expect([await all.batch(1), await doors.batch(1)]).toEqual([['open'], ['open']])
      await all.judge()
      expect(line.sentInShort).toEqual([])
      expect(all.batches).toHaveLength(1)
      await doors.judge()
      expect(line.sentInShort).toEqual(['pubrec 7'])
      expect(await all.batch(2)).toEqual(['shut'])
      await all.judge()
      expect(line.sentInShort).toEqual(['pubrec 7', 'puback 8'])
      expect([doors.batches.length, lamps.batches.length]).toEqual([1, 0])
    })

    it('leave what matches none of them to the first', async () => {
      const line = await connect()
      const log = taking(line, 'first', ['a'])
      taking(line, 'second', ['b'], log)
      taking(line, 'third', ['#'], log)
      // A wildcard at the beginning does not match these [MQTT-4.7.2-1].
      line.feed(on('$SYS/uptime', '1', 1), on('b', '2', 2), on('$b', '3', 3))
      await until(() => line.sent.length === 3)
      expect(log).toEqual(['first 1', 'second 2', 'third 2', 'first 3'])
    })

    it('are served one after the other: one that is at work holds up the others and the network', async () => {
      const line = await connect()
      const slow = JudgingReceiver.on(line, 'slow')
      const other = taking(line, 'other', ['other'])
      line.feed(on('slow', '1', 1), on('other', '2', 2))
      await slow.batch(1)
      await settle()
      expect([other, line.sentInShort, line.socket.isPaused()]).toEqual([[], [], true])
      await slow.judge()
      expect([other, line.sentInShort]).toEqual([['other 2'], ['puback 1', 'puback 2']])
      expect(line.socket.isPaused()).toBe(false)
    })

    it('may be added later, and then get what their patterns match from there on', async () => {
      const line = await connect()
      const log = taking(line, 'first', ['a'])
      line.feed(on('answer', '1', 1))
      await until(() => line.sent.length === 1)
      taking(line, 'answers', ['answer'], log)
      line.feed(on('answer', '2', 2), on('a', '3', 3))
      await until(() => line.sent.length === 3)
      expect(log).toEqual(['first 1', 'answers 2', 'first 3'])
    })

    it('may let a message go: the rest of that batch comes again before what is for the others', async () => {
      const line = await connect()
      const first = JudgingReceiver.on(line, 'a')
      const second = JudgingReceiver.on(line, 'b')
      line.feed(on('a', '1', 1), on('a', '2', 2), on('a', '3', 3), on('b', '4', 4), on('a', '5', 5))
      expect(await first.batch(1)).toEqual(['1', '2', '3'])
      await first.judge({ done: 0, next: 'let-go' })
      expect(await first.batch(2)).toEqual(['2', '3'])
      expect([second.batches.length, line.sentInShort]).toEqual([0, ['puback 1']])
      await first.judge()
      expect(await second.batch(1)).toEqual(['4'])
      await second.judge({ done: 0, next: 'let-go' })
      expect(await first.batch(3)).toEqual(['5'])
      await first.judge()
      expect(line.sentInShort).toEqual([1, 2, 3, 4, 5].map((id) => `puback ${id}`))
      expect(second.batches).toHaveLength(1)
    })

    it('have a message that one of several lets go acknowledged, and delivered to none of them again', async () => {
      const line = await connect()
      const one = JudgingReceiver.on(line, 'a')
      const other = JudgingReceiver.on(line, '+')
      line.feed(on('a', '1', 1), on('a', '2', 2))
      await Promise.all([one.batch(1), other.batch(1)])
      await one.judge({ done: 0, next: 'let-go' })
      await other.judge()
      expect(line.sentInShort).toEqual(['puback 1'])
      expect([await one.batch(2), await other.batch(2)]).toEqual([['2'], ['2']])
    })

    it('all get nothing more once one of them stops before a message that several match', async () => {
      const line = await connect()
      const one = JudgingReceiver.on(line, 'a')
      const other = JudgingReceiver.on(line, '+')
      line.feed(on('a', '1', 1, 2), on('b', '2', 2))
      await Promise.all([one.batch(1), other.batch(1)])
      await one.judge({ done: 0, next: 'stop' })
      await other.judge()
      line.feed(on('a', '1', 1, 2, true), on('b', '3', 3))
      await settle()
      expect(line.sentInShort).toEqual([])
      expect([one.batches, other.batches]).toEqual([[['1']], [['1']]])
    })

    it('all get nothing more once one of them stops after a message that several match, which is acknowledged', async () => {
      const line = await connect()
      const one = JudgingReceiver.on(line, 'a')
      const other = JudgingReceiver.on(line, '+')
      line.feed(on('a', '1', 1), on('b', '2', 2))
      await Promise.all([one.batch(1), other.batch(1)])
      await one.judge({ done: 1, next: 'stop' })
      await other.judge()
      expect(line.sentInShort).toEqual(['puback 1'])
      expect([one.batches, other.batches]).toEqual([[['1']], [['1']]])
    })

    it('go on without one that was removed: its subscription was refused', async () => {
      const line = await connect()
      const log = taking(line, 'one', ['a'])
      const removed = JudgingReceiver.on(line, '+')
      line.exchange.removeReceiver(removed.receive)
      line.feed(on('a', '1', 1), on('b', '2', 2))
      await until(() => line.sent.length === 2)
      expect([log, removed.batches]).toEqual([['one 1', 'one 2'], []])
    })

    it('all get nothing more once one of them stops in a batch of its own', async () => {
      const line = await connect()
      const one = JudgingReceiver.on(line, 'a')
      const other = taking(line, 'other', ['b'])
      line.feed(on('a', '1', 1), on('a', '2', 2, 2), on('b', '3', 3))
      await one.batch(1)
      await one.judge({ done: 1, next: 'stop' })
      expect([line.sentInShort, other]).toEqual([['puback 1'], []])
    })

    it('end the connection where one of those fails that match a message, which is not acknowledged', async () => {
      const line = await connect()
      const log = taking(line, 'one', ['a'])
      line.exchange.addReceiver(() => {
        throw new Error('disk full')
      }, ['+'])
      line.feed(on('a', '1', 1), on('a', '2', 2))
      await until(() => line.receiverErrors.length > 0)
      await settle()
      expect(line.receiverErrors).toEqual([new Error('disk full')])
      expect([log, line.sentInShort]).toEqual([['one 1'], []])
    })

    it('each get a QoS 2 message once that waits when the connection is cut and comes again', async () => {
      const line = await connect()
      const one = JudgingReceiver.on(line, 'a')
      const other = JudgingReceiver.on(line, 'b')
      line.feed(publishPacket('first', { topic: 'a' }))
      await one.batch(1)
      await line.cut()
      await line.connect({ sessionPresent: true }, on('b', '1', 1, 2), on('a', '2', 2, 2))
      await line.cut()
      await line.connect({ sessionPresent: true }, on('b', '1', 1, 2, true), on('a', '2', 2, 2, true))
      await one.judge()
      expect(await other.batch(1)).toEqual(['1'])
      expect(line.sentInShort).toEqual([])
      await other.judge()
      expect(await one.batch(2)).toEqual(['2'])
      expect(line.sentInShort).toEqual(['pubrec 1'])
      await one.judge()
      expect(line.sentInShort).toEqual(['pubrec 1', 'pubrec 2'])
      expect([one.batches, other.batches]).toEqual([[['first'], ['2']], [['1']]])
    })
  }
)
