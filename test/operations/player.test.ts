import { describe, expect, test } from 'vitest'
import type { PublishReport } from '../../src/core/connection.js'
import { TidingsError } from '../../src/core/errors.js'
import type { Message } from '../../src/core/message.js'
import { isRetained, payloadBytes } from '../../src/core/message.js'
import type { RecordingItem } from '../../src/core/recording/recording-item.js'
import { channelMapping, parseChannelRule } from '../../src/core/replay/replay-channel-map.js'
import { mergeRecordings } from '../../src/core/replay/replay-merge.js'
import type { ReplayOutcome } from '../../src/core/replay/replay-outcome.js'
import { parseReplayPoint } from '../../src/core/replay/replay-window.js'
import { Player } from '../../src/operations/player.js'
import type { ReplayOptions } from '../../src/operations/replay-options.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { FakeClock, settle } from '../support/fake-clock.js'
import { MemoryConnection, textMessage } from '../support/memory-connection.js'
import { mqttTarget } from '../support/mqtt-target.js'

const GRAMMARS = { recorded: mqttGrammar, target: mqttGrammar }

const ORIGIN = Date.UTC(2026, 10, 23, 10) * 1000

/** A message that was recorded so many milliseconds after the first one. */
const at = (ms: number, channel = 'a', text = String(ms)): RecordingItem => ({
  position: ORIGIN + ms * 1000,
  message: { ...textMessage(channel, text), time: ORIGIN + ms * 1000 }
})

const brokenAt = (ms: number): RecordingItem => ({
  position: ORIGIN + ms * 1000,
  broken: new TidingsError('bad-input', 'cannot read "f", line 3: it is not JSON', { code: 'bad-envelope' })
})

async function* inBatches(items: readonly RecordingItem[], size = 2): AsyncGenerator<RecordingItem[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size)
}

type Wish = Partial<Omit<ReplayOptions, 'selection' | 'changes'>> & {
  selection?: Partial<ReplayOptions['selection']>
  changes?: Partial<ReplayOptions['changes']>
  files?: readonly (readonly RecordingItem[])[]
}

/** A replay with a clock that stands still until the test moves it. */
class Stage {
  readonly clock = new FakeClock()
  readonly connection = new MemoryConnection()
  readonly stop = new AbortController()
  readonly notices: string[] = []
  readonly sent: { ms: number; message: Message }[] = []
  readonly player: Player
  readonly done: Promise<ReplayOutcome>
  outcome: ReplayOutcome | undefined

  constructor(items: readonly RecordingItem[], wish: Wish = {}) {
    const { connection, clock } = this
    const publish = connection.publish.bind(connection)
    connection.publish = (batch): Promise<PublishReport> => {
      for (const message of batch) this.sent.push({ ms: clock.monotonic() / 1000, message })
      return publish(batch)
    }
    const { files = [items], selection, changes, ...options } = wish
    this.player = new Player({
      source: {
        open: () => mergeRecordings(files.map((file) => inBatches(file))),
        rereadable: true,
        started: undefined
      },
      connection,
      clock,
      stop: this.stop.signal,
      speed: 1,
      rounds: 1,
      maxGap: Number.POSITIVE_INFINITY,
      skipInvalid: false,
      catchUp: false,
      drainTimeout: 1000,
      ackTimeout: 0,
      onWarning: () => undefined,
      onNotice: (text) => this.notices.push(text),
      ...options,
      patternRules: mqttGrammar,
      target: mqttTarget(),
      selection: { patterns: [], exclude: [], skip: 0, count: Number.POSITIVE_INFINITY, ...selection },
      changes: { rename: (channel) => channel, retain: 'keep', timestamps: [], ...changes }
    })
    this.done = this.player.run().then((outcome) => {
      this.outcome = outcome
      return outcome
    })
  }

  /** When each message was sent, in milliseconds, and its payload. */
  get log(): string[] {
    return this.sent.map(
      ({ ms, message }) => `${ms} ${message.channel} ${Buffer.from(payloadBytes(message))}`
    )
  }

  get times(): number[] {
    return this.sent.map(({ ms }) => ms)
  }

  async end(): Promise<ReplayOutcome> {
    await this.clock.advance(1_000_000_000)
    return this.done
  }
}

const three = [at(0), at(1000), at(3000)]

