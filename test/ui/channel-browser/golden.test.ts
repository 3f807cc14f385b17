import { beforeAll, describe, expect, it } from 'vitest'
import { BrowserInTest, catalogueOf, messageAt, NOON, SECOND } from './browser-in-test.js'
import { expectScreen, sent } from './golden-screen.js'
import { houseMessages } from './house.js'

/** The browser after a minute of the house, watched second by second. */
function houseBrowser(columns: number, rows: number): BrowserInTest {
  const browser = new BrowserInTest(catalogueOf([]), { columns, rows }, NOON)
  const messages = houseMessages()
  for (let second = 0; second <= 60; second++) {
    browser.now = NOON + second * SECOND
    browser.receive(...messages.filter(({ time }) => Math.floor(((time ?? 0) - NOON) / SECOND) === second))
  }
  return browser
}

describe('the screen of the channel browser', () => {
  beforeAll(() => {
    // Times of day are shown where the user is; the files were made at Greenwich.
    process.env.TZ = 'UTC'
  })

  for (const [columns, rows] of [
    [80, 24],
    [160, 48]
  ] as const) {
    const size = `${columns}x${rows}`
    it(`shows the tree and the latest payload at ${size}`, () => {
      expectScreen(`tree-${size}`, houseBrowser(columns, rows).press('end', 'up'))
    })

    it(`shows what a filter leaves, and the chart of a number at ${size}`, () => {
      expectScreen(
        `chart-${size}`,
        houseBrowser(columns, rows).press('f').type('kitchen').press('enter', '4')
      )
    })

    it(`shows what changed since the message before at ${size}`, () => {
      expectScreen(
        `diff-${size}`,
        houseBrowser(columns, rows).press('f').type('zig +/').type('kitchen').press('enter', '3')
      )
    })

    it(`shows the history with the cursor on a message of the past at ${size}`, () => {
      const browser = houseBrowser(columns, rows)
        .press('f')
        .type('orders')
        .press('enter', '5', 'tab', 'down', 'down')
      expectScreen(`history-${size}`, browser)
    })

    it(`shows properties and headers at ${size}`, () => {
      expectScreen(
        `properties-${size}`,
        houseBrowser(columns, rows).press('f').type('orders').press('enter', '2')
      )
    })

    it(`shows the schema at ${size}`, () => {
      expectScreen(
        `schema-${size}`,
        houseBrowser(columns, rows).press('f').type('kitchen').press('enter', '6', 'tab')
      )
    })

    it(`shows bytes in hexadecimal at ${size}`, () => {
      expectScreen(`binary-${size}`, houseBrowser(columns, rows).press('f').type('heatpump').press('enter'))
    })

    it(`shows what is known of a branch at ${size}`, () => {
      expectScreen(`branch-${size}`, houseBrowser(columns, rows).press('end', 'up', 'up', 'up'))
    })

    it(`shows the keys at ${size}`, () => {
      expectScreen(`help-${size}`, houseBrowser(columns, rows).press('?'))
    })

    it(`asks before retained messages are cleared at ${size}`, () => {
      expectScreen(`clear-${size}`, houseBrowser(columns, rows).press('end', 'up', 'up', 'up', 'x'))
    })
  }

  for (const [looks, level, allowed] of [
    ['16-colours', 1, /^(?:0|1|2|7|(?:1;)?[39][0-7](?:;1)?)$/],
    ['no-colour', 0, /^[0127]$/]
  ] as const) {
    it(`is drawn with ${looks}`, () => {
      const screens = {
        tree: houseBrowser(80, 24).press('end', 'up'),
        diff: houseBrowser(80, 24).press('f').type('kitchen').press('enter', '3', 'tab'),
        clear: houseBrowser(80, 24).press('end', 'up', 'up', 'up', 'x')
      }
      for (const [name, browser] of Object.entries(screens)) {
        const screen = sent(browser, level)
        expectScreen(`${name}-80x24-${looks}`, { screen })
        const looked = [...screen.matchAll(/␛\[([\d;]*)m/g)].map(([, parameters = '']) => parameters)
        expect(looked.filter((parameters) => !allowed.test(parameters))).toEqual([])
      }
    })
  }

  it('keeps its columns beside names of every script', () => {
    const names = [
      'हिन्दी/तापमान',
      'क्षत्रिय',
      'ภาษาไทย/กำลัง',
      'العربية',
      '温度/房間',
      '한국어',
      '👩‍👩‍👧‍👦/🏳️‍🌈',
      '🇩🇪/🇫🇷'
    ]
    const messages = names.map((name, at) => messageAt(at, name, { name }, { headers: [[name, name]] }))
    const browser = new BrowserInTest(catalogueOf(messages)).press('*')
    expectScreen('scripts-80x24', browser.press('home', '2'))
    expectScreen('scripts-80x24-no-colour', { screen: sent(browser, 0) })
  })

  it('shows the first channels where there is hardly any room', () => {
    expectScreen('tree-20x5', houseBrowser(20, 5))
  })
})
