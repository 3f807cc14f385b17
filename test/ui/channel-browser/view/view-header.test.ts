import { describe, expect, it } from 'vitest'
import { ChannelCatalogue } from '../../../../src/core/catalogue/channel-catalogue.js'
import type { ConnectionState } from '../../../../src/core/connection-state.js'
import { BrowserInTest, catalogueOf, messageAt, NOON, SECOND } from '../browser-in-test.js'

const REASON = 'connection refused'
const down: ConnectionState = { kind: 'reconnecting', since: NOON, reason: REASON }

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
    expect(header({ ...down, reason: 'x'.repeat(100) }, 80)).toContain('figures are old: xxx')
    for (const columns of [20, 24, 40, 60, 80, 100]) {
      expect(header(down, columns), `${columns} columns`).toContain('○ reconnect')
      expect(header(down, columns)).toHaveLength(columns)
    }
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
    const told = `! 9 messages on channels beyond the limit; ${beyondBytes} messages not kept; ${unexamined} messages not looked into`
    expect(beyondBytes).toBeGreaterThan(300)
    expect(unexamined).toBeGreaterThan(300)
    expect(browser.screen).toContain(told)
    expect(browser.press('f').type('busy').press('enter').screen).toContain('! 9 messages on channels')
  })

  it('is nothing while all of it is there', () => {
    const browser = new BrowserInTest(catalogueOf(burst(600)))
    expect(browser.screen).not.toContain('!')
  })
})