describe('when messages are sent', () => {
  test('at their distance from the first, as they were recorded', async () => {
    const stage = new Stage(three)
    const outcome = await stage.end()
    expect(stage.log).toEqual(['0 a 0', '1000 a 1000', '3000 a 3000'])
    expect(outcome).toMatchObject({ sent: 3, acknowledged: 3, ended: 'end' })
  })

  test.each([
    [2, [0, 500, 1500]],
    [0.1, [0, 10_000, 30_000]],
    [1000, [0, 1, 3]],
    [Number.POSITIVE_INFINITY, [0, 0, 0]]
  ])('at speed %d', async (speed, times) => {
    const stage = new Stage(three, { speed })
    await stage.end()
    expect(stage.times).toEqual(times)
  })

  test('without an error after two thousand thirds of a millisecond, although no due time is a whole number', async () => {
    const items = Array.from({ length: 2001 }, (_, index) => at(index))
    const stage = new Stage(items, { speed: 3 })
    await stage.end()
    expect(stage.times.at(-1)).toBeCloseTo(2000 / 3, 3)
    expect(stage.times.every((ms, index) => Math.abs(ms - index / 3) < 0.001)).toBe(true)
  })

  test('with recorded gaps cut to the greatest gap, before the speed counts', async () => {
    const stage = new Stage([at(0), at(100), at(60_100), at(60_200)], { maxGap: 1_000_000, speed: 2 })
    await stage.end()
    expect(stage.times).toEqual([0, 50, 550, 600])
  })

  test('merged by time from several recordings; equal times keep the order of the command line', async () => {
    const files = [[at(0, 'x'), at(20, 'x')], [at(10, 'y'), at(20, 'y'), at(40, 'y')], [at(5, 'z')]]
    const stage = new Stage([], { files })
    await stage.end()
    expect(stage.log).toEqual(['0 x 0', '5 z 5', '10 y 10', '20 x 20', '20 y 20', '40 y 40'])
  })

  test('on a schedule that a slow broker does not move, even if messages get late', async () => {
    const stage = new Stage([at(0), at(10), at(100)])
    stage.connection.answer = (batch) =>
      stage.clock
        .sleepUntil(50_000)
        .then(() => ({ acknowledged: batch.length, refused: [], unacknowledged: 0 }))
    await stage.end()
    expect(stage.times).toEqual([0, 10, 100])
  })
})

describe('rounds', () => {
  test.each([
    ['the average distance, where nothing else is known', {}, [0, 1000, 3000, 4500, 5500, 7500]],
    [
      'what the window adds before and behind',
      { to: parseReplayPoint('+4s') },
      [0, 1000, 3000, 4000, 5000, 7000]
    ]
  ])('keep a gap between them: %s', async (_, selection, times) => {
    const stage = new Stage(three, { rounds: 2, selection })
    await stage.end()
    expect(stage.times).toEqual(times)
  })

  test('keep the gap between the start of the recording and its first message', async () => {
    const source = { open: () => inBatches(three), rereadable: true, started: ORIGIN - 2_000_000 }
    const stage = new Stage([], { rounds: 3, source })
    await stage.end()
    expect(stage.times).toEqual([0, 1000, 3000, 5000, 6000, 8000, 10_000, 11_000, 13_000])
  })

  test('end if no message is selected, even endless rounds', async () => {
    const stage = new Stage(three, { rounds: Number.POSITIVE_INFINITY, selection: { patterns: ['b'] } })
    expect(await stage.end()).toMatchObject({ sent: 0, ended: 'end' })
  })

  test('move timestamps by the time of the rounds before', async () => {
    const items = [at(0, 'a', '{"t":1700000000}'), at(2000, 'a', '{"t":1700000002}')]
    const stage = new Stage(items, { rounds: 2, changes: { timestamps: [['t']] } })
    await stage.end()
    const start = Date.UTC(2026, 0, 1) / 1000
    expect(
      stage.sent.map(({ message }) => JSON.parse(Buffer.from(payloadBytes(message)).toString()).t - start)
    ).toEqual([0, 2, 4, 6])
  })
})

