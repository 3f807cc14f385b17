import { describe, expect, it } from 'vitest'
import { layOut } from '../../../src/ui/channel-browser/layout.js'
import type { Pointer } from '../../../src/ui/channel-browser/mouse-report.js'
import { BrowserInTest, catalogueOf, messageAt } from './browser-in-test.js'
import { houseMessages } from './house.js'

function point(
  browser: BrowserInTest,
  action: Pointer['action'],
  column: number,
  row: number
): BrowserInTest {
  browser.happen({ kind: 'key', key: { name: 'mouse', pointer: { action, column, row } } })
  return browser
}

const divider = ({ model }: BrowserInTest) => layOut(model).treeWidth

/** Clicks the cell where the text is: in the tree, or else in the details. */
function click(browser: BrowserInTest, text: string): BrowserInTest {
  const width = divider(browser)
  const inTree = browser.lines.findIndex((line) =>
    line
      .slice(0, width)
      .replace(/^[›▾▸ ]+/, '')
      .startsWith(text)
  )
  const from = inTree < 0 ? width : 0
  const row = inTree < 0 ? browser.lines.findIndex((line) => line.includes(text, width)) : inTree
  expect(row, `${text} is on the screen`).toBeGreaterThan(0)
  const column = browser.lines[row]?.indexOf(text, from) ?? 0
  point(browser, 'press', column, row)
  return point(browser, 'release', column, row)
}

const house = (size = { columns: 120, rows: 30 }) => new BrowserInTest(catalogueOf(houseMessages()), size)
const many = () =>
  new BrowserInTest(
    catalogueOf(Array.from({ length: 200 }, (_, at) => messageAt(0, `c${String(at).padStart(3, '0')}`, '1')))
  )

describe('a click in the tree', () => {
  it('selects the line under it, whichever it is', () => {
    const browser = many()
    point(browser, 'wheel-down', 5, 5)
    for (let row = 2; row < 20; row += 3) {
      const shown = /c\d{3}/.exec(browser.lines[row] ?? '')?.[0]
      point(browser, 'press', 4, row)
      expect(browser.selected).toBe(shown)
      expect(browser.lines[row]).toMatch(/^›/)
    }
  })

  it('opens or closes the branch that is selected, once for both clicks of a double click', () => {
    const browser = house()
    click(browser, 'zigbee2mqtt')
    expect(browser.selected).toBe('zigbee2mqtt')
    expect(browser.paths).toContain('zigbee2mqtt/kitchen')
    click(browser, 'zigbee2mqtt')
    expect(browser.paths).not.toContain('zigbee2mqtt/kitchen')
    click(browser, 'zigbee2mqtt')
    expect(browser.paths).not.toContain('zigbee2mqtt/kitchen')
    browser.now += 500_000
    click(browser, 'zigbee2mqtt')
    expect(browser.paths).toContain('zigbee2mqtt/kitchen')
  })

  it('gives the tree the focus', () => {
    const browser = house().press('tab')
    expect(browser.model.focus).toBe('detail')
    click(browser, 'living room')
    expect(browser.model.focus).toBe('tree')
    expect(browser.selected).toBe('zigbee2mqtt/living room')
  })

  it('does nothing below the last line, on the head and outside of the panes', () => {
    const browser = house()
    const { selected } = browser
    for (const [column, row] of [
      [2, 0],
      [2, 1],
      [2, 25],
      [2, 28],
      [2, 29],
      [2, 500],
      [500, 3]
    ] as const)
      point(browser, 'press', column, row)
    expect(browser.selected).toBe(selected)
  })
})

describe('a click in the details', () => {
  it('shows the tab that it is on', () => {
    const browser = house()
    click(browser, 'kitchen')
    for (const tab of ['properties', 'diff', 'chart', 'history', 'schema', 'payload'] as const) {
      click(browser, tab)
      expect(browser.model.tab).toBe(tab)
      expect(browser.screen).toMatch(new RegExp(`\\[\\d ${tab}\\]`))
    }
  })

  it('moves the cursor, and folds the value that the cursor is on', () => {
    const browser = house()
    click(browser, 'shop/orders/created')
    click(browser, '"customer"')
    expect(browser.model.focus).toBe('detail')
    expect(browser.screen).toContain('"city"')
    click(browser, '"customer"')
    expect(browser.screen).not.toContain('"city"')
  })

  it('shows a message of the history', () => {
    const browser = house()
    click(browser, 'kitchen')
    click(browser, 'history')
    click(browser, '12:00:50.000')
    expect(browser.screen).toContain('past 25/29')
  })

  it('chooses a number of the chart, and shows it alone', () => {
    const browser = house()
    click(browser, 'kitchen')
    click(browser, 'chart')
    click(browser, 'linkquality')
    expect(browser.screen).toContain('›linkquality')
    click(browser, 'linkquality')
    expect(browser.screen).toContain('4/4 linkquality')
  })
})

