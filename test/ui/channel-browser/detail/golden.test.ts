import { beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '../../../../src/core/message.js'
import { BrowserInTest, catalogueOf, messageAt } from '../browser-in-test.js'
import { expectScreen } from '../golden-screen.js'

/** Names and texts of four kinds: emoji of several characters, wide letters, right-to-left, and marks that take a cell. */
const HOUSES = [
  ['👩‍👩‍👧‍👦', '👍🏽 at home 🏳️‍🌈', '👍🏽 away 🏳️‍🌈'],
  ['東京', '気温は高いです', '気温は低いです'],
  ['القاهرة', 'درجة الحرارة مرتفعة اليوم', 'درجة الحرارة منخفضة اليوم'],
  ['हिन्दी', 'तापमान बढ़ गया है', 'तापमान घट गया है']
] as const

/** Ten minutes of a weather station, ten messages a second: much more than the history holds. */
function stationMessages(): Message[] {
  const messages: Message[] = []
  for (let at = 0; at < 6000; at++) {
    const slow = Math.sin(at / 900)
    messages.push(
      messageAt(at / 10, 'plant/東京/station 🌦️', {
        温度: Math.round((20 + 5 * slow + (at % 7) / 10) * 10) / 10,
        الضغط: 1013 - Math.round(8 * slow),
        'पवन गति': at === 4200 ? 31 : 4 + (at % 3),
        '🔋': 97,
        door: { open: at % 2000 > 1500 },
        count: at
      })
    )
  }
  return messages
}

function stationBrowser(size: { columns: number; rows: number }): BrowserInTest {
  const catalogue = catalogueOf([])
  catalogue.keepCharts()
  catalogue.observe(stationMessages())
  return new BrowserInTest(catalogue, size, stationMessages().at(-1)?.time)
}

/** Two messages on each channel: JSON whose values have changed, and a text of several lines. */
function houseBrowser(size: { columns: number; rows: number }): BrowserInTest {
  const messages = HOUSES.flatMap(([name, before, after], house) =>
    [before, after].flatMap((state, at) => [
      messageAt(
        house * 2 + at,
        `json/${name}`,
        { [name]: state, [state]: { [name]: [at, name] }, level: 20 + at },
        {
          contentType: 'application/json',
          headers: [
            ['source', name],
            [name, state],
            ['bytes', Buffer.from([0xff, at])]
          ]
        }
      ),
      messageAt(
        house * 2 + at,
        `text/${name}`,
        `${name}\n${state}\n${'the same line\n'.repeat(12)}${at === 0 ? 'old' : 'new'} end ${name}`
      )
    ])
  )
  return new BrowserInTest(catalogueOf(messages), size)
}

/** The browser on a channel of the houses. */
function on(browser: BrowserInTest, channel: string): BrowserInTest {
  browser.press('home', ...Array<string>(browser.paths.indexOf(channel)).fill('down'))
  expect(browser.selected).toBe(channel)
  return browser
}

describe('the details of the channel browser', () => {
  beforeAll(() => {
    // Times of day are shown where the user is; the files were made at Greenwich.
    process.env.TZ = 'UTC'
  })

  for (const size of [
    { columns: 80, rows: 24 },
    { columns: 160, rows: 48 }
  ]) {
    const named = `${size.columns}x${size.rows}`

    it(`show every number of a channel over ten minutes at ${named}`, () => {
      expectScreen(`detail-chart-all-${named}`, stationBrowser(size).press('4', 'tab'))
    })

    it(`show one number alone, and a shorter time at ${named}`, () => {
      const browser = stationBrowser(size).press('4', 'tab', 'up', 'enter')
      expectScreen(`detail-chart-one-${named}`, browser)
      expectScreen(`detail-chart-minute-${named}`, browser.press(',', ',', ',', ','))
    })

    it(`show text, and what changed in it by words, in four kinds of script at ${named}`, () => {
      for (const [index, [name]] of HOUSES.entries()) {
        const browser = on(houseBrowser(size), `text/${name}`)
        if (index === 0) expectScreen(`detail-text-${named}`, browser)
        expectScreen(`detail-words-${index + 1}-${named}`, browser.press('3'))
      }
    })

    it(`show JSON, and what changed in it by values, in four kinds of script at ${named}`, () => {
      for (const [index, [name]] of HOUSES.entries()) {
        const browser = on(houseBrowser(size), `json/${name}`)
        expectScreen(`detail-json-${index + 1}-${named}`, browser)
        if (index === 1) expectScreen(`detail-values-${named}`, browser.press('3'))
      }
    })

    it(`have a cursor on the headers, whose values can be copied, at ${named}`, () => {
      const browser = on(houseBrowser(size), 'json/हिन्दी').press('2', 'tab', ...Array<string>(7).fill('down'))
      expectScreen(`detail-headers-${named}`, browser)
    })

    it(`show history and schema of every script at ${named}`, () => {
      const browser = on(houseBrowser(size), 'json/القاهرة')
      expectScreen(`detail-history-${named}`, browser.press('5', 'tab', 'down'))
      expectScreen(`detail-schema-${named}`, browser.press('6'))
    })

    it(`ask for a file for the history at ${named}`, () => {
      expectScreen(`detail-save-${named}`, houseBrowser(size).press('w'))
    })

    it(`are as wide as the divider lets them, at ${named}`, () => {
      const browser = on(houseBrowser(size), 'json/東京')
      const column = Math.floor(size.columns * 0.48)
      for (const [action, at] of [
        ['press', column],
        ['drag', 26],
        ['release', 26]
      ] as const)
        browser.happen({ kind: 'key', key: { name: 'mouse', pointer: { action, column: at, row: 9 } } })
      expectScreen(`detail-divider-${named}`, browser)
    })
  }
})
