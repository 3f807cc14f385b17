import { describe, expect, it } from 'vitest'
import type { PublishReport } from '../../../src/core/connection.js'
import { mqttGrammar } from '../../../src/transport/mqtt/channel-grammar.js'
import { mqttCapabilities } from '../../../src/transport/mqtt/mqtt-capabilities.js'
import type { BrowserExit } from '../../../src/ui/channel-browser/browser-actions.js'
import { runChannelBrowser } from '../../../src/ui/channel-browser/run-channel-browser.js'
import { FakeClock } from '../../support/fake-clock.js'
import { catalogueOf, messageAt, NOON } from './browser-in-test.js'
import { FakeTerminal } from './fake-terminal.js'

const ACKNOWLEDGED: PublishReport = { acknowledged: 1, refused: [], unacknowledged: 0 }
const REFUSED: PublishReport = {
  acknowledged: 0,
  refused: [{ index: 0, reason: 'not authorized', code: 'not-authorized' }],
  unacknowledged: 0
}
const AWAITED = '1 message has no answer of the broker yet'

/** A browser on one retained message, whose broker answers when the test says so. */
function start() {
  const terminal = new FakeTerminal()
  const clock = new FakeClock(NOON + 60_000_000)
  const stop = new AbortController()
  const answers: ((report: PublishReport) => void)[] = []
  const exit: Promise<BrowserExit> = runChannelBrowser({
    catalogue: catalogueOf([messageAt(1, 'lamp', 'on', { mqtt: { retain: true } })]),
    grammar: mqttGrammar,
    title: 'mqtt://localhost:1883',
    state: () => ({ kind: 'live', since: NOON }),
    terminal,
    clock,
    actions: {
      compose: { capabilities: mqttCapabilities.mqtt },
      publish: () => new Promise((resolve) => answers.push(resolve))
    },
    signal: stop.signal,
    lastResort: () => () => {}
  })
  const drawn = async () => {
    await clock.advance(60)
    await clock.advance(60)
    return (await terminal.screen()).join('\n')
  }
  return {
    terminal,
    stop,
    exit,
    drawn,
    press(keys: string) {
      terminal.press(keys)
      return drawn()
    },
    /** The broker answers the oldest message. */
    answer(report: PublishReport) {
      answers.shift()?.(report)
      return drawn()
    }
  }
}

describe('a message that the broker has not answered', () => {
  for (const key of ['q', '\x03']) {
    it(`is not given up by the first ${JSON.stringify(key)}, and is by the second`, async () => {
      const { press, exit, terminal } = start()
      await press('p\x13')
      const screen = await press(key)
      expect(screen).toContain(AWAITED)
      expect(screen).toContain('q again gives it up')
      await press(key)
      expect(await exit).toEqual({ kind: 'quit', unanswered: 1 })
      expect(await terminal.isRestored()).toBe(true)
    })
  }

  it('is told of for as long as it is awaited', async () => {
    const { press, drawn, stop, exit } = start()
    await press('p\x13')
    await press('q')
    for (let seconds = 0; seconds < 100; seconds++) await drawn()
    expect(await drawn()).toContain(AWAITED)
    stop.abort()
    await exit
  })

  it('lets the browser end once it is answered', async () => {
    const { press, answer, exit } = start()
    await press('p\x13')
    await press('q')
    await answer(ACKNOWLEDGED)
    expect(await exit).toEqual({ kind: 'quit' })
  })

  it('keeps the browser open if the broker refuses it: the user sees why, and has the draft', async () => {
    const { press, answer, stop, exit } = start()
    await press('p\x13')
    await press('q')
    expect(await answer(REFUSED)).toContain('not published: not authorized; p brings the draft back')
    stop.abort()
    expect(await exit).toEqual({ kind: 'aborted' })
  })

  it('is awaited without leaving once the user goes on', async () => {
    const { press, answer, stop, exit } = start()
    await press('p\x13')
    await press('q')
    await press('j')
    expect(await answer(ACKNOWLEDGED)).toContain('✓ published to lamp')
    stop.abort()
    await exit
  })

  it('is not given up while another one is being written, and the draft is not lost unasked', async () => {
    const { press, exit } = start()
    await press('p\x13')
    await press('p and more')
    expect(await press('\x03')).toContain('y quit')
    expect(await press('y')).toContain(AWAITED)
    await press('q')
    expect(await exit).toEqual({ kind: 'quit', unanswered: 1 })
  })

  it('is one that clears, too', async () => {
    const { press, answer, exit } = start()
    await press('xy')
    expect(await press('q')).toContain(AWAITED)
    await answer(ACKNOWLEDGED)
    expect(await exit).toEqual({ kind: 'quit' })
  })

  it('is one that puts back, too', async () => {
    const { press, answer, exit } = start()
    await press('xy')
    await answer(ACKNOWLEDGED)
    await press('u')
    expect(await press('q')).toContain(AWAITED)
    await answer(ACKNOWLEDGED)
    expect(await exit).toEqual({ kind: 'quit' })
  })

  it('keeps the browser open if what was to be cleared is still there', async () => {
    const { press, answer, stop, exit } = start()
    await press('xy')
    await press('q')
    expect(await answer(REFUSED)).toContain('refused: not authorized')
    stop.abort()
    await exit
  })

  it('does not keep the browser from ending with its signal, and is counted', async () => {
    const { press, stop, exit, terminal } = start()
    await press('p\x13')
    stop.abort()
    expect(await exit).toEqual({ kind: 'aborted', unanswered: 1 })
    expect(await terminal.isRestored()).toBe(true)
  })

  it('does not keep the browser from ending with its terminal, and is counted', async () => {
    const { press, exit, terminal } = start()
    await press('p\x13')
    terminal.goAway()
    expect(await exit).toEqual({ kind: 'gone', unanswered: 1 })
  })
})
