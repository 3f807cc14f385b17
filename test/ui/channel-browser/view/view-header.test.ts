import { describe, expect, it } from 'vitest'
import { ChannelCatalogue } from '../../../../src/core/catalogue/channel-catalogue.js'
import type { ConnectionState } from '../../../../src/core/connection-state.js'
import { plainText } from '../../../../src/ui/channel-browser/line.js'
import { viewHeader } from '../../../../src/ui/channel-browser/view/view-header.js'
import { viewLimits } from '../../../../src/ui/channel-browser/view/view-limits.js'
import { BrowserInTest, catalogueOf, messageAt, NOON, SECOND } from '../browser-in-test.js'

const REASON = 'connection refused'
const away = { kind: 'reconnecting', since: NOON, reason: REASON, tries: 0 } as const
const down: ConnectionState = away

/** The first line of the screen, 12 seconds after noon. */
function header(state: ConnectionState, columns = 120, browser = houseAtNoon(columns)): string {
  browser.state = state
  browser.now = NOON + 12 * SECOND
  return browser.lines[0] ?? ''
}

const houseAtNoon = (columns: number) =>
  new BrowserInTest(catalogueOf([messageAt(0, 'a', '1')]), { columns, rows: 24 }, NOON)

describe('the header tells how it stands with the connection, and since when', () => {
  it('while it connects, and while it is live', () => {
    expect(header({ kind: 'connecting', since: NOON })).toContain('○ connecting for 12s')
    expect(header({ kind: 'live', since: NOON })).toContain('● live for 12s')
  })

  it('for as long as the broker is away: why, and that the figures are old', () => {
    const browser = houseAtNoon(120)
    expect(header(down, 120, browser)).toContain(
      '○ reconnecting for 12s, figures are old: connection refused'
    )
    browser.now = NOON + 3600 * SECOND
    browser.happen({ kind: 'tick' })
    expect(browser.lines[0]).toContain('○ reconnecting for 60m, figures are old: connection refused')
  })

  it('once the connection is lost for good', () => {
    expect(header({ kind: 'ended', since: NOON, reason: 'taken over' })).toContain(
      '○ ended 12s ago, figures are old: taken over'
    )
  })

  it('of a recording: that it is none', () => {
    expect(header({ kind: 'recorded' })).toContain('■ recorded')
    expect(header({ kind: 'recorded' })).not.toContain('live')
  })

  it('also while the view is paused', () => {
    const paused = houseAtNoon(120).press('space')
    expect(header(down, 120, paused)).toContain('‖ PAUSED ○ reconnecting for 12s')
  })

  it('where there is little room: first of all that it is away, and the reason as far as it fits', () => {
    expect(header(down, 80)).toContain('○ reconnecting for 12s, figures are old: connection')
    expect(header({ ...away, reason: 'x'.repeat(100) }, 80)).toContain('figures are old: xxx')
    for (const columns of [20, 24, 40, 60, 80, 100]) {
      expect(header(down, columns), `${columns} columns`).toContain('○ reconnect')
      expect(header(down, columns)).toHaveLength(columns)
    }
  })
})

describe('the header tells which broker it is', () => {
  const titled = (title: string, columns: number, state: ConnectionState = { kind: 'live', since: NOON }) => {
    const { model, world } = houseAtNoon(columns)
    return plainText(viewHeader(model, { ...world, title, state, clock: NOON + 12 * SECOND }))
  }
  const LONG = 'prod  mqtts://a-very-long-name.of-a-cluster.eu-west-1.example.com:8883'

  it('as a whole, before the figures have their room', () => {
    expect(titled('mqtt://broker.example.com:1883', 80)).toMatch(/^ mqtt:\/\/broker.example.com:1883 /)
    expect(titled('mqtt://broker.example.com:1883', 80)).toContain('● live')
  })

  it('by its beginning and its port, where there is less room', () => {
    expect(titled(LONG, 80)).toMatch(/^ prod {2}mqtts:\/\S*….*\.example\.com:8883 /)
    for (const columns of [40, 60, 80, 100]) {
      expect(titled(LONG, columns)).toMatch(/^ pr.*….*:8883 /)
      expect(titled(LONG, columns)).toHaveLength(columns)
    }
    expect(titled('mqtt://localhost:1883', 80, down)).toMatch(
      /^ mqtt:\/\/localhost:1883 .*figures are old: conn/
    )
  })
})

describe('what is left out', () => {
  const burst = (count: number) =>
    Array.from({ length: count }, (_, at) => messageAt(1, at < 600 ? 'busy' : `more/${at}`, { at }))

  it('is told with its count: messages that are not kept, not looked into, or beyond the limit', () => {
    const catalogue = new ChannelCatalogue({
      separator: '/',
      maxChannels: 2,
      maxBytes: 1_000_000,
      historyPerChannel: 100,
      examinedPerSecond: 1000,
      keptPerSecond: 100,
      startedAt: NOON
    })
    const browser = new BrowserInTest(catalogue, { columns: 120, rows: 24 }, NOON + SECOND)
    browser.receive(...burst(610))
    const { beyondChannels, beyondBytes, unexamined } = catalogue.dropped
    expect(beyondChannels).toBe(9)
    const share = Math.floor(((601 - unexamined) / 601) * 100)
    const told = `! 9 messages on channels beyond the limit; ${beyondBytes} messages not kept; ${share} % of messages looked into`
    expect(beyondBytes).toBeGreaterThan(300)
    expect(unexamined).toBeGreaterThan(300)
    expect(browser.screen).toContain(told)
    expect(browser.press('f').type('busy').press('enter').screen).toContain('! 9 beyond the limit')
  })

  it('is told in fewer words where there is little room, and beside what is filtered', () => {
    const totals = {
      messages: 1000,
      bytes: 0,
      rate: 0,
      dropped: { beyondChannels: 500, unlisted: 0, beyondBytes: 20, unexamined: 499 },
      memory: { used: 50e6, limit: 168e6 }
    }
    const shown = (columns: number, used = 50e6) =>
      plainText(viewLimits({ ...totals, memory: { used, limit: 168e6 } }, { ...away, tries: 3 }, columns))
    const long =
      ' ! 3 tries to connect again; 500 messages on channels beyond the limit; 20 messages not kept; <1 % of messages looked into'
    const short = ' ! 3 tries; 500 beyond the limit; 20 not kept; <1 % looked into'
    expect(shown(160)).toBe(`${long.padEnd(160 - 20)}memory 50 of 168 MB `)
    expect(shown(80)).toBe(`${short.padEnd(80 - 10)}50/168 MB `)
    expect(shown(80, 168e6)).toBe(`${short.padEnd(80 - 16)}full 168/168 MB `)
    expect(shown(64)).toBe(`${short} `)
    expect(shown(60)).toBe(`${short.slice(0, 59)}…`)
    expect(shown(0)).toBe('')
    expect(shown(160, 165e6)).toContain('memory full: 165 of 168 MB')
  })

  it('is nothing while all of it is there', () => {
    const browser = new BrowserInTest(catalogueOf(burst(600)))
    expect(browser.screen).not.toContain('!')
  })
})
