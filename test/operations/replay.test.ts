import { expect, test } from 'vitest'
import type { ConnectionOptions } from '../../src/core/connection.js'
import { TidingsError } from '../../src/core/errors.js'
import type { RecordingItem } from '../../src/core/recording/recording-item.js'
import { dryRun } from '../../src/operations/dry-run.js'
import { type BrokerReplayOptions, replay } from '../../src/operations/replay.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { connectionOptions } from '../support/connection-options.js'
import { FakeClock } from '../support/fake-clock.js'
import { MemoryConnection, textMessage } from '../support/memory-connection.js'
import { mqttTarget } from '../support/mqtt-target.js'

const at = (ms: number): RecordingItem => ({ position: ms * 1000, message: textMessage(`at-${ms}`) })

/** The options of a replay of these entries, except the connection. */
function wish(items: readonly RecordingItem[], clock: FakeClock) {
  return {
    source: {
      async *open() {
        yield items
      },
      rereadable: true,
      started: undefined
    },
    clock,
    stop: new AbortController().signal,
    target: mqttTarget(),
    speed: 1,
    rounds: 1,
    maxGap: Number.POSITIVE_INFINITY,
    catchUp: false,
    skipInvalid: false,
    patternRules: mqttGrammar,
    selection: {},
    changes: { rename: (channel: string) => channel, retain: 'keep' as const, timestamps: [] },
    onNotice: () => undefined,
    onWarning: () => undefined
  }
}

/** A replay over a connection for which the test makes the notices. */
function replaying(items: readonly RecordingItem[], more: Partial<BrokerReplayOptions> = {}) {
  const clock = new FakeClock()
  const connection = new MemoryConnection()
  const notices: string[] = []
  let asked: ConnectionOptions | undefined
  const outcome = replay({
    ...wish(items, clock),
    drainTimeout: 700,
    ackTimeout: 0,
    protocol: {
      open: async (options) => {
        asked = options
        return connection
      }
    },
    options: connectionOptions('mqtt://memory', { onNotice: ({ kind }) => notices.push(kind) }),
    onConnected: async () => () => undefined,
    ...more
  })
  const notice = (kind: 'reconnecting' | 'reconnected') => asked?.onNotice({ kind, text: kind })
  return { clock, connection, notices, notice, outcome }
}

test('a replay stands still while the connection is lost, and passes on the notices of the connection', async () => {
  const { clock, connection, notices, notice, outcome } = replaying([at(0), at(1000)])
  await clock.advance(500)
  notice('reconnecting')
  await clock.advance(60_000)
  expect(connection.batches).toHaveLength(1)
  notice('reconnected')
  await clock.advance(499)
  expect(connection.batches).toHaveLength(1)
  await clock.advance(1)
  expect(connection.batches).toHaveLength(2)
  expect(await outcome).toMatchObject({ sent: 2, acknowledged: 2, ended: 'end' })
  expect(notices).toEqual(['reconnecting', 'reconnected'])
})

test('the display of a replay begins before anything is sent, and ends before the connection is closed', async () => {
  const told: string[] = []
  const { clock, connection, outcome } = replaying([at(0)], {
    onConnected: async ({ progress }) => {
      told.push(`begins with ${progress.sent} sent`)
      return () => told.push(`ends with ${connection.drains.length} closed`)
    }
  })
  await clock.advance(0)
  await outcome
  expect(told).toEqual(['begins with 0 sent', 'ends with 0 closed'])
  expect(connection.drains).toEqual([700])
})

test('a replay that cannot connect begins no display', async () => {
  const failure = new TidingsError('connect', 'cannot connect', { code: 'refused' })
  const { outcome } = replaying([at(0)], {
    protocol: { open: () => Promise.reject(failure) },
    onConnected: () => Promise.reject(new Error('it was shown'))
  })
  await expect(outcome).rejects.toBe(failure)
})

test('a dry run shows each message with the time at which it would be sent, and takes no time', async () => {
  const clock = new FakeClock()
  const shown: [string | undefined, number][] = []
  const outcome = await dryRun({
    ...wish([at(0), at(1500), at(9000)], clock),
    show: ([message], due) => void shown.push([message?.channel, due])
  })
  expect(shown).toEqual([
    ['at-0', 0],
    ['at-1500', 1_500_000],
    ['at-9000', 9_000_000]
  ])
  expect(outcome).toMatchObject({ sent: 3, acknowledged: 3, elapsed: 9_000_000 })
  expect(clock.monotonic()).toBe(0)
})

test('a dry run ends if its output cannot be written', async () => {
  const full = new TidingsError('output', 'cannot write: full', { code: 'disk-full' })
  const outcome = await dryRun({
    ...wish([at(0), at(1500)], new FakeClock()),
    show: () => Promise.reject(full)
  })
  expect(outcome).toMatchObject({ sent: 1, acknowledged: 0, connectionError: full })
})
