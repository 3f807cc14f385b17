import { expect, it } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import type { RecordingFiles } from '../../src/core/recording/recording-files.js'
import { record } from '../../src/operations/record.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { connectionOptions } from '../support/connection-options.js'
import { FakeClock, settle } from '../support/fake-clock.js'
import { MemoryConnection, textMessage } from '../support/memory-connection.js'

/** Files on a disk that takes the header, and then does not finish an append until `fail` makes the disk full. */
function slowDisk() {
  let fail = () => {}
  let appended = 0
  const state = { closed: 0, fail: () => fail() }
  const files: RecordingFiles = {
    create: async () => ({
      size: 0,
      append: () =>
        appended++ === 0
          ? Promise.resolve()
          : new Promise((_, reject) => {
              fail = () => reject(new TidingsError('output', 'cannot write: full', { code: 'disk-full' }))
            }),
      close: async () => void state.closed++
    }),
    discard: () => undefined,
    continue: () => Promise.reject(new Error('nothing is continued here'))
  }
  return { files, state }
}

it('a recording that is stopped while its last entries cannot be written is a failure', async () => {
  const connection = new MemoryConnection()
  const { files, state } = slowDisk()
  const stop = new AbortController()
  const recording = record({
    protocol: { open: async () => connection, grammar: mqttGrammar },
    options: connectionOptions('mqtt://memory'),
    wish: { patterns: ['a'], subscriptions: [{ pattern: 'a', guarantee: 1 }] },
    files,
    clock: new FakeClock(),
    stop: stop.signal,
    output: 'a.jsonl',
    mode: 'new',
    rotate: undefined,
    tidings: '1',
    onOpen: () => {},
    onSubscribed: () => {}
  })
  await connection.whenSubscribed
  Promise.resolve(connection.receive([textMessage('a')])).catch(() => {})
  // The entry is being written.
  await settle()
  stop.abort('SIGINT')
  state.fail()
  await expect(recording).rejects.toMatchObject({ kind: 'output', code: 'disk-full' })
  expect(state.closed).toBe(1)
})

it('a recording whose next file cannot be made fails with that error, and closes each file once', async () => {
  const connection = new MemoryConnection()
  const clock = new FakeClock()
  let closed = 0
  const made: string[] = []
  const files: RecordingFiles = {
    create: async (name) => {
      made.push(name)
      if (made.length > 1) throw new TidingsError('output', 'it exists', { code: 'file-exists' })
      return { size: 0, append: () => Promise.resolve(), close: async () => void closed++ }
    },
    discard: () => undefined,
    continue: () => Promise.reject(new Error('nothing is continued here'))
  }
  const recording = record({
    protocol: { open: async () => connection, grammar: mqttGrammar },
    options: connectionOptions('mqtt://memory'),
    wish: { patterns: ['a'], subscriptions: [{ pattern: 'a', guarantee: 1 }] },
    files,
    clock,
    stop: new AbortController().signal,
    output: 'a.jsonl',
    mode: 'new',
    rotate: { duration: 1_000_000 },
    tidings: '1',
    onOpen: () => {},
    onSubscribed: () => {}
  })
  recording.catch(() => undefined)
  await connection.whenSubscribed
  await settle()
  await clock.advance(2000)
  await expect(Promise.resolve(connection.receive([textMessage('a')]))).rejects.toThrow('it exists')
  connection.end(new TidingsError('output', 'it exists', { code: 'file-exists' }))
  await expect(recording).rejects.toMatchObject({ code: 'file-exists' })
  expect({ made, closed }).toEqual({ made: ['a-0001.jsonl', 'a-0002.jsonl'], closed: 1 })
})

it.each([
  { mode: 'overwrite', made: [] },
  { mode: 'new', made: ['a.jsonl'] }
] as const)('a refused subscription leaves the file that it was to replace: $mode', async (wish) => {
  const connection = new MemoryConnection()
  connection.grants = [{ pattern: 'a', guarantee: undefined, reason: 'not authorized' }]
  const made: string[] = []
  const files: RecordingFiles = {
    create: async (name) => {
      made.push(name)
      return { size: 0, append: () => Promise.resolve(), close: () => Promise.resolve() }
    },
    discard: () => undefined,
    continue: () => Promise.reject(new Error('nothing is continued here'))
  }
  const recording = record({
    protocol: { open: async () => connection, grammar: mqttGrammar },
    options: connectionOptions('mqtt://memory'),
    wish: { patterns: ['a'], subscriptions: [{ pattern: 'a', guarantee: 1 }] },
    ...{ files, mode: wish.mode, clock: new FakeClock(), stop: new AbortController().signal },
    output: 'a.jsonl',
    rotate: undefined,
    tidings: '1',
    onOpen: () => {},
    onSubscribed: () => {}
  })
  await expect(recording).rejects.toMatchObject({ code: 'subscribe-refused' })
  expect(made).toEqual(wish.made)
})

it('a file that cannot be replaced ends the recording, although no message has come', async () => {
  const connection = new MemoryConnection()
  const full = new TidingsError('output', 'cannot write: full', { code: 'disk-full' })
  const recording = record({
    protocol: { open: async () => connection, grammar: mqttGrammar },
    options: connectionOptions('mqtt://memory'),
    wish: { patterns: ['a'], subscriptions: [{ pattern: 'a', guarantee: 1 }] },
    files: {
      create: () => Promise.reject(full),
      discard: () => undefined,
      continue: () => Promise.reject(new Error('nothing is continued here'))
    },
    ...{ clock: new FakeClock(), stop: new AbortController().signal },
    output: 'a.jsonl',
    mode: 'overwrite',
    rotate: undefined,
    tidings: '1',
    onOpen: () => {},
    onSubscribed: () => {}
  })
  await expect(recording).rejects.toBe(full)
})
