import { describe, expect, it } from 'vitest'
import type { ConnectionNotice, ConnectionOptions } from '../../src/core/connection.js'
import { TidingsError } from '../../src/core/errors.js'
import {
  type BrowseSourceOptions,
  browseSource,
  type SourceView
} from '../../src/operations/browse-source.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { connectionOptions } from '../support/connection-options.js'
import { FakeClock } from '../support/fake-clock.js'
import { MemoryConnection } from '../support/memory-connection.js'
import { memoryDocuments } from '../support/memory-documents.js'
import { messageOn, observed } from '../support/observed.js'

const DOCUMENT = 'a.yaml'

function browsing(
  source: 'broker' | 'recording',
  look: (
    view: SourceView,
    connection: MemoryConnection,
    notice: ConnectionOptions['onNotice'],
    clock: FakeClock
  ) => Promise<string>
) {
  const connection = new MemoryConnection({ server: { host: 'memory', protocol: 'mqtt' } })
  const notices: string[] = []
  const { files: documents, written } = memoryDocuments()
  const broker = connectionOptions('mqtt://ada:secret@memory', { onNotice: ({ text }) => notices.push(text) })
  let notice: ConnectionOptions['onNotice'] = () => undefined
  const clock = new FakeClock(0)
  const options: BrowseSourceOptions<string> = {
    source:
      source === 'broker'
        ? { broker }
        : {
            recording: {
              name: 'r.jsonl',
              async *open() {
                yield [{ position: 1, message: messageOn('recorded', '1') }]
              }
            }
          },
    protocol: {
      grammar: mqttGrammar,
      describeServer: () => undefined,
      open: async ({ onNotice }) => {
        notice = onNotice
        return connection
      }
    },
    patterns: [{ pattern: '#' }],
    catalogue: observed([]),
    clock,
    stop: new AbortController().signal,
    files: {
      create: () => Promise.reject(),
      continue: () => Promise.reject(),
      discard: () => undefined
    },
    tidings: '1',
    rules: {},
    documents,
    openOutput: () => ({
      write: () => undefined,
      readerGone: new AbortController().signal,
      close: () => undefined
    }),
    onStreaming: () => undefined,
    show: (view) => look(view, connection, notice, clock)
  }
  return { exit: browseSource(options), connection, notices, written }
}

const lost: ConnectionNotice = { kind: 'reconnecting', text: 'lost', reason: 'reset' }
const stillLost: ConnectionNotice = { kind: 'reconnecting', text: 'cannot connect', reason: 'refused' }
const back: ConnectionNotice = { kind: 'reconnected', text: 'back' }

describe('browsing a broker', () => {
  it('shows the broker under its URL, and the view gets notices of the connection once it has started', async () => {
    const shown: string[] = []
    const { exit, notices, connection } = browsing('broker', async ({ title, onStart }, _, notice) => {
      notice(lost)
      onStart((line) => shown.push(line))
      notice(back)
      return title
    })
    expect(await exit).toBe('mqtt://memory')
    expect([notices, shown]).toEqual([['lost'], ['back']])
    expect(connection.drains).toHaveLength(1)
  })

  it('knows how it stands with the connection, since when, and why it is down', async () => {
    const { exit } = browsing('broker', async ({ state }, connection, notice, clock) => {
      expect(state()).toEqual({ kind: 'connecting', since: 0 })
      await connection.whenSubscribed
      await clock.advance(1)
      expect(state()).toEqual({ kind: 'live', since: 0 })
      await clock.advance(1)
      notice(lost)
      await clock.advance(1)
      expect(state()).toEqual({ kind: 'reconnecting', since: 2000, reason: 'reset', tries: 0 })
      notice(stillLost)
      expect(state()).toEqual({ kind: 'reconnecting', since: 2000, reason: 'refused', tries: 0 })
      notice(back)
      expect(state()).toEqual({ kind: 'live', since: 3000 })
      connection.end(new TidingsError('unfinished', 'taken over', { code: 'taken-over' }))
      await clock.advance(1)
      expect(state()).toEqual({ kind: 'ended', since: 3000, reason: 'taken over' })
      notice(back)
      return state().kind
    })
    await expect(exit).rejects.toMatchObject({ code: 'taken-over' })
  })

  it('can publish, and export what was observed by then, with the server', async () => {
    const { exit, written, connection } = browsing('broker', async (view, { whenSubscribed }) => {
      await whenSubscribed
      await connection.receive([messageOn('seen', '1')])
      await view.actions.publish?.([messageOn('sent', '1')])
      const { undocumented } = await view.exportCatalogue(DOCUMENT)
      return undocumented.map(({ address }) => address).join()
    })
    expect(await exit).toBe('seen')
    expect(connection.batches).toHaveLength(1)
    expect(written.get(DOCUMENT)).toContain('title: Channels of memory')
    expect(written.get(DOCUMENT)).toContain('host: memory')
  })
})

describe('browsing a recording', () => {
  it('shows the recording under its name; what is held of it can be saved, and there is nothing to publish to and to record from', async () => {
    const { exit } = browsing(
      'recording',
      async ({ title, actions, state }) => `${title} ${state().kind} ${Object.keys(actions)}`
    )
    expect(await exit).toBe('r.jsonl recorded save')
  })

  it('can export the channels of the recording', async () => {
    const { exit, written } = browsing('recording', async ({ exportCatalogue }) => {
      await exportCatalogue(DOCUMENT)
      const again = await exportCatalogue(DOCUMENT)
      return again.matched.length.toString()
    })
    expect(await exit).toBe('1')
    expect(written.get(DOCUMENT)).toContain('title: Channels of a recording')
    expect(written.get(DOCUMENT)).toContain('address: recorded')
  })
})
