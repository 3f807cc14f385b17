import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../../src/core/errors.js'
import type { Message } from '../../../src/core/message.js'
import { payloadBytes } from '../../../src/core/message.js'
import { mqttGrammar } from '../../../src/transport/mqtt/channel-grammar.js'
import { mqttCapabilities } from '../../../src/transport/mqtt/mqtt-capabilities.js'
import type { BrowserActions, BrowserExit } from '../../../src/ui/channel-browser/browser-actions.js'
import type { JobControl } from '../../../src/ui/channel-browser/browser-options.js'
import { runChannelBrowser } from '../../../src/ui/channel-browser/run-channel-browser.js'
import { FakeClock } from '../../support/fake-clock.js'
import { catalogueOf, messageAt, NOON } from './browser-in-test.js'
import { FakeTerminal } from './fake-terminal.js'
import { houseMessages } from './house.js'

interface Running {
  readonly terminal: FakeTerminal
  readonly clock: FakeClock
  readonly stop: AbortController
  readonly exit: Promise<BrowserExit>
  readonly catalogue: ReturnType<typeof catalogueOf>
  readonly lastResorts: Set<() => void>
  show: (line: string) => void
  /** Presses keys and lets the browser draw. */
  press(keys: string): Promise<string[]>
  /** Lets the browser draw until the screen has that text. */
  until(text: string): Promise<string>
}

function start(
  actions: BrowserActions = {},
  terminal = new FakeTerminal(),
  messages = houseMessages(),
  jobs?: JobControl
): Running {
  const clock = new FakeClock(NOON + 60_000_000)
  const stop = new AbortController()
  const catalogue = catalogueOf(messages)
  const lastResorts = new Set<() => void>()
  let shown: (line: string) => void = () => {}
  return {
    terminal,
    clock,
    stop,
    catalogue,
    lastResorts,
    show: (line) => shown(line),
    exit: runChannelBrowser({
      catalogue,
      grammar: mqttGrammar,
      title: 'mqtt://localhost:1883',
      state: () => ({ kind: 'live', since: NOON }),
      terminal,
      clock,
      actions,
      jobs,
      signal: stop.signal,
      lastResort: (restore) => {
        lastResorts.add(restore)
        return () => lastResorts.delete(restore)
      },
      onStart: (show) => {
        shown = show
      }
    }),
    async until(text) {
      for (let turn = 0; turn < 1000; turn++) {
        await clock.advance(60)
        const screen = (await terminal.screen()).join('\n')
        if (screen.includes(text)) return screen
      }
      throw new Error(`the screen never had "${text}":\n${(await terminal.screen()).join('\n')}`)
    },
    async press(keys) {
      terminal.press(keys)
      await clock.advance(60)
      await clock.advance(60)
      return terminal.screen()
    }
  }
}

/** Messages can be written and published. */
const composing: BrowserActions = {
  compose: { capabilities: mqttCapabilities.mqtt },
  publish: async (batch) => ({ acknowledged: batch.length, refused: [], unacknowledged: 0 })
}

async function hasOwnScreen(terminal: FakeTerminal): Promise<boolean> {
  await terminal.screen()
  return terminal.emulator.buffer.active.type === 'alternate'
}

const recorded: BrowserActions['record'] = async (_patterns, file) => ({
  file,
  count: () => 3,
  stop: async () => {}
})

