import { describe, expect, it } from 'vitest'
import { ChannelSearch } from '../../../src/ui/channel-browser/channel-search.js'
import { view } from '../../../src/ui/channel-browser/view/view.js'
import { BrowserInTest, catalogueOf, messageAt } from './browser-in-test.js'
import { houseMessages } from './house.js'

const house = () => new BrowserInTest(catalogueOf(houseMessages()))

describe('finding channels by name', () => {
  it('shows what matches as it is typed, with the branches above', () => {
    const browser = house().press('f').type('kit')
    expect(browser.paths).toEqual(['zigbee2mqtt', 'zigbee2mqtt/kitchen'])
    expect(browser.selected).toBe('zigbee2mqtt/kitchen')
  })

  it('shows the end of a long text, and what it finds', () => {
    const browser = house()
      .press('f')
      .type(`${'x'.repeat(300)}the end`)
    expect(browser.lines.at(-2)).toMatch(/xthe end {2,}0 of 7 channels *$/)
  })

  it('ignores case, unless the text has capital letters', () => {
    const upper = () =>
      new BrowserInTest(catalogueOf(['Home/Lamp', 'office/lamp'].map((name) => messageAt(1, name, 'x'))))
    expect(upper().press('f').type('lamp').paths).toEqual(['Home/Lamp', 'office/lamp'])
    expect(upper().press('f').type('Lamp').paths).toEqual(['Home/Lamp'])
  })

  it('takes several words in any order', () => {
    expect(house().press('f').type('room zig').paths).toEqual(['zigbee2mqtt', 'zigbee2mqtt/living room'])
  })

  it('takes MQTT patterns', () => {
    expect(house().press('f').type('zigbee2mqtt/+').paths).toEqual([
      'zigbee2mqtt',
      'zigbee2mqtt/kitchen',
      'zigbee2mqtt/living room'
    ])
    expect(house().press('f').type('+/+/created').paths).toEqual(['shop/orders/created'])
  })

  it('applies to channels that appear later', () => {
    const browser = house().press('f').type('kit').press('enter')
    browser.receive(messageAt(61, 'garden/kit', 'x'), messageAt(61, 'garden/x', 'x'))
    expect(browser.paths).toEqual(['garden', 'garden/kit', 'zigbee2mqtt', 'zigbee2mqtt/kitchen'])
  })

  it('is kept with Enter, undone with Escape while typing, and ended with Escape after', () => {
    const browser = house().press('f').type('kit').press('enter', 'f').type('x')
    expect(browser.paths).toEqual([])
    expect(browser.screen).toContain('no channel matches')
    expect(browser.press('escape').paths).toHaveLength(2)
    expect(browser.press('escape').paths).toHaveLength(8)
  })

  it('leaves its branches open or closed as the user wants', () => {
    const browser = house().press('f').type('zigbee').press('enter', 'home', 'left')
    expect(browser.paths).toEqual(['zigbee2mqtt'])
    expect(browser.press('right').paths).toHaveLength(4)
  })

  it('shows what matches, even in branches that were closed before', () => {
    const browser = house().press('-').press('f').type('kit')
    expect(browser.paths).toEqual(['zigbee2mqtt', 'zigbee2mqtt/kitchen'])
    browser.press('enter', 'home', 'left')
    expect(browser.paths).toEqual(['zigbee2mqtt'])
    expect(browser.press('f').type('c').press('backspace').paths).toHaveLength(2)
  })

  it('leaves what was found selected among all channels when it is ended', () => {
    const browser = house().press('-').press('f').type('kit').press('enter', 'escape')
    expect(browser.selected).toBe('zigbee2mqtt/kitchen')
    expect(browser.paths).toContain('zigbee2mqtt/living room')
  })

  it('goes back to what was selected when it is undone, or when it found nothing', () => {
    const browser = house().press('down')
    const before = browser.selected
    expect(browser.press('f').type('kit').press('escape').selected).toBe(before)
    expect(browser.press('f').type('nowhere').press('enter', 'escape').selected).toBe(before)
  })

  it('lets the text be edited, and takes the first line of what is pasted', () => {
    const browser = house().press('f').type('kitx').press('backspace', 'home', 'delete').type('K')
    expect(browser.model.prompt?.text).toBe('Kit')
    browser.press('ctrl-u', 'ctrl-k')
    browser.happen({ kind: 'key', key: { name: 'paste', text: 'shop\nq' } })
    expect(browser.paths).toEqual(['shop/orders/created'])
  })

  it('does nothing with text that is pasted where nothing is typed', () => {
    const browser = house()
    browser.happen({ kind: 'key', key: { name: 'paste', text: 'q' } })
    expect(browser.effects).toEqual([])
  })
})

