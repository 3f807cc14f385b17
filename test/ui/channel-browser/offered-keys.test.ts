import { describe, expect, it } from 'vitest'
import type { BrowserActions } from '../../../src/ui/channel-browser/browser-actions.js'
import { BrowserInTest, catalogueOf, messageAt, NOON, SECOND } from './browser-in-test.js'

const MESSAGES = [
  messageAt(1, 'a', 'one', { mqtt: { retain: true } }),
  messageAt(2, 'a', 'two'),
  messageAt(3, 'b/x', 'three'),
  messageAt(3, 'b/y', 'three')
]

function browserOf(actions?: BrowserActions, messages = MESSAGES): BrowserInTest {
  return new BrowserInTest(catalogueOf(messages), { columns: 300, rows: 24 }, NOON + 60 * SECOND, actions)
}

/** What the last line offers. */
const offered = (browser: BrowserInTest) => browser.lines.at(-1)?.trim().split(/ {2}/) ?? []

describe('the line of keys', () => {
  it('offers what needs a broker only where there is one', () => {
    expect(offered(browserOf())).toEqual(
      expect.arrayContaining(['p publish', 's stream', 'r record', 'x clear'])
    )
    const recorded = browserOf({})
    recorded.state = { kind: 'recorded' }
    for (const key of ['p publish', 's stream', 'r record', 'x clear', 'e export'])
      expect(offered(recorded)).not.toContain(key)
    expect(offered(recorded)).toEqual(expect.arrayContaining(['/ search', 'f filter', 'o order', 'v copy']))
  })

  it('offers what needs a channel only on a channel, and nothing of it while there is none', () => {
    const branch = browserOf().press('down')
    for (const key of ['1-6 tabs', 'v copy', 'x clear']) {
      expect(offered(browserOf())).toContain(key)
      expect(offered(branch)).not.toContain(key)
    }
    const empty = offered(browserOf(undefined, []))
    for (const key of ['/ search', 'f filter', 'o order', 'Tab details']) expect(empty).not.toContain(key)
    expect(empty).toEqual(['p publish', 's stream', 'Space pause', '? keys', 'q quit'])
  })

  it('offers the next hit once a search has found something', async () => {
    const browser = await browserOf().press('/').type('nowhere').press('enter').search()
    expect(offered(browser)).not.toContain('n next hit')
    await browser.press('/', 'ctrl-u').type('one').press('enter').search()
    expect(offered(browser)[0]).toBe('n next hit')
    expect(offered(browser)).toContain('Esc back')
    expect(offered(browserOf())).not.toContain('Esc back')
  })

  it('offers in the details the older messages and the newer ones, as far as there are any', () => {
    const browser = browserOf().press('tab')
    expect(offered(browser).slice(0, 2)).toEqual(['Tab tree', '[ older'])
    expect(offered(browser)).not.toContain('] newer')
    browser.press('[')
    expect(offered(browser)).toContain('] newer')
    expect(offered(browser)).not.toContain('[ older')
  })

  it('offers the keys of the chart, and from the tree says how one comes to its numbers', () => {
    const numbers = [1, 2, 3].map((at) => messageAt(at, 'a', { temperature: at, humidity: 2 * at }))
    const browser = browserOf(undefined, numbers).press('4')
    expect(offered(browser).slice(0, 2)).toEqual(['Tab numbers', ', . time'])
    browser.press('tab')
    expect(offered(browser).slice(0, 4)).toEqual(['Tab tree', '↑ ↓ number', 'Enter alone', ', . time'])
    expect(offered(browser.press('enter'))).toContain('Enter all numbers')
    const text = browserOf().press('4')
    expect(offered(text)).toContain('Tab details')
    expect(offered(text)).not.toContain(', . time')
  })

  it('says what the keys would do now', () => {
    expect(offered(browserOf().press('space'))).toContain('Space resume')
    const browser = browserOf()
    expect(offered(browser)).not.toContain('u put back')
    browser.happen({ kind: 'cleared', messages: [], text: 'cleared 1', tone: 'good' })
    expect(offered(browser)).toContain('u put back')
  })

  it('offers in a prompt, a question and the help the keys of these', () => {
    expect(browserOf().press('/').lines.at(-1)?.trim()).toBe(
      'Enter keep   ↑ ↓ move   Esc undo   Tab names only'
    )
    expect(browserOf().press('f').lines.at(-1)?.trim()).toBe('Enter keep   ↑ ↓ move   Esc undo')
    expect(browserOf().press('r').lines.at(-1)?.trim()).toBe(
      'Enter record what comes, one JSON line a message   Tab channels   Esc cancel'
    )
    expect(browserOf().press('x').lines.at(-1)?.trim()).toBe('y clear   any other key: keep them')
    expect(browserOf().press('?').lines.at(-1)?.trim()).toBe(
      '1/2   Space next page   ↑ ↓ scroll   any other key: back'
    )
  })
})

describe('a key without a command', () => {
  it('says so, and which key shows the others', () => {
    const browser = browserOf()
    expect(browser.press('ß').screen).toContain('! no command on ß; ? shows the keys')
    expect(browser.press('ctrl-t').screen).toContain('no command on ctrl-t; ? shows the keys')
    expect(browser.press('unknown').screen).toContain('no command on this key; ? shows the keys')
    browser.happen({ kind: 'key', key: { name: 'paste', text: 'qqq' } })
    expect(browser.screen).toContain('no command on pasted text; ? shows the keys')
    expect(browser.press('?').screen).toContain('these keys')
  })
})