describe('the wheel', () => {
  it('scrolls the pane under it, the selection staying where it is as long as it is on the screen', () => {
    const browser = many().press('down', 'down', 'down', 'down')
    point(browser, 'wheel-down', 5, 5)
    expect(browser.selected).toBe('c004')
    expect(browser.lines[2]).toContain('c003')
    point(browser, 'wheel-down', 5, 5)
    expect(browser.selected).toBe('c006')
    expect(browser.lines[2]).toContain('c006')
    for (let turn = 0; turn < 100; turn++) point(browser, 'wheel-down', 5, 5)
    expect(browser.screen).toContain('c199')
    for (let turn = 0; turn < 100; turn++) point(browser, 'wheel-up', 5, 5)
    expect(browser.lines[2]).toContain('c000')
  })

  it('scrolls the details without taking the focus from the tree', () => {
    const text = Array.from({ length: 100 }, (_, at) => `line ${at}`).join('\n')
    const browser = new BrowserInTest(catalogueOf([messageAt(0, 'c', text)]))
    point(browser, 'wheel-down', 60, 10)
    expect(browser.model.focus).toBe('tree')
    expect(browser.lines[4]).toContain('line 3')
    for (let turn = 0; turn < 100; turn++) point(browser, 'wheel-down', 60, 10)
    expect(browser.screen).toContain('line 99')
    expect(browser.lines[20]).toContain('line')
  })

  it('scrolls JSON with the cursor on the screen', () => {
    const payload = Array.from({ length: 100 }, (_, at) => at)
    const browser = new BrowserInTest(catalogueOf([messageAt(0, 'c', payload)])).press('tab')
    for (let turn = 0; turn < 100; turn++) point(browser, 'wheel-down', 60, 10)
    expect(browser.screen).toContain('99')
    point(browser, 'wheel-up', 60, 10)
    expect(browser.screen).not.toContain(' 99')
  })

  it('scrolls the help', () => {
    const browser = house({ columns: 80, rows: 24 }).press('h')
    const before = browser.lines[1]
    point(browser, 'wheel-down', 5, 5)
    expect(browser.lines[1]).not.toBe(before)
    expect(point(browser, 'press', 5, 5).model.helpTop).toBeUndefined()
  })
})

describe('the divider', () => {
  it('follows a drag, within bounds, and stays there in relation to the width', () => {
    const browser = house()
    const from = divider(browser)
    point(browser, 'press', from, 10)
    point(browser, 'drag', from + 20, 12)
    expect(divider(browser)).toBe(from + 20)
    point(browser, 'drag', 2, 12)
    expect(divider(browser)).toBe(24)
    point(browser, 'drag', 119, 12)
    expect(divider(browser)).toBe(120 - 25)
    point(browser, 'drag', 60, 12)
    point(browser, 'release', 60, 12)
    point(browser, 'drag', 90, 12)
    expect(divider(browser)).toBe(60)
    browser.happen({ kind: 'resize', size: { columns: 80, rows: 24 } })
    expect(divider(browser)).toBe(40)
  })

  it('does not move when a drag begins elsewhere', () => {
    const browser = house()
    const from = divider(browser)
    point(browser, 'press', 5, 5)
    point(browser, 'drag', 30, 5)
    expect(divider(browser)).toBe(from)
  })
})

describe('the mouse', () => {
  it('does nothing while a question or a prompt is open', () => {
    const browser = house().press('end', 'up', 'up', 'up', 'x')
    expect(browser.screen).toContain('Clear')
    const { screen } = browser
    expect(click(browser, 'Clear').screen).toBe(screen)
    browser.press('n', '/')
    const selected = browser.selected
    point(browser, 'press', 5, 3)
    expect(browser.selected).toBe(selected)
  })

  it('is turned off and on with M', () => {
    const browser = house().press('M')
    expect(browser.screen).toContain('the mouse is off')
    expect(browser.effects.at(-1)).toEqual({ kind: 'mouse', on: false })
    expect(browser.press('M').effects.at(-1)).toEqual({ kind: 'mouse', on: true })
  })
})
