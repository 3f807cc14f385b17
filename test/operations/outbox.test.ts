import { describe, expect, it } from 'vitest'
import type { BrokerConnection } from '../../src/core/connection.js'
import { formatEnvelope } from '../../src/core/envelope/envelope.js'
import { TidingsError } from '../../src/core/errors.js'
import { type Message, payloadBytes } from '../../src/core/message.js'
import { OutboxPublication } from '../../src/operations/outbox.js'
import { FakeClock, settle } from '../support/fake-clock.js'
import { MemoryConnection, textMessage } from '../support/memory-connection.js'
import { MemoryOutbox } from '../support/memory-outbox.js'
import { mqttTarget } from '../support/mqtt-target.js'

const refusedConnection = () =>
  new TidingsError('connect', 'connection refused', { code: 'connection-refused' })

function publication(outbox: MemoryOutbox, connect: () => Promise<BrokerConnection>) {
  const clock = new FakeClock()
  const stop = new AbortController()
  const options = { outbox, connect, clock, stop: stop.signal, drainTimeout: 1000, ackTimeout: 30_000 }
  const waiting: string[] = []
  const it = new OutboxPublication({
    ...options,
    target: mqttTarget(),
    random: () => 0.5,
    onWaiting: (text) => waiting.push(text)
  })
  return { it, clock, stop, waiting }
}

async function* batchesOf(...batches: Message[][]) {
  yield* batches
}

/** Input that yields the batches that a test pushes, until the test ends it. */
function openInput() {
  const waiting: Message[][] = []
  let ended = false
  let wake = () => {}
  const change = () => new Promise<void>((resolve) => (wake = resolve))
  return {
    push(...texts: string[]) {
      waiting.push(texts.map((each) => textMessage('a', each)))
      wake()
    },
    end() {
      ended = true
      wake()
    },
    async *source() {
      while (!ended || waiting.length > 0) {
        const next = waiting.shift()
        if (next) yield next
        else await change()
      }
    }
  }
}

const textsOf = (connection: MemoryConnection) =>
  connection.batches.flat().map((each) => Buffer.from(payloadBytes(each)).toString())
const line = (text: string) => formatEnvelope({ ...textMessage('a', text), time: 1 })
const never = () => new Promise<never>(() => undefined)

