import { describe, expect, it } from 'vitest'
import { BrowserInTest, catalogueOf, messageAt, NOON, SECOND } from './browser-in-test.js'

/** The browser of a broker that has told of these channels, with the messages that came. */
function browserOf(names: readonly string[], messages = [messageAt(1, 'a/busy', { n: 1 })]): BrowserInTest {
  const catalogue = catalogueOf(messages)
  catalogue.list(
    names.map((name) => ({ name })),
    NOON
  )
  return new BrowserInTest(catalogue, { columns: 160, rows: 30 })
}

const lineOf = (browser: BrowserInTest, name: string) =>
  browser.lines.map((line) => line.split('│')[0] ?? '').find((line) => line.includes(`${name} `))

describe('a channel that the broker lists and that no message came on', () => {
  it('is in the tree, without payload and age', () => {
    const browser = browserOf(['a/quiet', 'b/quiet'])
    expect(browser.paths).toEqual(['a', 'a/busy', 'a/quiet', 'b/quiet'])
    expect(lineOf(browser, 'quiet')).toMatch(/^ +quiet +0 +0\/s[ ▁]+$/)
    expect(lineOf(browser, 'busy')).toMatch(/1 .*59s$/)
    expect(lineOf(browser, '▾ a')).toMatch(/1 .*59s$/)
    expect(browser.lines[0]).toContain('3 channels  1 message ')
  })

  it('says so in every tab, and has the facts of the channel alone in the second one', () => {
    const browser = browserOf(['a/quiet']).press('end')
    expect(browser.selected).toBe('a/quiet')
    for (const tab of ['1', '3', '4', '5', '6']) {
      const { screen } = browser.press(tab)
      expect(screen, tab).toContain('│ listed by the broker')
      expect(screen, tab).toMatch(/│no message yet$/m)
    }
    const { screen } = browser.press('2')
    expect(screen).not.toContain('Message ')
    expect(screen).toMatch(/messages {2,}0, 0 of them live/)
    expect(screen).toMatch(/last seen {2,}no message yet/)
    for (const fact of ['first seen', '  age ', 'QoS seen', 'payloads  '])
      expect(screen.split('│').join('\n')).not.toMatch(new RegExp(`^${fact}`, 'm'))
  })

  it('says that nothing came below a branch of such channels', () => {
    const { screen } = browserOf(['b/x', 'b/y'], [])
    expect(screen).toMatch(/messages +0, 0 of them live/)
    expect(screen).toMatch(/last message +none/)
  })

  it('is shown like any other once a message comes', () => {
    const browser = browserOf(['a/quiet']).press('end')
    browser.now += SECOND
    browser.receive(messageAt(2, 'a/quiet', { temperature: 21 }))
    expect(browser.selected).toBe('a/quiet')
    expect(browser.screen).toContain('"temperature": 21')
    expect(browser.screen).not.toContain('listed by the broker')
    expect(lineOf(browser, 'quiet')).toMatch(/temperature.* 1 .*59s$/)
  })

  it('has no message to copy, to walk through, to clear or to find, and can be published to', () => {
    const browser = browserOf(['a/quiet']).press('end')
    for (const key of ['v', 'tab', '[', ']', 'n', '5', 'up', 'down', 'end', '4', 'down', 'tab', 'x', 'p'])
      browser.press(key)
    expect(browser.effects).toEqual([])
    expect(browser.press('ctrl-s').effects).toMatchObject([
      { kind: 'publish', message: { channel: 'a/quiet' } }
    ])
    expect(browser.press('v').screen).toContain('no message came on this channel yet')
  })

  it('is found by its name, and not by what the others carry', async () => {
    const browser = browserOf(['a/quiet']).press('f').type('quiet').press('enter')
    expect(browser.paths).toEqual(['a', 'a/quiet'])
    browser.press('escape', '/').type('n')
    await browser.search()
    expect(browser.paths).toEqual(['a', 'a/busy'])
    browser.receive(messageAt(3, 'a/quiet', 'n'))
    await browser.search()
    expect(browser.paths).toEqual(['a', 'a/busy', 'a/quiet'])
  })

  it('stays as it is while the view is paused', () => {
    const browser = browserOf(['a/quiet']).press('end', 'space')
    browser.receive(messageAt(2, 'a/quiet', 'x'))
    expect(browser.screen).toContain('no message yet')
    expect(browser.press('space').screen).not.toContain('no message yet')
  })

  it('appears while the browser runs', () => {
    const browser = browserOf([])
    browser.catalogue.list([{ name: 'b/new' }], NOON)
    browser.happen({ kind: 'tick' })
    expect(browser.paths).toEqual(['a/busy', 'b/new'])
  })
})

describe('a channel of which the broker has said what it keeps', () => {
  it('has its partitions and messages, and those that were seen here', () => {
    const catalogue = catalogueOf([])
    catalogue.list([{ name: 'a', partitions: 12, stored: 1_234_567 }], NOON)
    const browser = new BrowserInTest(catalogue, { columns: 160, rows: 30 })
    expect(lineOf(browser, 'a')).toMatch(/1\.2M? +0\/s[ ▁]+$/)
    expect(browser.press('2').screen).toMatch(/partitions +12\b/)
    catalogue.observeStored([{ ...messageAt(1, 'a', { n: 1 }), sourceTime: NOON - 3600 * SECOND }])
    browser.receive(messageAt(2, 'a', { n: 2 }))
    const { screen } = browser
    expect(screen).toMatch(/messages +1,234,568, 2 of them seen here, 1 live/)
    expect(screen).toMatch(/first seen .*11:00:00/)
  })

  it('has messages that were kept, with the time of their publication alone', () => {
    const catalogue = catalogueOf([])
    catalogue.list([{ name: 'a', partitions: 1, stored: 1 }], NOON)
    catalogue.observeStored([{ ...messageAt(1, 'a', { n: 1 }), sourceTime: NOON - 3600 * SECOND }])
    const { screen } = new BrowserInTest(catalogue, { columns: 160, rows: 30 }).press('2')
    expect(screen).toMatch(/published .*11:00:00/)
    expect(screen).not.toContain('received')
  })
})