describe('the running channel browser', () => {
  it('shows what the catalogue has, and what comes while it runs', async () => {
    const { terminal, clock, catalogue, stop, exit } = start()
    await clock.advance(60)
    expect((await terminal.screen())[0]).toContain('7 channels')
    catalogue.observe([messageAt(61, 'garden/pump', 'on')])
    await clock.advance(60)
    expect((await terminal.screen())[0]).toContain('8 channels')
    stop.abort()
    await exit
  })

  it('ends with q, and gives the terminal back as it was', async () => {
    const { terminal, press, exit, lastResorts } = start()
    expect(await terminal.isRestored()).toBe(false)
    await press('q')
    expect(await exit).toEqual({ kind: 'quit' })
    expect(await terminal.isRestored()).toBe(true)
    expect(lastResorts.size).toBe(0)
  })

  it('ends with Ctrl-C, also while something is being typed', async () => {
    const { press, exit } = start()
    await press('fkit')
    await press('\x03')
    expect(await exit).toEqual({ kind: 'quit' })
  })

  it('gives the terminal back when the signal that it was handed aborts (SIGTERM)', async () => {
    const { terminal, stop, clock, exit } = start()
    await clock.advance(60)
    stop.abort()
    expect(await exit).toEqual({ kind: 'aborted' })
    expect(await terminal.isRestored()).toBe(true)
  })

  it('never takes the terminal when the signal was aborted before', async () => {
    const terminal = new FakeTerminal()
    const stop = AbortSignal.abort()
    const exit = await runChannelBrowser({
      catalogue: catalogueOf([]),
      grammar: mqttGrammar,
      title: '',
      state: () => ({ kind: 'live', since: NOON }),
      terminal,
      clock: new FakeClock(),
      actions: {},
      signal: stop,
      lastResort: () => () => {}
    })
    expect(exit).toEqual({ kind: 'aborted' })
    expect(terminal.written).toBe('')
  })

  it('gives the terminal back when an error is thrown while drawing, and lets the error out', async () => {
    const terminal = new FakeTerminal()
    const { clock, exit } = start({}, terminal)
    const failed = expect(exit).rejects.toThrow('no size')
    await clock.advance(60)
    terminal.size = () => {
      throw new Error('no size')
    }
    await clock.advance(1000)
    await failed
    expect(await terminal.isRestored()).toBe(true)
  })

  it('has the terminal given back as a last resort when the process ends under it', async () => {
    const { terminal, clock, lastResorts, stop, exit } = start()
    await clock.advance(60)
    for (const restore of lastResorts) restore()
    expect(await terminal.isRestored()).toBe(true)
    stop.abort()
    await exit
  })

  it('has the mouse as long as it has the terminal, unless the user turns it off', async () => {
    let streams = 0
    const { terminal, press, clock, stop, exit } = start({
      stream: async () => {
        streams++
        expect(await terminal.hasMouse()).toBe(false)
      }
    })
    await clock.advance(60)
    expect(await terminal.hasMouse()).toBe(true)
    await press('s')
    await press('\r')
    await clock.advance(600)
    expect(await terminal.hasMouse()).toBe(true)
    await press('M')
    expect(await terminal.hasMouse()).toBe(false)
    await press('s')
    await press('\r')
    await press('\x0c')
    await clock.advance(600)
    expect(await terminal.hasMouse()).toBe(false)
    await press('M')
    expect(await terminal.hasMouse()).toBe(true)
    expect(streams).toBe(2)
    stop.abort()
    await exit
    expect(await terminal.isRestored()).toBe(true)
  })

  it('selects what is clicked', async () => {
    const { press, stop, exit } = start()
    const row = (await press('')).findIndex((line) => /^[› ▾▸]*living room/.test(line))
    const screen = await press(`\x1b[<0;6;${row + 1}M\x1b[<0;6;${row + 1}m`)
    expect(screen[row]).toMatch(/^›.*living room/)
    stop.abort()
    await exit
  })

  it('ends when the terminal goes away', async () => {
    const { terminal, exit, clock } = start()
    await clock.advance(60)
    terminal.goAway()
    expect(await exit).toEqual({ kind: 'gone' })
  })

  it('sends only lines that changed, and nothing when nothing changed', async () => {
    const { terminal, press, clock, stop, exit } = start()
    await press('4')
    const before = terminal.written.length
    await clock.advance(400)
    expect(terminal.written.length).toBe(before)
    await press('\x1b[B')
    const sent = terminal.written.slice(before)
    const rows = [...sent.matchAll(/\x1b\[(\d+);1H/g)].map((match) => Number(match[1]))
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.length).toBeLessThan(23)
    stop.abort()
    await exit
  })

  for (const [what, hasKeys, shortest] of [
    ['at most 20 times in a second, however fast messages come', false, 50],
    ['at most 100 times in a second, however fast keys come', true, 10]
  ] as const) {
    it(`draws ${what}`, async () => {
      const { terminal, clock, catalogue, stop, exit } = start()
      await clock.advance(60)
      const frames: number[] = []
      const write = terminal.write.bind(terminal)
      terminal.write = (text) => {
        frames.push(clock.monotonic() / 1000)
        return write(text)
      }
      for (let millisecond = 0; millisecond < 1000; millisecond += 5) {
        catalogue.observe([messageAt(60 + millisecond / 1000, 'shop/orders/created', { millisecond })])
        if (hasKeys) terminal.press(millisecond % 2 ? 'j' : 'k')
        await clock.advance(5)
      }
      expect(frames.length).toBeGreaterThan(500 / shortest)
      for (const [index, time] of frames.slice(1).entries())
        expect(time - (frames[index] ?? 0)).toBeGreaterThanOrEqual(shortest)
      stop.abort()
      await exit
    })
  }

  it('draws between keys that take long, and takes all of them', async () => {
    const { terminal, clock, catalogue, stop, exit, until } = start()
    await clock.advance(60)
    catalogue.observe(Array.from({ length: 301 }, (_, index) => messageAt(61, `zz${1000 + index}`, 'x')))
    await until('308 channels')
    // Every look at the clock costs a millisecond, and so does every key.
    const monotonic = clock.monotonic.bind(clock)
    let looks = 0
    clock.monotonic = () => monotonic() + ++looks * 1000
    const selected = async () => (await terminal.screen()).find((line) => line.startsWith('›')) ?? ''
    terminal.press('G')
    await until('›  zz1300')
    const seen = new Set<string>()
    terminal.press('k'.repeat(300))
    while (!(await selected()).includes('zz1000')) {
      seen.add(await selected())
      await clock.advance(60)
    }
    expect(seen.size).toBeGreaterThan(5)
    stop.abort()
    await exit
  })

  it('draws a key at once, though messages come and the last frame is a moment ago', async () => {
    const { terminal, clock, catalogue, stop, exit } = start()
    await clock.advance(60)
    catalogue.observe([messageAt(61, 'garden/pump', 'on')])
    await clock.advance(60)
    const before = (await terminal.screen()).findIndex((line) => line.startsWith('›'))
    await clock.advance(11)
    terminal.press('\x1b[B')
    await clock.advance(0)
    expect((await terminal.screen()).findIndex((line) => line.startsWith('›'))).toBe(before + 1)
    stop.abort()
    await exit
  })

  it('sends no frame while the terminal has not taken the one before', async () => {
    const { terminal, clock, catalogue, stop, exit } = start()
    await clock.advance(60)
    terminal.isReady = false
    const before = terminal.written.length
    catalogue.observe([messageAt(61, 'garden/pump', 'on')])
    await clock.advance(200)
    expect(terminal.written.length).toBe(before)
    terminal.isReady = true
    await clock.advance(600)
    expect((await terminal.screen())[0]).toContain('8 channels')
    stop.abort()
    await exit
  })

  it('draws anew at another size', async () => {
    const { terminal, clock, stop, exit } = start()
    await clock.advance(60)
    terminal.resize(120, 40)
    await clock.advance(60)
    const screen = await terminal.screen()
    expect(screen[0]).toHaveLength(120)
    expect(screen[39]).toContain('quit')
    stop.abort()
    await exit
  })

  it('takes an escape that nothing follows as the key', async () => {
    const { press, stop, exit } = start()
    expect((await press('h')).join('\n')).toContain('one line up')
    expect((await press('\x1b')).join('\n')).not.toContain('one line up')
    stop.abort()
    await exit
  })

  it('streams what is selected outside of its screen, and comes back with q, Esc or Ctrl-C', async () => {
    const streamed: string[] = []
    let wasLent = false
    const terminal = new FakeTerminal()
    const { press, until, clock, catalogue, stop, exit } = start(
      {
        stream: async (pattern, until) => {
          streamed.push(pattern)
          wasLent = terminal.isRaw && terminal.isRead && !(await hasOwnScreen(terminal))
          await new Promise<void>((resolve) => until.addEventListener('abort', () => resolve()))
        }
      },
      terminal
    )
    await press('fkitchen\r')
    for (const back of ['q', '\x1b', '\x03']) {
      await press('s')
      await press('\r')
      expect(wasLent).toBe(true)
      const { length } = terminal.written
      catalogue.observe([messageAt(61, 'garden/pump', back)])
      await clock.advance(600)
      expect(terminal.written).toHaveLength(length)
      await press(back)
      await until('8 channels')
      expect(await hasOwnScreen(terminal)).toBe(true)
    }
    expect(streamed).toEqual(['zigbee2mqtt/kitchen', 'zigbee2mqtt/kitchen', 'zigbee2mqtt/kitchen'])
    expect((await terminal.screen()).join('\n')).toContain('filter kitchen')
    stop.abort()
    await exit
  })

  it('ends when what it streams cannot be written, with that error', async () => {
    const error = new TidingsError('output', 'cannot write to stdout: I/O error', { code: 'output-failed' })
    const { press, terminal, exit } = start({ stream: () => Promise.reject(error) })
    await press('s')
    await press('\r')
    expect(await exit).toEqual({ kind: 'failed', error })
    expect(await terminal.isRestored()).toBe(true)
  })

  it('says why nothing can be streamed, and goes on', async () => {
    const { press, stop, exit } = start({ stream: () => Promise.reject(new Error('not authorized')) })
    await press('s')
    expect((await press('\r')).join('\n')).toContain('✗ not authorized')
    stop.abort()
    await exit
  })

  it('finds payloads by a regular expression', async () => {
    const { press, until, stop, exit } = start()
    await press('//"state":"(ON|OFF)"/\r')
    const screen = await until('1 of 7 channels')
    expect(screen).toContain('living room')
    stop.abort()
    await exit
  })

  it('searches anew when Tab turns where to look', async () => {
    const { press, until, stop, exit } = start()
    await press('/state')
    await until('in 3 of 7 channels')
    await press('\t')
    expect(await until('1 hit in 1 of 7 channels')).toContain('names only: state')
    stop.abort()
    await exit
  })

  it('marks an expression that is wrong while it is typed, until it is right', async () => {
    const { press, until, stop, exit } = start()
    await press('//(a/')
    expect(await until('✗ ')).toMatch(/\/ search names and payloads: \/\(a\/ +✗ .*missing closing \)/)
    await press('\x7f)/')
    expect(await until('hits in')).not.toContain('✗')
    await press('\x7f(/')
    await until('✗ ')
    expect((await press('\r')).join('\n')).toContain('✗ cannot search for "/(a)(/"')
    stop.abort()
    await exit
  })

  it('says what is wrong with an expression, and goes on', async () => {
    const { press, until, stop, exit } = start()
    await press('//(/\r')
    await until('cannot search for "/(/"')
    expect(await press('h')).toContainEqual(expect.stringContaining('one line up'))
    stop.abort()
    await exit
  })

  it('copies through the terminal (OSC 52)', async () => {
    const { press, terminal, stop, exit } = start()
    await press('fkitchen\r')
    await press('c')
    expect(terminal.written).toContain(
      `\x1b]52;c;${Buffer.from('zigbee2mqtt/kitchen').toString('base64')}\x07`
    )
    stop.abort()
    await exit
  })

  it('says what was copied of the payload', async () => {
    const { press, until, terminal, stop, exit } = start()
    await press('G')
    await press('\t\x1b[By')
    await until('copied ON, 2 bytes of state, if the terminal allows it')
    expect(terminal.written).toContain(`\x1b]52;c;${Buffer.from('ON').toString('base64')}\x07`)
    stop.abort()
    await exit
  })

  it('publishes what was written in its form, and says what became of it', async () => {
    const published: Message[] = []
    const { press, stop, exit } = start({
      ...composing,
      publish: async (batch) => {
        published.push(...batch)
        return { acknowledged: 1, refused: [], unacknowledged: 0 }
      }
    })
    await press('/status\r')
    await press('p')
    expect((await press(' today\x13')).join('\n')).toContain('✓ published to house/status')
    expect(published).toMatchObject([{ channel: 'house/status', payload: Buffer.from('all well today') }])
    stop.abort()
    await exit
  })

  it('brings a message that was refused back with p', async () => {
    const { press, stop, exit } = start({
      ...composing,
      publish: async () => ({
        acknowledged: 0,
        refused: [
          {
            index: 0,
            reason: 'there is no topic "house/status"',
            code: 'no-such-topic',
            suggestion: 'create it: tidings publish house.status PAYLOAD --create'
          }
        ],
        unacknowledged: 0
      })
    })
    await press('/status\r')
    await press('p')
    const refused = (await press(' today\x13')).join('\n')
    expect(refused).toContain('not published: there is no topic "house/status"; p brings the draft back')
    const draft = (await press('p')).join('\n')
    expect(draft).toContain('all well today')
    expect(draft).toContain('create it: tidings publish house.status PAYLOAD --create')
    stop.abort()
    await exit
  })

  it('brings a message back that could not be published at all', async () => {
    const { press, stop, exit } = start({
      ...composing,
      publish: () => Promise.reject(new Error('the payload is too large'))
    })
    await press('/status\r')
    await press('p')
    expect((await press('!\x13')).join('\n')).toContain('✗ the payload is too large')
    expect((await press('p')).join('\n')).toContain('all well!')
    stop.abort()
    await exit
  })

  it('lends the terminal to the editor of a payload, and takes what was saved into the form', async () => {
    const terminal = new FakeTerminal()
    let wasRestored = false
    const { press, stop, exit } = start(
      {
        ...composing,
        edit: async (bytes) => {
          wasRestored = await terminal.isRestored()
          return Buffer.from(`${Buffer.from(bytes)} in the editor`)
        }
      },
      terminal
    )
    await press('/status\r')
    await press('p')
    await press('\x05')
    expect((await press('')).join('\n')).toContain('all well in the editor')
    expect(wasRestored).toBe(true)
    stop.abort()
    await exit
  })

  it('keeps the form as it is where the editor fails', async () => {
    const { press, stop, exit } = start({
      ...composing,
      edit: () => Promise.reject(new Error('cannot edit with "nano": it cannot be run'))
    })
    await press('/status\r')
    await press('p')
    await press('\x05')
    const screen = (await press('')).join('\n')
    expect(screen).toContain('cannot edit with "nano"')
    expect(screen).toContain('all well')
    stop.abort()
    await exit
  })

  it('clears a retained message after asking, and puts it back', async () => {
    const published: Message[] = []
    const { press, stop, exit } = start({
      publish: async (batch) => {
        published.push(...batch)
        return { acknowledged: batch.length, refused: [], unacknowledged: 0 }
      }
    })
    await press('fstatus\r')
    expect((await press('x')).join('\n')).toContain('Clear this retained message')
    expect(published).toEqual([])
    expect((await press('y')).join('\n')).toContain('cleared 1')
    expect(published).toMatchObject([
      { channel: 'house/status', payload: new Uint8Array(), mqtt: { retain: true } }
    ])
    await press('u')
    expect(published[1]).toMatchObject({ channel: 'house/status', mqtt: { retain: true } })
    expect(Buffer.from(payloadBytes(published[1] ?? { payload: null })).toString()).toBe('all well')
    stop.abort()
    await exit
  })

  it('says why the broker refused to clear', async () => {
    const refused = [{ index: 0, reason: 'not authorized', code: 'publish-refused' }]
    const { press, stop, exit } = start({
      publish: async () => ({ acknowledged: 0, refused, unacknowledged: 0 })
    })
    await press('fstatus\r')
    await press('x')
    expect((await press('y')).join('\n')).toContain('1 refused: not authorized')
    expect((await press('u')).join('\n')).toContain('nothing was cleared')
    stop.abort()
    await exit
  })

  it('records what is selected until r is pressed again, and shows that it does', async () => {
    const asked: unknown[] = []
    const { press, stop, exit } = start({
      record: async (patterns, file, onFailure) => {
        asked.push(patterns)
        return recorded(patterns, file, onFailure)
      }
    })
    await press('fzigbee2mqtt kitchen\r')
    await press('r')
    expect((await press('\r'))[0]).toContain('REC 3')
    expect(asked).toEqual([['zigbee2mqtt/kitchen']])
    const screen = await press('r')
    expect(screen[0]).not.toContain('REC')
    expect(screen.join('\n')).toContain('recorded 3 messages to recording-20261123-120100.jsonl')
    stop.abort()
    await exit
  })

  it('says at once that a recording failed, and records no more', async () => {
    let fail: (error: unknown) => void = () => undefined
    const { press, clock, terminal, stop, exit } = start({
      record: async (patterns, file, onFailure) => {
        if (onFailure) fail = onFailure
        return recorded(patterns, file, onFailure)
      }
    })
    await press('r')
    expect((await press('\r'))[0]).toContain('REC 3')
    fail(new Error('cannot write "x.jsonl": disk full'))
    await clock.advance(60)
    const screen = await terminal.screen()
    expect(screen[0]).not.toContain('REC')
    expect(screen.join('\n')).toContain('the recording ended after 3 messages: cannot write')
    expect((await press('r')).join('\n')).toContain('to file: recording-')
    stop.abort()
    await exit
  })

  it('keeps hold of a recording that is being opened when a second one is asked for', async () => {
    const files: string[] = []
    let opened: () => void = () => undefined
    const opening = new Promise<void>((resolve) => {
      opened = resolve
    })
    const { press, clock, terminal, stop, exit } = start({
      record: async (patterns, file, onFailure) => {
        files.push(file)
        await opening
        return recorded(patterns, file, onFailure)
      }
    })
    await press('r')
    await press('\r')
    await press('r')
    expect((await press('\r')).join('\n')).toContain('another recording has begun')
    opened()
    await clock.advance(60)
    expect((await terminal.screen())[0]).toContain('REC 3')
    expect(files).toHaveLength(1)
    stop.abort()
    await exit
  })

  it('ends a recording when it ends itself', async () => {
    let stopped = false
    const stop = async () => {
      stopped = true
    }
    const { press, exit } = start({
      record: async (_patterns, file) => ({ file, count: () => 0, stop })
    })
    await press('r')
    await press('\r')
    await press('q')
    await exit
    expect(stopped).toBe(true)
  })

  it('saves what is held of the selected channels, and says how many messages, and how many are left out', async () => {
    const asked: { channels: Set<string>; patterns: readonly string[]; file: string; count: number }[] = []
    const { press, stop, exit } = start({
      save: async (messages, patterns, file) => {
        const channels = new Set(messages.map(({ channel }) => channel))
        asked.push({ channels, patterns, file, count: messages.length })
        return { messages: 70, channels: 2, leftOut: 1 }
      }
    })
    expect((await press('G\x1b[Dw')).join('\n')).toContain('save the history to file: history-20261123-12010')
    const screen = (await press('\x15mine.jsonl\r')).join('\n')
    expect(screen).toContain('saved 70 messages of 2 channels to mine.jsonl; left out 1 message')
    const { channels = new Set(), ...rest } = asked[0] ?? {}
    expect(rest).toEqual({ patterns: ['zigbee2mqtt/#'], file: 'mine.jsonl', count: 41 })
    expect([...channels].sort()).toEqual([
      'zigbee2mqtt/bridge/state',
      'zigbee2mqtt/kitchen',
      'zigbee2mqtt/living room'
    ])
    stop.abort()
    await exit
  })

  it('says why a history could not be saved, and finishes saving before it ends', async () => {
    let finish: () => void = () => undefined
    let isDone = false
    const { press, clock, exit } = start({
      save: async (_messages, _patterns, file) => {
        if (file === 'full') throw new Error('cannot write "full": disk full')
        await new Promise<void>((resolve) => {
          finish = resolve
        })
        isDone = true
        return { messages: 1, channels: 1, leftOut: 0 }
      }
    })
    await press('w')
    expect((await press('\x15full\r')).join('\n')).toContain('cannot write "full": disk full')
    await press('w')
    await press('\x15slow\r')
    await press('q')
    let hasEnded = false
    const ended = exit.then(() => {
      hasEnded = true
    })
    await clock.advance(60)
    expect(hasEnded).toBe(false)
    finish()
    await ended
    expect(isDone).toBe(true)
  })

  it('shows why an action failed, and goes on', async () => {
    const { press, stop, exit } = start({
      exportCatalogue: async (file) => {
        throw new Error(`cannot write "${file}": disk full`)
      }
    })
    await press('e')
    expect((await press('\r')).join('\n')).toContain('cannot write "asyncapi.yaml": disk full')
    stop.abort()
    await exit
  })

  it('shows notices of the connection', async () => {
    const running = start()
    await running.clock.advance(60)
    running.show('connection lost, trying again')
    await running.clock.advance(60)
    expect((await running.terminal.screen()).join('\n')).toContain('connection lost, trying again')
    running.stop.abort()
    await running.exit
  })
})