describe('publishing through an outbox', () => {
  it('reads further only when the messages that it has read are on disk', async () => {
    const outbox = new MemoryOutbox()
    let onDisk: () => void = () => undefined
    outbox.disk = () => new Promise((resolve) => (onDisk = resolve))
    let asked = 0
    const running = publication(outbox, async () => new MemoryConnection()).it.run(async function* () {
      for (; asked < 2; asked++) yield [textMessage('a', String(asked))]
    })
    await settle()
    expect(asked).toBe(0)
    onDisk()
    await settle()
    expect(asked).toBe(1)
    onDisk()
    expect(await running).toMatchObject({ stored: 2, own: { acknowledged: 2 } })
  })

  it('removes a message only when it was acknowledged', async () => {
    const outbox = new MemoryOutbox()
    const connection = new MemoryConnection()
    let acknowledge: () => void = () => undefined
    connection.answer = (batch) =>
      new Promise((resolve) => {
        acknowledge = () => resolve({ acknowledged: batch.length, refused: [], unacknowledged: 0 })
      })
    const running = publication(outbox, async () => connection).it.run(() =>
      batchesOf([textMessage('a', 'x')])
    )
    await settle()
    expect(outbox.left).toHaveLength(1)
    acknowledge()
    expect(await running).toMatchObject({ own: { acknowledged: 1 }, reason: undefined })
    expect(outbox.left).toEqual([])
    expect(outbox.log).toEqual(['stored 1', 'settled', 'released'])
  })

  it('first sends earlier messages, in order', async () => {
    const outbox = new MemoryOutbox()
    outbox.put('0', line('"1"'), line('"2"'))
    outbox.put('1', line('"3"'))
    const connection = new MemoryConnection()
    const { it } = publication(outbox, async () => connection)
    const outcome = await it.run(() => batchesOf([textMessage('a', '"4"')], [textMessage('a', '"5"')]))
    expect(textsOf(connection)).toEqual(['"1"', '"2"', '"3"', '"4"', '"5"'])
    expect(outcome).toMatchObject({ stored: 2, own: { acknowledged: 2 }, others: { acknowledged: 3 } })
  })

  it('keeps everything when the broker cannot be reached, and says why', async () => {
    const outbox = new MemoryOutbox()
    const { it } = publication(outbox, () => Promise.reject(refusedConnection()))
    const outcome = await it.run(() => batchesOf([textMessage('a', 'x'), textMessage('a', 'y')]))
    expect(outcome).toMatchObject({ stored: 2, own: { acknowledged: 0 } })
    expect(outcome.reason?.message).toBe('connection refused')
    expect(outbox.left).toHaveLength(2)
  })

  it('continues to store while input goes on, and tries again to connect, less and less often', async () => {
    const outbox = new MemoryOutbox()
    const connection = new MemoryConnection()
    const input = openInput()
    let attempts = 0
    const { it, clock, waiting } = publication(outbox, async () => {
      if (++attempts < 3) throw refusedConnection()
      return connection
    })
    const running = it.run(input.source)
    input.push('1')
    await settle()
    expect([attempts, outbox.left.length]).toEqual([1, 1])
    await clock.advance(200)
    expect(attempts).toBe(2)
    input.push('2')
    await clock.advance(350)
    expect(attempts).toBe(2)
    await clock.advance(20)
    expect([attempts, textsOf(connection)]).toEqual([3, ['1', '2']])
    input.push('3')
    await settle()
    expect(textsOf(connection)).toEqual(['1', '2', '3'])
    input.end()
    expect(waiting).toEqual(['connection refused; messages are kept in "box"'])
    expect(await running).toMatchObject({ stored: 3, own: { acknowledged: 3 } })
  })

  it('sends messages that another process stores meanwhile', async () => {
    const outbox = new MemoryOutbox()
    const connection = new MemoryConnection()
    const input = openInput()
    const { it, clock } = publication(outbox, async () => connection)
    const running = it.run(input.source)
    await settle()
    outbox.put('other', line('"theirs"'))
    await clock.advance(250)
    expect(textsOf(connection)).toEqual(['"theirs"'])
    input.end()
    expect(await running).toMatchObject({ stored: 0, others: { acknowledged: 1 } })
  })

  it('does not connect again with credentials that were refused', async () => {
    const outbox = new MemoryOutbox()
    const input = openInput()
    let attempts = 0
    const { it, clock } = publication(outbox, async () => {
      attempts++
      throw new TidingsError('refused', 'bad user name or password', { code: 'bad-credentials' })
    })
    const running = it.run(input.source)
    input.push('1')
    await clock.advance(60_000)
    input.push('2')
    input.end()
    expect(await running).toMatchObject({ stored: 2, reason: { code: 'bad-credentials' } })
    expect([attempts, outbox.left.length]).toEqual([1, 2])
  })

  it('ends with the error if connection options are bad', async () => {
    const bad = new TidingsError('usage', 'bad url', { code: 'bad-url' })
    const { it } = publication(new MemoryOutbox(), () => Promise.reject(bad))
    const running = it.run(async function* (signal) {
      yield [textMessage('a', 'x')]
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    })
    expect(await running).toMatchObject({ stored: 1, sourceError: bad })
  })

  it('leaves messages that were not acknowledged in time in the outbox, with all messages after them', async () => {
    const outbox = new MemoryOutbox()
    const connection = new MemoryConnection()
    const input = openInput()
    let first = true
    connection.answer = (batch) => {
      if (!first) return Promise.resolve({ acknowledged: batch.length, refused: [], unacknowledged: 0 })
      first = false
      return never()
    }
    const { it, clock } = publication(outbox, async () => connection)
    const running = it.run(input.source)
    input.push('1')
    await settle()
    input.push('2')
    await settle()
    input.end()
    await clock.advance(30_000)
    const outcome = await running
    expect(outcome).toMatchObject({
      stored: 2,
      own: { acknowledged: 0 },
      reason: { code: 'not-acknowledged' }
    })
    expect(outbox.left).toHaveLength(2)
  })

  it('sets messages aside that the broker refuses, and sends the rest', async () => {
    const outbox = new MemoryOutbox()
    outbox.put('0', line('"1"'), line('"2"'), line('"3"'))
    const connection = new MemoryConnection()
    connection.answer = async () => ({
      acknowledged: 2,
      refused: [{ index: 1, reason: 'not authorized', code: 'publish-refused' }],
      unacknowledged: 0
    })
    const outcome = await publication(outbox, async () => connection).it.send()
    expect(outcome).toMatchObject({
      others: { acknowledged: 2, refused: 1 },
      refusal: { reason: 'not authorized', code: 'publish-refused' }
    })
    expect(outbox.left).toEqual([])
    expect(outbox.refused.map((each) => JSON.parse(each))).toMatchObject([
      { reason: 'not authorized', channel: 'a', payload: '2' }
    ])
  })

  it('sets aside a line that is no message, so that it does not block the others', async () => {
    const outbox = new MemoryOutbox()
    outbox.put('0', 'garbage')
    outbox.put('1', line('"1"'))
    const connection = new MemoryConnection()
    const outcome = await publication(outbox, async () => connection).it.send()
    expect(outcome).toMatchObject({ others: { acknowledged: 1, refused: 1 } })
    expect(outbox.refused).toHaveLength(1)
    expect(textsOf(connection)).toEqual(['"1"'])
  })

  it('reports a bad line after it has stored and sent the messages before it', async () => {
    const outbox = new MemoryOutbox()
    const bad = new TidingsError('bad-input', 'line 2', { code: 'bad-envelope' })
    const outcome = await publication(outbox, async () => new MemoryConnection()).it.run(async function* () {
      yield [textMessage('a', 'x')]
      throw bad
    })
    expect(outcome).toMatchObject({ stored: 1, own: { acknowledged: 1 }, sourceError: bad })
  })

  it('neither counts nor sends a message that could not be stored', async () => {
    const outbox = new MemoryOutbox()
    const full = new TidingsError('output', 'no space left', { code: 'disk-full' })
    outbox.disk = () => Promise.reject(full)
    const connection = new MemoryConnection()
    const outcome = await publication(outbox, async () => connection).it.run(() =>
      batchesOf([textMessage('a', 'x')])
    )
    expect(outcome).toMatchObject({ stored: 0, sourceError: full })
    expect(connection.batches).toEqual([])
  })

  it('after the stop signal stores no more messages, drains, and keeps the rest', async () => {
    const outbox = new MemoryOutbox()
    const connection = new MemoryConnection()
    connection.answer = never
    const { it, stop } = publication(outbox, async () => connection)
    const running = it.run(async function* (signal) {
      yield [textMessage('a', 'x')]
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    })
    await settle()
    stop.abort('SIGINT')
    expect(await running).toMatchObject({ stored: 1, own: { acknowledged: 0 } })
    expect(connection.drains[0]).toBe(1000)
    expect(outbox.left).toHaveLength(1)
  })
})

