import { beforeAll, describe, it } from 'vitest'
import type { BrowserActions } from '../../../src/ui/channel-browser/browser-actions.js'
import { BrowserInTest, catalogueOf, messageAt, NOON, SECOND } from './browser-in-test.js'
import { expectScreen, sent } from './golden-screen.js'

/** Names and values in scripts whose width, direction or shape differ from that of Latin. */
const SCRIPTS: readonly (readonly [second: number, channel: string, payload: unknown])[] = [
  [1, 'शहर/तापमान', { तापमान: 21.5, इकाई: '°C' }],
  [2, 'शहर/स्थिति', 'सब ठीक है'],
  [3, 'مدينة/حرارة', { درجة: '٢١', حالة: 'جيد' }],
  [4, 'עיר/טמפרטורה', 'חם מאוד היום'],
  [5, '都市/気温', { 気温: 21.5, 天気: '晴れ時々曇り' }],
  [6, '都市/交通/バス', '遅れ 5 分'],
  [7, '도시/기온', '맑음 21.5'],
  [8, '🏠/💡/👩‍👩‍👧‍👦', { on: true, colour: '🌈', by: '👍🏽' }],
  [9, '🏠/🚪', '🔒 locked 🇩🇪'],
  [10, 'เมือง/อุณหภูมิ', 'ร้อนมาก'],
  [11, 'city/temperature', { temperature: 21.5, unit: '°C' }],
  [12, 'city/temperature', { temperature: 22, unit: '°C' }]
]

function worldOf(columns: number, rows: number, actions?: BrowserActions): BrowserInTest {
  const messages = SCRIPTS.map(([second, channel, payload]) => messageAt(second, channel, payload))
  const browser = new BrowserInTest(catalogueOf(messages), { columns, rows }, NOON + 60 * SECOND, actions)
  return browser.press('home', '*')
}

async function searched(browser: BrowserInTest, text: string): Promise<BrowserInTest> {
  return browser.press('/').type(text).press('enter').search()
}

describe('the tree of the channel browser, with names and values of many scripts', () => {
  beforeAll(() => {
    process.env.TZ = 'UTC'
  })

  for (const [columns, rows] of [
    [80, 24],
    [160, 48]
  ] as const) {
    const size = `${columns}x${rows}`
    const world = () => worldOf(columns, rows)

    it(`shows the latest values beside the names, and of branches those of a child, at ${size}`, () => {
      expectScreen(`values-${size}`, world())
    })

    it(`is ordered by the age and by the size of the latest message at ${size}`, () => {
      expectScreen(`order-age-${size}`, world().press('o'))
      expectScreen(`order-size-reversed-${size}`, world().press('o', 'o', 'o', 'o', 'O'))
    })

    it(`shows what is searched for while it is typed, and where, at ${size}`, async () => {
      expectScreen(`search-typed-${size}`, await world().press('/').type('気温').search())
      expectScreen(`search-names-${size}`, await world().press('/', 'tab').type('気温').search())
    })

    it(`marks the hits of a search at ${size}`, async () => {
      expectScreen(`search-kept-${size}`, await searched(world(), '21.5'))
      expectScreen(`search-jumped-${size}`, (await searched(world(), '21.5')).press('n', 'n'))
    })

    it(`says that a search has found nothing at ${size}`, async () => {
      expectScreen(`search-nothing-${size}`, await searched(world(), 'कहीं नहीं'))
    })

    it(`shows what a filter leaves while it is typed, and once it is kept, at ${size}`, () => {
      expectScreen(`filter-typed-${size}`, world().press('f').type('مدينة'))
      expectScreen(`filter-kept-${size}`, world().press('f').type('🏠').press('enter'))
    })

    it(`offers the keys of the details while they have the focus at ${size}`, () => {
      expectScreen(`details-focused-${size}`, world().press('down', 'down', 'down', 'tab', '['))
    })

    it(`offers for a recording nothing that needs a broker at ${size}`, () => {
      const browser = worldOf(columns, rows, {})
      browser.state = { kind: 'recorded' }
      expectScreen(`recorded-${size}`, browser)
    })

    it(`says that a key has no command, and that the view is paused, at ${size}`, () => {
      expectScreen(`unknown-key-${size}`, world().press('space', 'é'))
    })
  }

  it('marks hits in colours, and without', async () => {
    const browser = await searched(worldOf(80, 24), '/温|ता|👩|21/')
    expectScreen('hits-80x24-16-colours', { screen: sent(browser, 1) })
    expectScreen('hits-80x24-no-colour', { screen: sent(browser, 0) })
  })
})
