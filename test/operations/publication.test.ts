import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import { type Message, payloadBytes } from '../../src/core/message.js'
import { UniformBatch } from '../../src/core/message-batch.js'
import { Publication } from '../../src/operations/publication.js'
import { publishFailure } from '../../src/operations/publish-failure.js'
import { FakeClock, settle } from '../support/fake-clock.js'
import { MemoryConnection, textMessage } from '../support/memory-connection.js'

const never = () => new Promise<never>(() => undefined)

function publication(connection: MemoryConnection, clock = new FakeClock()) {
  const stop = new AbortController()
  const options = { connection, clock, stop: stop.signal, drainTimeout: 1000, ackTimeout: 30_000 }
  return {
    stop,
    clock,
    it: new Publication(options)
  }
}

/** A publication of one batch, for which the test decides when the report comes. */
function slowly() {
  const connection = new MemoryConnection()
  let finish: () => void = () => undefined
  connection.answer = () =>
    new Promise((resolve) => {
      finish = () => resolve({ acknowledged: 1, refused: [], unacknowledged: 0 })
    })
  const { it: running, clock } = publication(connection)
  const outcome = running.run(() => batchesOf([textMessage('a')]))
  return { connection, clock, outcome, finish: () => finish() }
}

/** A connection that acknowledges a message only while it is being closed. */
function lateConnection(): MemoryConnection {
  const connection = new MemoryConnection()
  let answer = () => {}
  connection.answer = () =>
    new Promise((resolve) => {
      answer = () => resolve({ acknowledged: 1, refused: [], unacknowledged: 0 })
    })
  const close = connection.close.bind(connection)
  connection.close = async (drain) => {
    answer()
    await settle()
    await close(drain)
  }
  return connection
}

async function* batchesOf(...batches: Message[][]) {
  yield* batches
}