describe('an outbox that another process sends from', () => {
  it('is left to that process after a few tries', async () => {
    const outbox = new MemoryOutbox()
    outbox.busy = [4711, 4711, 4711, 4711]
    const { it, clock } = publication(outbox, never)
    const running = it.run(() => batchesOf([textMessage('a', 'x')]))
    await clock.advance(1000)
    expect(await running).toMatchObject({ stored: 1, own: { acknowledged: 0 }, sender: 4711 })
    expect(outbox.left).toHaveLength(1)
  })

  it('is taken over once that process is gone, while input goes on', async () => {
    const outbox = new MemoryOutbox()
    outbox.busy = [4711, 4711]
    const connection = new MemoryConnection()
    const input = openInput()
    const { it, clock } = publication(outbox, async () => connection)
    const running = it.run(input.source)
    input.push('1')
    await clock.advance(250)
    expect(textsOf(connection)).toEqual([])
    await clock.advance(250)
    expect(textsOf(connection)).toEqual(['1'])
    input.end()
    expect(await running).toMatchObject({ own: { acknowledged: 1 }, sender: undefined })
  })

  it('is checked once more after the claim was released: a process that saw the claim has left messages to us', async () => {
    const outbox = new MemoryOutbox()
    outbox.put('0', line('"1"'))
    outbox.onRelease = () => {
      outbox.onRelease = () => undefined
      outbox.put('late', line('"2"'))
    }
    const connections: MemoryConnection[] = []
    const outcome = await publication(outbox, async () => {
      const connection = new MemoryConnection()
      connections.push(connection)
      return connection
    }).it.send()
    expect(connections.map(textsOf)).toEqual([['"1"'], ['"2"']])
    expect(outcome).toMatchObject({ others: { acknowledged: 2 } })
  })
})

describe('sending an outbox', () => {
  it('does not connect if no message waits', async () => {
    const outcome = await publication(new MemoryOutbox(), () =>
      Promise.reject(new Error('connected'))
    ).it.send()
    expect(outcome).toMatchObject({ others: { acknowledged: 0 }, reason: undefined })
  })

  it('tries to connect once', async () => {
    const outbox = new MemoryOutbox()
    outbox.put('0', line('"1"'))
    let attempts = 0
    const outcome = await publication(outbox, async () => {
      attempts++
      throw refusedConnection()
    }).it.send()
    expect([attempts, outcome.reason?.code]).toEqual([1, 'connection-refused'])
  })
})