describe('the sent messages', () => {
  const mixed = [
    at(0, 'a/1'),
    at(1000, 'a/2'),
    at(2000, 'b/1'),
    at(3000, 'a/1'),
    at(4000, 'b/2'),
    at(5000, 'a/3')
  ]

  test.each<[string, Partial<ReplayOptions['selection']>, string[]]>([
    ['from an offset', { from: parseReplayPoint('+3s') }, ['3000', '4000', '5000']],
    ['to an offset, which is exclusive', { to: parseReplayPoint('+2s') }, ['0', '1000']],
    ['from a time', { from: parseReplayPoint('2026-11-23T10:00:04Z') }, ['4000', '5000']],
    ['from a time with an offset', { from: parseReplayPoint('2026-11-23T12:00:05+02:00') }, ['5000']],
    ['to a time of day', { to: parseReplayPoint('10:00:01.5') }, ['0', '1000']],
    ['channels', { patterns: ['a/+'] }, ['0', '1000', '3000', '5000']],
    ['several channels', { patterns: ['a/2', 'b/#'] }, ['1000', '2000', '4000']],
    ['without channels', { exclude: ['a/1', 'b/2'] }, ['1000', '2000', '5000']],
    ['behind the first ones', { skip: 4 }, ['4000', '5000']],
    ['so many', { count: 2 }, ['0', '1000']],
    [
      'everything combined',
      {
        from: parseReplayPoint('+1s'),
        to: parseReplayPoint('+6s'),
        patterns: ['a/#', 'b/1'],
        exclude: ['a/3'],
        skip: 1,
        count: 2
      },
      ['2000', '3000']
    ]
  ])('%s', async (_, selection, texts) => {
    const stage = new Stage(mixed, { selection })
    await stage.end()
    expect(stage.sent.map(({ message }) => Buffer.from(payloadBytes(message)).toString())).toEqual(texts)
    expect(stage.times[0]).toBe(0)
  })

  test('get other names, another QoS and retain flag, and lose the facts of a received message', async () => {
    const recorded: RecordingItem = {
      position: ORIGIN,
      message: {
        ...textMessage('plant/1', 'x', {
          guarantee: 0,
          mqtt: { retain: true, dup: true, subscriptionIds: [7] },
          expiry: 60
        }),
        headers: [['k', 'v']]
      }
    }
    const rename = channelMapping([parseChannelRule('plant/# -> p/#', GRAMMARS)], 'test', GRAMMARS)
    const stage = new Stage([recorded], { changes: { rename, guarantee: 2, retain: 'clear' } })
    await stage.end()
    expect(stage.sent[0]?.message).toEqual({
      channel: 'test/p/1',
      payload: Buffer.from('x'),
      headers: [['k', 'v']],
      guarantee: 2,
      expiry: 60,
      mqtt: { retain: false }
    })
  })

  test('are right with every flag at once: window, channels, mapping, gap, speed and rounds', async () => {
    const stage = new Stage(mixed, {
      speed: 2,
      rounds: 2,
      maxGap: 1_500_000,
      selection: {
        from: parseReplayPoint('+1s'),
        to: parseReplayPoint('+6s'),
        patterns: ['a/#'],
        exclude: ['a/9'],
        skip: 0,
        count: 3
      },
      changes: {
        rename: channelMapping([parseChannelRule('a/# -> z/#', GRAMMARS)], 't', GRAMMARS),
        guarantee: 0,
        retain: 'set'
      }
    })
    await stage.end()
    expect(stage.log).toEqual([
      '0 t/z/2 1000',
      '750 t/z/1 3000',
      '1500 t/z/3 5000',
      '2000 t/z/2 1000',
      '2750 t/z/1 3000',
      '3500 t/z/3 5000'
    ])
    expect(stage.sent.every(({ message }) => message.guarantee === 0 && isRetained(message))).toBe(true)
  })
})

describe('a broken line', () => {
  test('ends the replay after everything before it was sent and acknowledged', async () => {
    const stage = new Stage([at(0), at(1000), brokenAt(1000), at(2000)])
    const outcome = await stage.end()
    expect(stage.times).toEqual([0, 1000])
    expect(outcome).toMatchObject({ sent: 2, acknowledged: 2, sourceError: { code: 'bad-envelope' } })
  })

  test('is counted and left out, if the user asks for that', async () => {
    const stage = new Stage([at(0), brokenAt(0), brokenAt(0), at(2000)], { skipInvalid: true })
    expect(await stage.end()).toMatchObject({ sent: 2, invalid: 2, sourceError: undefined })
  })

  test('after the end of the window does not matter', async () => {
    const stage = new Stage([at(0), at(5000), brokenAt(5000)], { selection: { to: parseReplayPoint('+1s') } })
    expect(await stage.end()).toMatchObject({ sent: 1, sourceError: undefined })
  })
})