/** A shell: a test stops the browser, and lets it continue in the foreground or in the background. */
function fakeShell(terminal: FakeTerminal) {
  const shell = {
    isInForeground: true,
    suspended: 0,
    wasRestored: false,
    stopping: () => {},
    continued: () => {}
  }
  const jobs: JobControl = {
    isInForeground: () => shell.isInForeground,
    suspend: () => {
      shell.suspended++
      // The emulator would tell only after the terminal is taken again.
      shell.wasRestored = !terminal.isRaw && !terminal.isRead && terminal.written.endsWith('\x1b[?1049l')
    },
    listen: (stopping, continued) => {
      Object.assign(shell, { stopping, continued })
      return () => {}
    }
  }
  return { shell, jobs }
}

describe('the browser as a job of a shell', () => {
  it('gives the terminal back while it is suspended with Ctrl-Z, whatever is open, and draws all of it anew', async () => {
    for (const [open, shown] of [
      ['', 'zigbee2mqtt'],
      ['p', 'Publish to'],
      ['fzig', 'filter: '],
      ['h', 'one line up'],
      ['s', 'stream: ']
    ] as const) {
      const terminal = new FakeTerminal()
      const { shell, jobs } = fakeShell(terminal)
      const { press, until, stop, exit } = start(
        { ...composing, stream: async () => {} },
        terminal,
        undefined,
        jobs
      )
      await press(open)
      await press('\x1a')
      expect([shell.suspended, shell.wasRestored]).toEqual([1, true])
      await until(shown)
      expect(terminal.written.split('\x1b[?1049h').at(-1)).toContain(shown)
      stop.abort()
      await exit
    }
  })

  it('says so where nothing can be suspended', async () => {
    const { press, stop, exit } = start()
    expect((await press('\x1a')).join('\n')).toContain('this system suspends no program')
    stop.abort()
    await exit
  })

  it('writes nothing and reads no key in the background, and takes the terminal again in the foreground', async () => {
    const terminal = new FakeTerminal()
    const { shell, jobs } = fakeShell(terminal)
    const { clock, catalogue, until, stop, exit } = start({}, terminal, undefined, jobs)
    await clock.advance(60)
    shell.stopping()
    expect(await terminal.isRestored()).toBe(true)
    shell.isInForeground = false
    shell.continued()
    const { length } = terminal.written
    for (let second = 0; second < 5; second++) {
      catalogue.observe([messageAt(61 + second, 'garden/pump', 'on')])
      await clock.advance(1000)
    }
    expect(terminal.written).toHaveLength(length)
    expect([terminal.isRead, terminal.isRaw]).toEqual([false, false])
    shell.isInForeground = true
    await until('8 channels')
    expect([terminal.isRead, terminal.isRaw]).toEqual([true, true])
    stop.abort()
    await exit
    expect(await terminal.isRestored()).toBe(true)
  })

  it('ends in the background without a word to the terminal', async () => {
    const terminal = new FakeTerminal()
    const { shell, jobs } = fakeShell(terminal)
    const { clock, stop, exit } = start({}, terminal, undefined, jobs)
    await clock.advance(60)
    shell.stopping()
    shell.isInForeground = false
    shell.continued()
    const { length } = terminal.written
    stop.abort()
    await exit
    expect(terminal.written).toHaveLength(length)
  })

  it('leaves the terminal to an editor that is open while the process is stopped', async () => {
    const terminal = new FakeTerminal()
    const { shell, jobs } = fakeShell(terminal)
    let save: (bytes: Uint8Array) => void = () => {}
    const edit = () =>
      new Promise<Uint8Array>((resolve) => {
        save = resolve
      })
    const { press, clock, until, stop, exit } = start({ ...composing, edit }, terminal, undefined, jobs)
    await press('/status\r')
    await press('p')
    await press('\x05')
    const { length } = terminal.written
    shell.stopping()
    shell.continued()
    await clock.advance(1000)
    expect(terminal.written).toHaveLength(length)
    save(Buffer.from('edited'))
    await until('text, 6 bytes')
    stop.abort()
    await exit
  })
})
