import { expect, test } from 'vitest'
import { ByteWriter } from '../../src/core/byte-writer.js'
import { TidingsError } from '../../src/core/errors.js'
import type { RecordingFiles } from '../../src/core/recording/recording-files.js'
import { type BrowseOptions, browseChannels } from '../../src/operations/browse-channels.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { FakeClock, settle } from '../support/fake-clock.js'
import { MemoryConnection } from '../support/memory-connection.js'
import { messageOn, observed } from '../support/observed.js'

/** Files in memory. Once `full` is set, appending fails. */
function memoryFiles() {
  const text = new ByteWriter()
  const state = { text: () => Buffer.from(text.take()).toString(), closed: 0, full: false }
  const files: RecordingFiles = {
    create: async () => ({
      size: 0,
      append: async (lines) => {
        if (state.full)
          throw new TidingsError('output', 'cannot write: the disk is full', { code: 'disk-full' })
        text.writeBytes(lines)
      },
      close: async () => void state.closed++
    }),
    discard: () => undefined,
    continue: async () => {
      throw new Error('nothing is continued here')
    }
  }
  return { files, state }
}

type Place = { connection: MemoryConnection; state: ReturnType<typeof memoryFiles>['state'] }
type Shown = Parameters<BrowseOptions<unknown>['show']>

function start<Exit>(shown: (actions: Shown[0], signal: Shown[1], place: Place) => Promise<Exit>) {
  const connection = new MemoryConnection()
  const catalogue = observed([])
  const stop = new AbortController()
  const lost: TidingsError[] = []
  const { files, state } = memoryFiles()
  const patterns = [{ pattern: '#' }]
  const show: BrowseOptions<Exit>['show'] = (actions, signal) => shown(actions, signal, { connection, state })
  const clock = new FakeClock()
  const ended = browseChannels({
    connection,
    catalogue,
    clock,
    patterns,
    patternRules: mqttGrammar,
    stop: stop.signal,
    files,
    tidings: '1',
    onSubscribed: () => undefined,
    onLost: (failure) => lost.push(failure),
    openOutput: () => {
      throw new Error('nothing is streamed here')
    },
    onStreaming: () => undefined,
    follow: async () => undefined,
    show
  })
  return { connection, catalogue, clock, stop, state, lost, ended }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve())
  })

test('received messages fill the catalogue while it is shown; the connection is closed afterwards', async () => {
  let leave: () => void = () => undefined
  const { connection, catalogue, ended } = start(
    () =>
      new Promise<string>((resolve) => {
        leave = () => resolve('left')
      })
  )
  await connection.whenSubscribed
  await connection.receive([messageOn('a', '1')])
  expect(catalogue.get('a')?.count).toBe(1)
  leave()
  expect(await ended).toBe('left')
  expect(connection.drains).toEqual([1000])
})

test('a flood of messages lets the screen and the keys have their turn every few hundred messages', async () => {
  const { connection, catalogue, clock, stop, ended } = start((_, signal) => aborted(signal))
  await connection.whenSubscribed
  await settle()
  const hundred = Array.from({ length: 100 }, () => messageOn('a', '1'))
  const receipts = [1, 2, 3, 4, 5].map(() => connection.receive(hundred))
  expect(receipts.map((receipt) => receipt instanceof Promise)).toEqual([false, false, false, true, false])
  expect(catalogue.get('a')?.count).toBe(500)
  const settled = Promise.resolve(receipts[3])
  await clock.advance(1)
  await settled
  stop.abort()
  await ended
})

test('a recording gets the messages that its patterns match, until it is stopped', async () => {
  const { state, ended } = start(async ({ record }, _, { connection }) => {
    await connection.whenSubscribed
    await connection.receive([messageOn('a/x', '"before"')])
    const recording = await record(['a/#'], 'file.jsonl')
    await connection.receive([messageOn('a/x', '"during"'), messageOn('b', '"other"')])
    expect(recording.count()).toBe(1)
    await recording.stop()
    await connection.receive([messageOn('a/x', '"after"')])
  })
  await ended
  const lines = state.text().trimEnd().split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toContain('"recording"')
  expect(lines[1]).toContain('"during"')
  expect(state.closed).toBe(1)
})

test('a recording that can no longer be written ends alone, and gives the reason at once and when it is stopped', async () => {
  const { catalogue, ended } = start(async ({ record }, _, { connection, state }) => {
    await connection.whenSubscribed
    const told: unknown[] = []
    const recording = await record(['#'], 'file.jsonl', (error) => told.push(error))
    state.full = true
    await connection.receive([messageOn('a', '1')])
    expect(told).toMatchObject([{ code: 'disk-full' }])
    await connection.receive([messageOn('a', '2')])
    expect(told).toHaveLength(1)
    await expect(recording.stop()).rejects.toMatchObject({ code: 'disk-full' })
  })
  await ended
  expect(catalogue.get('a')?.count).toBe(2)
})

test('a recording that is still running when the user leaves is closed', async () => {
  const { state, ended } = start(async ({ record }, _, { connection }) => {
    await connection.whenSubscribed
    await record(['#'], 'file.jsonl')
  })
  await ended
  expect(state.closed).toBe(1)
})

test('a connection that ends for good is told, does not end the showing, and is the failure once the user has left', async () => {
  let leave: () => void = () => undefined
  const { connection, lost, ended } = start(
    (_, signal) =>
      new Promise<boolean>((resolve) => {
        leave = () => resolve(signal.aborted)
      })
  )
  const failed = expect(ended).rejects.toMatchObject({ code: 'connection-lost' })
  await connection.whenSubscribed
  await settle()
  connection.end(new TidingsError('unfinished', 'connection lost', { code: 'connection-lost' }))
  await settle()
  expect(lost).toMatchObject([{ code: 'connection-lost' }])
  leave()
  await failed
})

test('a subscription that is refused ends the showing at once, and is the failure', async () => {
  const { connection, lost, ended } = start((_, signal) => aborted(signal))
  connection.grants = [{ pattern: '#', guarantee: undefined, reason: 'not authorized' }]
  await expect(ended).rejects.toMatchObject({ code: 'subscribe-refused' })
  expect(lost).toEqual([])
})

test('a stop signal ends the view without a failure', async () => {
  const { connection, stop, ended } = start((_, signal) => aborted(signal))
  await connection.whenSubscribed
  stop.abort('SIGTERM')
  await expect(ended).resolves.toBeUndefined()
})