describe('steering', () => {
  const seconds = Array.from({ length: 60 }, (_, index) => at(index * 1000))

  test('a pause holds everything, and the replay continues where it stopped', async () => {
    const stage = new Stage(seconds)
    await stage.clock.advance(2500)
    stage.player.togglePause()
    await stage.clock.advance(10_000)
    expect(stage.player.progress).toMatchObject({ paused: true, position: 2_500_000 })
    stage.player.togglePause()
    await stage.clock.advance(1000)
    expect(stage.times).toEqual([0, 1000, 2000, 13_000])
  })

  test('a step sends the next message now and pauses after it', async () => {
    const stage = new Stage(seconds)
    await stage.clock.advance(1500)
    stage.player.step()
    await settle()
    stage.player.step()
    await settle()
    await stage.clock.advance(5000)
    expect(stage.log).toEqual(['0 a 0', '1000 a 1000', '1500 a 2000', '1500 a 3000'])
    stage.player.togglePause()
    await stage.clock.advance(1000)
    expect(stage.log.at(-1)).toBe('7500 a 4000')
  })

  test('a new speed counts from now on', async () => {
    const stage = new Stage(seconds)
    await stage.clock.advance(2000)
    stage.player.setSpeed((speed) => speed * 4)
    await stage.clock.advance(500)
    expect(stage.times).toEqual([0, 1000, 2000, 2250, 2500])
  })

  test('a seek forward skips the messages between', async () => {
    const stage = new Stage(seconds)
    await stage.clock.advance(1500)
    stage.player.seek(10_000_000)
    await stage.clock.advance(1000)
    expect(stage.log).toEqual(['0 a 0', '1000 a 1000', '2000 a 12000'])
    stage.player.quit()
    expect(await stage.done).toMatchObject({ passed: 10, ended: 'quit' })
  })

  test('a seek back sends messages again, at most from the beginning', async () => {
    const stage = new Stage(seconds)
    await stage.clock.advance(2500)
    stage.player.seek(-1_000_000)
    await stage.clock.advance(500)
    expect(stage.log.slice(3)).toEqual(['3000 a 2000'])
    stage.player.seek(-10_000_000)
    await settle()
    expect(stage.log.slice(4)).toEqual(['3000 a 0'])
  })

  test('a seek beyond the end ends the replay', async () => {
    const stage = new Stage(three)
    await settle()
    stage.player.seek(10_000_000)
    expect(await stage.done).toMatchObject({ sent: 1, passed: 2, ended: 'end' })
  })

  test('a recording that can be read only once cannot go back, and the user is told so', async () => {
    const source = { open: () => inBatches(seconds), rereadable: false, started: undefined }
    const stage = new Stage([], { source })
    await stage.clock.advance(2500)
    stage.player.seek(-1_000_000)
    await stage.clock.advance(500)
    expect(stage.notices).toEqual(['cannot go back: stdin can be read only once'])
    expect(stage.times).toEqual([0, 1000, 2000, 3000])
  })

  test('quit and stop end a paused replay, too', async () => {
    const quit = new Stage(seconds)
    quit.player.togglePause()
    quit.player.quit()
    expect((await quit.done).ended).toBe('quit')
    const stopped = new Stage(seconds)
    stopped.player.togglePause()
    await settle()
    stopped.stop.abort('SIGINT')
    expect((await stopped.done).ended).toBe('stop')
  })
})

test('at infinite speed the position is that of the last message', async () => {
  const stage = new Stage(three, { speed: Number.POSITIVE_INFINITY })
  await stage.done
  expect(stage.player.progress.position).toBe(3_000_000)
})

const every100 = Array.from({ length: 20 }, (_, index) => at(index * 100))

describe('a process that was stopped', () => {
  test('continues where it was, without a burst', async () => {
    const stage = new Stage(every100)
    await stage.clock.advance(250)
    stage.clock.jump(5000)
    stage.player.stoodStill()
    await stage.clock.advance(250)
    expect(stage.times).toEqual([0, 100, 200, 5250, 5350, 5450])
  })

  test('stays paused if it was paused', async () => {
    const stage = new Stage(every100)
    await stage.clock.advance(150)
    stage.player.togglePause()
    await settle()
    stage.clock.jump(5000)
    stage.player.stoodStill()
    await stage.clock.advance(1000)
    stage.player.togglePause()
    await stage.clock.advance(100)
    expect(stage.times).toEqual([0, 100, 6200])
  })

  test('catches up at once, if the user asks for that', async () => {
    const stage = new Stage(every100, { catchUp: true })
    await stage.clock.advance(250)
    stage.clock.jump(300)
    stage.player.stoodStill()
    await stage.clock.advance(0)
    expect(stage.times).toEqual([0, 100, 200, 550, 550, 550])
  })

  test('does not count that time as waiting for acknowledgements', async () => {
    const stage = new Stage(every100, { ackTimeout: 1000 })
    let acknowledge = () => {}
    const acknowledged = new Promise<void>((resolve) => {
      acknowledge = resolve
    })
    stage.connection.answer = async (batch) => {
      await acknowledged
      return { acknowledged: batch.length, refused: [], unacknowledged: 0 }
    }
    await stage.clock.advance(50)
    stage.clock.jump(60_000)
    stage.player.stoodStill()
    await settle()
    acknowledge()
    await stage.clock.advance(5000)
    expect(await stage.done).toMatchObject({ stalled: false, acknowledged: 20 })
  })
})