/** The browser after a search, to its end. */
async function searched(text: string, browser = house()): Promise<BrowserInTest> {
  return browser.press('/').type(text).press('enter').search()
}

/** What the screen marks as hits of the search. */
function marked(browser: BrowserInTest): string[] {
  return view(browser.model, browser.world).flatMap((line) =>
    line.filter(({ style }) => style === 'hit').map(({ text }) => text)
  )
}

describe('searching', () => {
  it('shows the channels whose name, or of which a kept message, has the text', async () => {
    const browser = await searched(
      'status',
      new BrowserInTest(
        catalogueOf([
          messageAt(1, 'house/status', 'on'),
          messageAt(1, 'lamp', 'status: off'),
          messageAt(1, 'pump', 'idle')
        ])
      )
    )
    expect(browser.paths).toEqual(['house/status', 'lamp'])
    expect(browser.screen).toContain('2 hits in 2 of 3 channels')
  })

  it('looks into names only, or into payloads only, after Tab', async () => {
    const browser = house().press('/').type('state')
    expect(browser.lines.at(-2)).toContain('/ search names and payloads: state')
    expect((await browser.search()).paths).toEqual(
      [
        'zigbee2mqtt',
        'zigbee2mqtt/bridge/state',
        'zigbee2mqtt/living room',
        'homeassistant/sensor/0x00158d0001/temperature/config'
      ].sort()
    )
    expect((await browser.press('tab').search()).paths).toEqual(['zigbee2mqtt', 'zigbee2mqtt/bridge/state'])
    expect(browser.lines.at(-2)).toContain('/ search names only: state')
    await browser.press('tab').search()
    expect(browser.lines.at(-2)).toContain('/ search payloads only: state')
    await browser.press('tab').search()
    expect(browser.lines.at(-2)).toContain('/ search names and payloads: state')
  })

  it('looks in the same places while the view is paused', async () => {
    const browser = await house().press('/', 'tab').type('state').press('enter').search()
    browser.press('space')
    browser.happen({ kind: 'tick' })
    expect(browser.screen).toContain('search names state  1 hit in 1 of 7 channels')
  })

  it('looks again where it looked before once Escape gives a search up', async () => {
    const browser = await searched('kitchen')
    await browser.press('/', 'tab').type('x').press('escape').search()
    expect(browser.model).toMatchObject({ search: 'kitchen', scope: 'both' })
  })

  it('selects the first channel that it finds, unless the user has moved on', async () => {
    const found = () => house().press('home', '/').type('"state":"off"')
    expect((await found().press('enter').search()).selected).toBe('zigbee2mqtt/living room')
    const moved = await found().press('enter', 'down').search()
    expect(moved.selected).toBe('zigbee2mqtt')
    const later = await searched('needle')
    later.receive(messageAt(61, 'hay/a', 'straw'), messageAt(61, 'hay/stack', 'a needle'))
    expect(later.selected).toBe('hay/stack')
  })

  it('shows the message that has it, where the latest one has it not', async () => {
    const messages = ['a needle', 'straw'].map((text, at) => messageAt(at, 'hay', text))
    const browser = await searched('needle', new BrowserInTest(catalogueOf(messages)))
    expect(browser.screen).toContain('past 1/2')
    expect(marked(browser)).toContain('needle')
  })

  it('ignores case, unless the text has capital letters, in every script', async () => {
    const names = ['ÄPFEL', 'äpfel', 'ΣΟΦΟΣ', 'İstanbul']
    const browser = (text: string) =>
      searched(text, new BrowserInTest(catalogueOf(names.map((name) => messageAt(1, name, 'x')))))
    expect((await browser('äpfel')).paths).toEqual(['äpfel', 'ÄPFEL'])
    expect((await browser('Äpfel')).paths).toEqual([])
    expect((await browser('σοφος')).paths).toEqual(['ΣΟΦΟΣ'])
    expect(marked(await browser('stanbul'))).toContain('stanbul')
  })

  it('finds text beyond ASCII', async () => {
    expect((await searched('東京')).paths).toEqual(['shop/orders/created'])
  })

  it('takes regular expressions between slashes, and a text with their signs as a text', async () => {
    const browser = await searched('/temperature":2[12]/')
    expect(browser.paths).toEqual(['zigbee2mqtt', 'zigbee2mqtt/kitchen'])
    expect(marked(browser)).toContain('temperature"')
    const signs = new BrowserInTest(
      catalogueOf([messageAt(1, 'a', '1+1=2 (sum)'), messageAt(1, 'b', '11=2')])
    )
    expect((await searched('1+1=2 (', signs)).paths).toEqual(['a'])
  })

  it('matches expressions in linear time that take others for ever', async () => {
    const browser = new BrowserInTest(catalogueOf([messageAt(1, 'a', 'x'.repeat(20_000))]))
    expect((await searched('/(x+x+)+y/', browser)).paths).toEqual([])
  })

  it('finds messages that come later', async () => {
    const browser = await searched('needle')
    expect(browser.paths).toEqual([])
    expect(browser.receive(messageAt(61, 'hay/stack', 'a needle')).paths).toEqual(['hay/stack'])
  })

  it('narrows what a filter leaves, and counts the hits in that', async () => {
    const browser = await searched('state', house().press('f').type('zigbee').press('enter'))
    expect(browser.paths).toEqual(['zigbee2mqtt', 'zigbee2mqtt/bridge/state', 'zigbee2mqtt/living room'])
    expect(browser.screen).toContain('13 hits in 2 of 7 channels')
    browser.press('/', 'tab').press('enter')
    await browser.search()
    expect(browser.screen).toContain('1 hit in 1 of 7 channels')
  })

  it('counts the kept messages that have it, not those that are forgotten', async () => {
    const browser = new BrowserInTest(catalogueOf([messageAt(0, 'a', 'hit'), messageAt(1, 'a', 'hit')]))
    expect((await searched('hit', browser)).screen).toContain('2 hits in 1 of 1 channel')
    browser.receive(messageAt(2, 'a', 'hit'))
    expect(browser.screen).toContain('3 hits')
    browser.receive(...Array.from({ length: 48 }, (_, at) => messageAt(3 + at, 'a', 'miss')))
    expect(browser.screen).toContain('2 hits')
  })

  it('marks the messages of the history that have it, and where', async () => {
    const messages = ['one', 'two'].map((text, at) => messageAt(at, 'a', text))
    const browser = await searched('one', new BrowserInTest(catalogueOf(messages)))
    browser.press('5')
    expect(browser.lines.filter((line) => line.includes('* 12:00:00.000'))).toHaveLength(1)
    expect(browser.lines.filter((line) => line.includes('* 12:00:01.000'))).toHaveLength(0)
    expect(marked(browser)).toEqual(['one'])
  })

  it('says of how many payloads it has searched no more than the beginning', async () => {
    const large = `${' '.repeat(1024 * 1024)}needle`
    const browser = new BrowserInTest(
      catalogueOf([messageAt(1, 'large', large), messageAt(1, 'small', 'needle')])
    )
    await searched('needle', browser)
    expect(browser.paths).toEqual(['small'])
    expect(browser.screen).toContain('1 hit in 1 of 2 channels, 1 payload searched in part')
  })

  it('looks at every name and message once, in steps that stay small', () => {
    const catalogue = catalogueOf(
      Array.from({ length: 100 }, (_, at) => messageAt(1, `c/${at}`, 'x'.repeat(1000)))
    )
    const looked: string[] = []
    const matches = (text: string) => {
      looked.push(text)
      return false
    }
    const search = new ChannelSearch({ matches, hits: () => [], isExpression: false }, 'both')
    expect(search.advance(catalogue.channels, 10_000)).toBe(false)
    expect(looked.length).toBeLessThanOrEqual(22)
    while (!search.advance(catalogue.channels, 10_000));
    expect(looked).toHaveLength(200)
    expect(search.advance(catalogue.channels, 10_000)).toBe(true)
    expect(looked).toHaveLength(200)
  })
})
