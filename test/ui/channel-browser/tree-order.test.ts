import { describe, expect, it } from 'vitest'
import { BrowserInTest, catalogueOf, messageAt, NOON, SECOND } from './browser-in-test.js'

const WIDE = { columns: 160, rows: 24 }

/** Four channels: `d` is the newest and the largest, `a` has the most messages, `b` the highest rate now, `c` is the oldest. */
function browserOf(size = WIDE): BrowserInTest {
  const messages = [
    messageAt(1, 'c', 'xx'),
    ...Array.from({ length: 9 }, () => messageAt(2, 'a', 'x')),
    ...Array.from({ length: 5 }, () => messageAt(55, 'b', 'xxx')),
    messageAt(58, 'd', 'x'.repeat(5000))
  ]
  return new BrowserInTest(catalogueOf(messages), size)
}

const head = (browser: BrowserInTest) => browser.lines[1]?.split('│')[0] ?? ''

describe('the order of the tree', () => {
  it('is turned by o: name, age, rate, count, size, and name again', () => {
    const browser = browserOf()
    const seen = []
    for (let turn = 0; turn < 6; turn++) {
      seen.push(`${browser.model.order.by} ${browser.paths.join('')}`)
      browser.press('o')
    }
    expect(seen).toEqual(['name abcd', 'age dbac', 'rate bdac', 'count abcd', 'size dbca', 'name abcd'])
  })

  it('is turned round by O', () => {
    const browser = browserOf()
    const seen = []
    for (let turn = 0; turn < 5; turn++) {
      seen.push(browser.press('O').paths.join(''))
      browser.press('o')
    }
    expect(seen).toEqual(['dcba', 'cabd', 'acdb', 'cdba', 'acbd'])
  })

  it('is told when it changes, and stands in the head, on a narrow screen in the only figure there', () => {
    const narrow = browserOf({ columns: 80, rows: 24 })
    expect(head(narrow)).toMatch(/^ channel▲ +latest value +age$/)
    expect(head(narrow.press('o'))).toMatch(/^ channel +latest value +age▲$/)
    expect(head(narrow.press('O'))).toMatch(/age▼$/)
    expect(head(narrow.press('o'))).toMatch(/rate▼$/)
    expect(head(narrow.press('o'))).toMatch(/msgs▼$/)
    expect(head(narrow.press('o'))).toMatch(/size▼$/)
    expect(narrow.screen).toContain('✓ ordered by bytes of the latest payload, the largest first')
    expect(narrow.screen).toMatch(/ d .* 5.0kB│/)
    expect(head(browserOf().press('o', 'o', 'o', 'o'))).toMatch(/msgs +size▼ +last 12 s +age$/)
  })

  it('is one for each branch, by the sums of what is below', () => {
    const messages = [
      ...['a/x', 'a/y', 'a/y'].map((name) => messageAt(1, name, 'x')),
      ...['b/x', 'b/x', 'b/x', 'b/x', 'b/y'].map((name) => messageAt(1, name, 'x'))
    ]
    const browser = new BrowserInTest(catalogueOf(messages)).press('o', 'o', 'o')
    expect(browser.paths).toEqual(['b', 'b/x', 'b/y', 'a', 'a/y', 'a/x'])
  })

  it('changes at most once a second, and what is new stands at the end until then', () => {
    const browser = browserOf().press('o')
    expect(browser.paths.join('')).toBe('dbac')
    browser.now += 0.5 * SECOND
    browser.receive(messageAt(60.4, 'c', 'x'), messageAt(60.5, 'e', 'x'))
    expect(browser.paths.join('')).toBe('dbace')
    browser.now += 0.6 * SECOND
    browser.happen({ kind: 'tick' })
    expect(browser.paths.join('')).toBe('ecdba')
  })

  it('keeps the selected line selected, and where it is on the screen', () => {
    const browser = browserOf().press('o', 'up')
    expect(browser.selected).toBe('b')
    const line = () => browser.lines.findIndex((text) => text.startsWith('›'))
    const before = line()
    browser.now += 2 * SECOND
    const more = (second: number) =>
      Array.from({ length: 40 }, (_, at) => messageAt(second, `m${second}-${at}`, 'x'))
    browser.receive(...more(3), ...more(59))
    expect(browser.selected).toBe('b')
    expect(browser.paths.indexOf('b')).toBe(41)
    expect(line()).toBe(before)
  })

  it('stays as it is seen when the view is paused, and when it goes on', () => {
    const browser = browserOf().press('o')
    browser.now += 0.4 * SECOND
    browser.receive(messageAt(60.4, 'c', 'x'))
    expect(browser.press('space').paths.join('')).toBe('dbac')
    browser.now += 0.3 * SECOND
    browser.happen({ kind: 'tick' })
    expect(browser.press('space').paths.join('')).toBe('dbac')
  })

  it('puts channels without a message last', () => {
    const catalogue = catalogueOf([messageAt(1, 'z', 'x')])
    catalogue.list([{ name: 'a' }, { name: 'z' }], NOON)
    const browser = new BrowserInTest(catalogue)
    for (const by of ['age', 'count', 'size']) {
      while (browser.model.order.by !== by) browser.press('o')
      expect(browser.paths.join('')).toBe('za')
    }
  })

  it('holds for a hundred thousand channels, each in its place', () => {
    const many = Array.from({ length: 100_000 }, (_, at) =>
      messageAt(60 - ((at * 7919) % 100_000) / 1000, `d/${String(at).padStart(6, '0')}`, 'x')
    )
    const browser = new BrowserInTest(catalogueOf(many)).press('o', 'right')
    const times = browser.world
      .rows(browser.model)
      .rows.slice(1)
      .map(({ node }) => node.lastSeen)
    expect(times).toHaveLength(100_000)
    expect(times.every((time, at) => at === 0 || time <= (times[at - 1] ?? 0))).toBe(true)
  })
})