describe('an outage', () => {
  test('holds the replay, which continues where it was, without a burst', async () => {
    const stage = new Stage(every100)
    await stage.clock.advance(250)
    stage.player.connectionLost()
    await stage.clock.advance(5000)
    expect(stage.player.progress.outage).toBe(true)
    stage.player.connectionRestored()
    await stage.clock.advance(200)
    expect(stage.times).toEqual([0, 100, 200, 5300, 5400])
  })

  test('is made up for at once, if the user asks for that', async () => {
    const stage = new Stage(every100, { catchUp: true })
    await stage.clock.advance(250)
    stage.player.connectionLost()
    await stage.clock.advance(300)
    stage.player.connectionRestored()
    await stage.clock.advance(100)
    expect(stage.times).toEqual([0, 100, 200, 300, 400, 500, 600])
  })

  test('that is final ends the replay, with everything counted', async () => {
    const stage = new Stage(every100)
    stage.connection.answer = () => new Promise(() => undefined)
    await stage.clock.advance(150)
    stage.connection.end(new TidingsError('unfinished', 'session taken over', { code: 'session-taken-over' }))
    expect(await stage.done).toMatchObject({
      sent: 2,
      acknowledged: 0,
      unacknowledged: 2,
      connectionError: { code: 'session-taken-over' }
    })
  })
})

describe('the end of a replay', () => {
  test('comes only after every answer', async () => {
    const stage = new Stage(three)
    const answers: (() => void)[] = []
    stage.connection.answer = (batch) =>
      new Promise((resolve) =>
        answers.push(() => resolve({ acknowledged: batch.length, refused: [], unacknowledged: 0 }))
      )
    await stage.clock.advance(10_000)
    expect(stage.sent).toHaveLength(3)
    expect(stage.outcome).toBeUndefined()
    for (const answer of answers) answer()
    expect(await stage.done).toMatchObject({ acknowledged: 3 })
  })

  test('comes if nothing was acknowledged for too long', async () => {
    const stage = new Stage(three, { ackTimeout: 30_000 })
    stage.connection.answer = () => new Promise(() => undefined)
    await stage.clock.advance(40_000)
    expect(await stage.done).toMatchObject({ stalled: true, unacknowledged: 3 })
  })

  test('is without a further message after a stop that comes while the file is read', async () => {
    let arrive = () => {}
    const reading = new Promise<void>((resolve) => {
      arrive = resolve
    })
    async function* slowly(): AsyncGenerator<RecordingItem[]> {
      yield [at(0)]
      await reading
      yield [at(0)]
    }
    const source = { open: () => mergeRecordings([slowly()]), rereadable: true, started: undefined }
    const stage = new Stage([], { source })
    await settle()
    stage.stop.abort('SIGINT')
    arrive()
    expect(await stage.end()).toMatchObject({ ended: 'stop', sent: 1, acknowledged: 1, unacknowledged: 0 })
  })

  test('waits for the broker at most for the drain timeout after a stop', async () => {
    const stage = new Stage(three)
    stage.connection.answer = () => new Promise(() => undefined)
    await settle()
    stage.stop.abort('SIGINT')
    expect(await stage.done).toMatchObject({ ended: 'stop', unacknowledged: 1 })
    expect(stage.connection.drains).toEqual([1000])
  })

  test('the number of messages in flight is bounded', async () => {
    const items = Array.from({ length: 20_000 }, (_, index) => at(index))
    const stage = new Stage(items, { speed: Number.POSITIVE_INFINITY })
    stage.connection.answer = () => new Promise(() => undefined)
    await settle()
    await settle()
    expect(stage.sent.length).toBeGreaterThan(1000)
    expect(stage.sent.length).toBeLessThan(10_000)
    stage.stop.abort('SIGINT')
    await stage.done
  })
})