describe('a publication', () => {
  it('counts what was acknowledged, and keeps the order of the batches', async () => {
    const connection = new MemoryConnection()
    const outcome = await publication(connection).it.run(() =>
      batchesOf([textMessage('a', '1'), textMessage('a', '2')], [textMessage('b', '3')])
    )
    expect(outcome).toMatchObject({ sent: 3, acknowledged: 3, refused: 0, unacknowledged: 0 })
    expect(connection.batches.flat().map((each) => Buffer.from(payloadBytes(each)).toString())).toEqual([
      '1',
      '2',
      '3'
    ])
  })

  it.each([
    { of: 1, batches: 1024 },
    { of: 200, batches: 8 },
    { of: 1000, batches: 3 },
    { of: 1000, batches: 5, asked: 4100 },
    { of: 5000, batches: 2 },
    { of: 1, batches: 2, bytes: 5_000_000 }
  ])(
    'reads no further while $batches batches of $of messages are open',
    async ({ of, batches, asked, bytes }) => {
      const text = 'x'.repeat(bytes ?? 0)
      const connection = new MemoryConnection()
      connection.openMessages = asked
      connection.answer = never
      let made = 0
      async function* endless() {
        for (;;) {
          made++
          yield Array.from({ length: of }, () => textMessage('a', text))
        }
      }
      const running = publication(connection).it.run(endless)
      await settle()
      expect(connection.batches).toHaveLength(batches)
      expect(made).toBe(batches + 1)
      connection.end()
      expect((await running).unacknowledged).toBe(batches * of)
    }
  )

  it.each([
    { bytes: 100, asked: undefined, batches: 1024 },
    { bytes: 5_000_000, asked: 48, batches: 2 }
  ])('reads no further while $batches batches of lines with $bytes bytes are open', async (wish) => {
    const connection = new MemoryConnection()
    connection.openBatches = wish.asked
    connection.answer = never
    const line = Buffer.alloc(wish.bytes)
    async function* endless() {
      for (;;) yield new UniformBatch('a', { headers: [] }, line, [0, line.length + 1])
    }
    const running = publication(connection).it.run(endless)
    await settle()
    expect(connection.batches).toHaveLength(wish.batches)
    connection.end()
    await running
  })

  it('reads no more after the stop signal, and drains for the drain time-out', async () => {
    const connection = new MemoryConnection()
    connection.answer = never
    const { it: running, stop } = publication(connection)
    const outcome = running.run(async function* (signal) {
      yield [textMessage('a')]
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    })
    await settle()
    stop.abort('SIGINT')
    expect(await outcome).toMatchObject({ sent: 1, acknowledged: 0, unacknowledged: 1 })
    expect(connection.drains).toEqual([1000])
  })

  it('gives up if nothing was acknowledged for the acknowledgement time-out', async () => {
    const connection = new MemoryConnection()
    connection.answer = never
    const { it: running, clock } = publication(connection)
    const outcome = running.run(() => batchesOf([textMessage('a')]))
    await clock.advance(29_999)
    expect(connection.drains).toEqual([])
    await clock.advance(1)
    expect(await outcome).toMatchObject({ unacknowledged: 1, stalled: true })
  })

  it('has not stalled while messages of a batch are answered', async () => {
    const { connection, clock, outcome, finish } = slowly()
    for (let answered = 1; answered <= 10; answered++) {
      connection.settled = answered
      await clock.advance(20_000)
    }
    finish()
    expect(await outcome).toMatchObject({ acknowledged: 1, stalled: false })
  })

  it('has stalled once no message of a batch is answered any more', async () => {
    const { connection, clock, outcome } = slowly()
    connection.settled = 1
    await clock.advance(20_000)
    await clock.advance(40_000)
    expect(await outcome).toMatchObject({ unacknowledged: 1, stalled: true })
  })

  it('that stalled is no success, even if the last answer came while it gave up', async () => {
    const connection = lateConnection()
    const { it: running, clock } = publication(connection)
    const outcome = running.run(async function* (signal) {
      yield [textMessage('a')]
      // The input has not ended.
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    })
    await clock.advance(30_000)
    expect(await outcome).toMatchObject({ acknowledged: 1, unacknowledged: 0, stalled: true })
    expect(publishFailure(await outcome, { channel: 'a', interrupted: undefined })).toMatchObject({
      kind: 'unfinished'
    })
  })

  it('whose messages are all acknowledged is a success, even if the last answer came while it gave up', async () => {
    const connection = lateConnection()
    const { it: running, clock } = publication(connection)
    const outcome = running.run(() => batchesOf([textMessage('a')]))
    await clock.advance(30_000)
    expect(await outcome).toMatchObject({ acknowledged: 1, unacknowledged: 0, stalled: false })
    expect(publishFailure(await outcome, { channel: 'a', interrupted: undefined })).toBeUndefined()
  })

  it('does not give up because the process was stopped for longer than the time-out', async () => {
    const connection = new MemoryConnection()
    let acknowledge = () => {}
    connection.answer = () =>
      new Promise((resolve) => {
        acknowledge = () => resolve({ acknowledged: 1, refused: [], unacknowledged: 0 })
      })
    const { it: running, clock } = publication(connection)
    const outcome = running.run(() => batchesOf([textMessage('a')]))
    await settle()
    clock.jump(3_600_000)
    await settle()
    acknowledge()
    expect(await outcome).toMatchObject({ acknowledged: 1, stalled: false })
  })

  it('does not give up while acknowledgements keep coming', async () => {
    const connection = new MemoryConnection()
    const { it: running, clock } = publication(connection)
    connection.answer = async () => {
      await clock.sleepUntil(clock.monotonic() + 20_000_000)
      return { acknowledged: 1, refused: [], unacknowledged: 0 }
    }
    async function* oneAtATime() {
      for (let n = 0; n < 3; n++) {
        yield [textMessage('a')]
        await clock.sleepUntil(clock.monotonic() + 20_000_000)
      }
    }
    const outcome = running.run(oneAtATime)
    await clock.advance(90_000)
    expect(await outcome).toMatchObject({ acknowledged: 3, stalled: false })
  })

  it('publishes everything before a bad line, and then reports the line', async () => {
    const connection = new MemoryConnection()
    const bad = new TidingsError('bad-input', 'line 2', { code: 'bad-envelope' })
    const outcome = await publication(connection).it.run(async function* () {
      yield [textMessage('a')]
      throw bad
    })
    expect(outcome).toMatchObject({ sent: 1, acknowledged: 1, sourceError: bad })
  })

  it('stops waiting for input when the connection has ended for good', async () => {
    const connection = new MemoryConnection()
    const running = publication(connection).it.run(async function* (signal) {
      yield [textMessage('a')]
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    })
    await settle()
    const taken = new TidingsError('unfinished', 'session taken over', { code: 'session-taken-over' })
    connection.end(taken)
    expect(await running).toMatchObject({ acknowledged: 1, connectionError: taken })
  })

  it('names the channel of the first refused message', async () => {
    const connection = new MemoryConnection()
    const refused = [{ index: 1, reason: 'not authorized', code: 'publish-refused' }]
    connection.answer = async () => ({ acknowledged: 1, refused, unacknowledged: 0 })
    const outcome = await publication(connection).it.run(() =>
      batchesOf([textMessage('open'), textMessage('secret')])
    )
    expect(publishFailure(outcome, { channel: undefined, interrupted: undefined })).toMatchObject({
      message: 'published 1 of 2 messages: 1 refused, the first on "secret": not authorized',
      details: { channel: 'secret' }
    })
  })
})
