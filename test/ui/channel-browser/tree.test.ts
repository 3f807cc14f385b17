import { describe, expect, it } from 'vitest'
import { BrowserInTest, catalogueOf, messageAt, NOON, SECOND } from './browser-in-test.js'

function browserOf(channels: readonly string[], size = { columns: 80, rows: 24 }): BrowserInTest {
  return new BrowserInTest(catalogueOf(channels.map((channel) => messageAt(1, channel, 'x'))), size)
}

const MANY = Array.from({ length: 300 }, (_, index) => `device/${index}/temp`)

describe('the tree of channels', () => {
  it('opens everything that fits on the screen', () => {
    expect(browserOf(['a/x', 'a/y', 'b']).paths).toEqual(['a', 'a/x', 'a/y', 'b'])
  })

  it('leaves branches closed that do not fit, and says how many channels they have', () => {
    const browser = browserOf([...MANY, 'lamp/1', 'lamp/2'])
    expect(browser.paths).toEqual(['device', 'lamp', 'lamp/1', 'lamp/2'])
    expect(browser.screen).toContain('device (300)')
  })

  it('sorts numbers in names by their value', () => {
    expect(browserOf(['d/10', 'd/9', 'd/a']).paths).toEqual(['d', 'd/9', 'd/10', 'd/a'])
  })

  it('shows levels that have nothing beside them on one line, until something appears beside them', () => {
    const browser = browserOf(['a/b/c', 'z'])
    expect(browser.paths).toEqual(['a/b/c', 'z'])
    browser.receive(messageAt(2, 'a/d', 'x'))
    expect(browser.paths).toEqual(['a', 'a/b/c', 'a/d', 'z'])
    expect(browser.selected).toBe('a/b/c')
  })

  it('shows a channel that has channels below it as both', () => {
    const browser = browserOf(['a', 'a/b'])
    expect(browser.paths).toEqual(['a', 'a/b'])
    expect(browser.screen).toContain('12:00:01')
  })

  it('has a name for empty levels', () => {
    const browser = browserOf(['/a', '/b', 'x//y', 'x/z'])
    expect(browser.paths).toEqual(['', '/a', '/b', 'x', 'x//y', 'x/z'])
    expect(browser.screen).toContain('(empty)')
  })

  it('opens with the right arrow and closes with the left one', () => {
    const browser = browserOf(MANY).press('right')
    expect(browser.paths).toHaveLength(301)
    expect(browser.press('left').paths).toEqual(['device'])
  })

  it('goes from a channel to the branch that it is in with the left arrow', () => {
    const browser = browserOf(['a/x', 'a/y', 'b']).press('down', 'down')
    expect(browser.selected).toBe('a/y')
    expect(browser.press('left').selected).toBe('a')
  })

  it('keeps a branch closed that the user closed, even if it would fit', () => {
    const browser = browserOf(['a/x', 'a/y', 'b']).press('left')
    expect(browser.paths).toEqual(['a', 'b'])
    expect(browser.receive(messageAt(3, 'c', 'x')).paths).toEqual(['a', 'b', 'c'])
  })

  it('opens everything below with *, closes everything with -', () => {
    const browser = browserOf(Array.from({ length: 60 }, (_, at) => `a/${at % 3}/${at}`)).press('*')
    expect(browser.paths).toHaveLength(1 + 3 + 60)
    expect(browser.press('-').paths).toEqual(['a'])
  })

  it('keeps the selection, and its place on the screen, when channels appear above it', () => {
    const browser = browserOf(['m/1', 'm/2']).press('end')
    const before = browser.lines.findIndex((line) => line.startsWith('›'))
    browser.receive(
      ...Array.from({ length: 200 }, (_, at) =>
        messageAt(2, `${String.fromCharCode(97 + (at % 26))}${at}`, 'x')
      )
    )
    expect(browser.selected).toBe('m/2')
    expect(browser.lines.findIndex((line) => line.startsWith('›'))).toBe(before)
  })

  it('moves by pages, and to both ends', () => {
    const browser = browserOf(MANY).press('right', 'end')
    expect(browser.selected).toBe('device/299/temp')
    expect(browser.press('pageup').selected).toBe('device/280/temp')
    expect(browser.press('home').selected).toBe('device')
  })

  it('sums up what is below a branch', () => {
    const browser = browserOf(['a/x', 'a/x', 'a/y'], { columns: 120, rows: 24 })
    expect(browser.lines.find((line) => line.includes('▾ a'))).toMatch(/▾ a .* 3 +\d+s│/)
  })

  it('shows the messages of the last seconds of a channel, and of a branch, as bars', () => {
    const browser = browserOf([], { columns: 160, rows: 24 })
    for (let second = 0; second < 6; second++) {
      browser.now = NOON + second * SECOND
      browser.happen({ kind: 'tick' })
      const count = second === 3 ? 8 : 1
      for (const channel of ['a/x', 'a/y']) {
        browser.receive(...Array.from({ length: count }, () => messageAt(second, channel, 'x')))
      }
    }
    browser.now = NOON + 6 * SECOND
    browser.happen({ kind: 'tick' })
    for (const name of ['▾ a', 'x']) {
      expect(browser.lines.find((line) => line.includes(` ${name} `))).toMatch(/▁▁█▁▁/)
    }
  })

  it('shows beside a branch the latest value below, and whose it is', () => {
    const browser = browserOf([])
    browser.receive(messageAt(1, 'a/x/deep', 'first'), messageAt(2, 'a/y', 'second'))
    expect(browser.lines.find((line) => line.includes('▾ a'))).toMatch(/▾ a +y: second /)
    browser.now += SECOND
    browser.receive(messageAt(3, 'a/x/deep', 'third'))
    expect(browser.lines.find((line) => line.includes('▾ a'))).toMatch(/▾ a +x\/deep: third /)
    expect(browser.press('left').lines.find((line) => line.includes('▸ a'))).toMatch(
      /a \(2\) +x\/deep: third /
    )
  })

  it('shows beside a branch that is a channel its own value', () => {
    const browser = browserOf([])
    browser.receive(messageAt(1, 'a', 'own'), messageAt(2, 'a/y', 'below'))
    expect(browser.lines.find((line) => line.includes('▾ a'))).toMatch(/▾ a +own /)
  })

  it('shows beside a branch no value of a channel that a filter hides', () => {
    const browser = browserOf([])
    browser.receive(messageAt(1, 'a/x', 'first'), messageAt(2, 'a/y', 'second'))
    browser.press('f').type('x').press('enter')
    expect(browser.lines.find((line) => line.includes('▾ a'))).not.toContain('second')
  })

  it('shows the values of the moment at which the view was paused', () => {
    const browser = browserOf([])
    browser.receive(messageAt(1, 'a/y', 'x'), messageAt(2, 'a/x', 'before'))
    browser.press('space')
    browser.now += SECOND
    browser.receive(messageAt(3, 'a/x', 'after'))
    expect(browser.lines.find((line) => line.includes('▾ a'))).toMatch(/▾ a +x: before /)
  })

  it('has room for names and values from 80 columns on, and for names alone below', () => {
    const messages = [messageAt(1, 'sensors/kitchen', { temperature: 21.6 })]
    const shown = (columns: number) =>
      new BrowserInTest(catalogueOf(messages), { columns, rows: 24 }).lines[2]?.split('│')[0]
    expect(shown(80)).toMatch(/^› {2}sensors\/kitchen +temperature:21.6 +59s$/)
    expect(shown(78)).toMatch(/^› {2}sensors\/kitchen +59s$/)
  })

  it('shows how long ago the last message came', () => {
    const browser = browserOf(['a'])
    browser.now = NOON + 3601 * SECOND
    expect(browser.screen).toMatch(/a +x +60m/)
  })

  it('shares the deepest levels of a channel with thousands of levels', () => {
    const deep = `top/${'x/'.repeat(30_000)}end`
    const browser = browserOf([deep, 'top/y']).press('*', 'down')
    expect(browser.selected).toBe(deep)
    expect(browser.press('s', 'enter').effects).toEqual([{ kind: 'stream', pattern: deep }])
  })

  it('shows one pane at a time where two have no room, and the focused one alone when zoomed', () => {
    const narrow = browserOf(['abc'], { columns: 40, rows: 12 })
    expect(narrow.screen).not.toContain('payload')
    expect(narrow.press('tab').screen).toContain('payload')
    const wide = browserOf(['abc'], { columns: 130, rows: 12 }).press('z')
    expect(wide.screen).not.toContain('1 payload')
    expect(wide.press('z').screen).toContain('1 payload')
  })
})
