import { describe, expect, it } from 'vitest'
import { PayloadSearch } from '../../../src/ui/channel-browser/payload-search.js'
import { BrowserInTest, catalogueOf, messageAt } from './browser-in-test.js'
import { houseMessages } from './house.js'

const house = () => new BrowserInTest(catalogueOf(houseMessages()))

describe('finding channels by name', () => {
  it('shows what matches as it is typed, with the branches above', () => {
    const browser = house().press('/').type('kit')
    expect(browser.paths).toEqual(['zigbee2mqtt', 'zigbee2mqtt/kitchen'])
    expect(browser.selected).toBe('zigbee2mqtt/kitchen')
  })

  it('ignores case, unless the text has capital letters', () => {
    const upper = () =>
      new BrowserInTest(catalogueOf(['Home/Lamp', 'office/lamp'].map((name) => messageAt(1, name, 'x'))))
    expect(upper().press('/').type('lamp').paths).toEqual(['Home/Lamp', 'office/lamp'])
    expect(upper().press('/').type('Lamp').paths).toEqual(['Home/Lamp'])
  })

  it('takes several words in any order', () => {
    expect(house().press('/').type('room zig').paths).toEqual(['zigbee2mqtt', 'zigbee2mqtt/living room'])
  })

  it('takes MQTT patterns', () => {
    expect(house().press('/').type('zigbee2mqtt/+').paths).toEqual([
      'zigbee2mqtt',
      'zigbee2mqtt/kitchen',
      'zigbee2mqtt/living room'
    ])
    expect(house().press('/').type('+/+/created').paths).toEqual(['shop/orders/created'])
  })

  it('applies to channels that appear later', () => {
    const browser = house().press('/').type('kit').press('enter')
    browser.receive(messageAt(61, 'garden/kit', 'x'), messageAt(61, 'garden/x', 'x'))
    expect(browser.paths).toEqual(['garden', 'garden/kit', 'zigbee2mqtt', 'zigbee2mqtt/kitchen'])
  })

  it('is kept with Enter, undone with Escape while typing, and ended with Escape after', () => {
    const browser = house().press('/').type('kit').press('enter', '/').type('x')
    expect(browser.paths).toEqual([])
    expect(browser.screen).toContain('no channel matches')
    expect(browser.press('escape').paths).toHaveLength(2)
    expect(browser.press('escape').paths).toHaveLength(8)
  })

  it('leaves its branches open or closed as the user wants', () => {
    const browser = house().press('/').type('zigbee').press('enter', 'home', 'left')
    expect(browser.paths).toEqual(['zigbee2mqtt'])
    expect(browser.press('right').paths).toHaveLength(4)
  })

  it('shows what matches, even in branches that were closed before', () => {
    const browser = house().press('-').press('/').type('kit')
    expect(browser.paths).toEqual(['zigbee2mqtt', 'zigbee2mqtt/kitchen'])
    browser.press('enter', 'home', 'left')
    expect(browser.paths).toEqual(['zigbee2mqtt'])
    expect(browser.press('/').type('c').press('backspace').paths).toHaveLength(2)
  })

  it('leaves what was found selected among all channels when it is ended', () => {
    const browser = house().press('-').press('/').type('kit').press('enter', 'escape')
    expect(browser.selected).toBe('zigbee2mqtt/kitchen')
    expect(browser.paths).toContain('zigbee2mqtt/living room')
  })

  it('goes back to what was selected when it is undone, or when it found nothing', () => {
    const browser = house().press('down')
    const before = browser.selected
    expect(browser.press('/').type('kit').press('escape').selected).toBe(before)
    expect(browser.press('/').type('nowhere').press('enter', 'escape').selected).toBe(before)
  })

  it('lets the text be edited, and takes the first line of what is pasted', () => {
    const browser = house().press('/').type('kitx').press('backspace', 'home', 'delete').type('K')
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

describe('finding payloads', () => {
  it('shows the channels of which a kept message has the text', async () => {
    const browser = await house().press('?').type('"state":"off"').press('enter').search()
    expect(browser.paths).toEqual(['zigbee2mqtt', 'zigbee2mqtt/living room'])
    expect(browser.screen).toContain('1 of 7 channels')
  })

  it('selects the first channel that it finds, unless the user has moved on', async () => {
    const found = () => house().press('home', '?').type('"state":"off"')
    expect((await found().press('enter').search()).selected).toBe('zigbee2mqtt/living room')
    const moved = await found().press('enter', 'down').search()
    expect(moved.selected).toBe('zigbee2mqtt')
    const later = await house().press('?').type('needle').press('enter').search()
    later.receive(messageAt(61, 'hay/a', 'straw'), messageAt(61, 'hay/stack', 'a needle'))
    expect(later.selected).toBe('hay/stack')
  })

  it('finds text beyond ASCII', async () => {
    const browser = await house().press('?').type('東京').search()
    expect(browser.paths).toEqual(['shop/orders/created'])
  })

  it('takes regular expressions between slashes', async () => {
    const browser = await house().press('?').type('/temperature":2[12]/').search()
    expect(browser.paths).toEqual(['zigbee2mqtt', 'zigbee2mqtt/kitchen'])
  })

  it('matches expressions in linear time that take others for ever', async () => {
    const browser = new BrowserInTest(catalogueOf([messageAt(1, 'a', 'x'.repeat(20_000))]))
    await browser.press('?').type('/(x+x+)+y/').search()
    expect(browser.paths).toEqual([])
  })

  it('finds messages that come later', async () => {
    const browser = await house().press('?').type('needle').search()
    expect(browser.paths).toEqual([])
    expect(browser.receive(messageAt(61, 'hay/stack', 'a needle')).paths).toEqual(['hay/stack'])
  })

  it('narrows what a filter leaves', async () => {
    const browser = await house().press('/').type('zigbee').press('enter', '?').type('state').search()
    expect(browser.paths).toEqual(['zigbee2mqtt', 'zigbee2mqtt/bridge/state', 'zigbee2mqtt/living room'])
  })

  it('goes to the next older and newer message that has it', async () => {
    const messages = ['one', 'two', 'one', 'two'].map((text, at) => messageAt(at, 'a', text))
    const browser = await new BrowserInTest(catalogueOf(messages))
      .press('?')
      .type('one')
      .press('enter')
      .search()
    expect(browser.press('n').model.pinned?.sequence).toBe(3)
    expect(browser.press('n').model.pinned?.sequence).toBe(1)
    expect(browser.press('n').model.pinned?.sequence).toBe(1)
    expect(browser.screen).toContain('no older message matches the search')
    expect(browser.press('N').model.pinned?.sequence).toBe(3)
  })

  it('marks the messages of the history that have it', async () => {
    const messages = ['one', 'two'].map((text, at) => messageAt(at, 'a', text))
    const browser = await new BrowserInTest(catalogueOf(messages))
      .press('?')
      .type('one')
      .press('enter', '5')
      .search()
    expect(browser.lines.filter((line) => line.includes('* 12:00:00.000'))).toHaveLength(1)
    expect(browser.lines.filter((line) => line.includes('* 12:00:01.000'))).toHaveLength(0)
  })

  it('says of how many payloads it has searched no more than the beginning', async () => {
    const large = `${' '.repeat(1024 * 1024)}needle`
    const browser = await new BrowserInTest(
      catalogueOf([messageAt(1, 'large', large), messageAt(1, 'small', 'needle')])
    )
      .press('?')
      .type('needle')
      .search()
    expect(browser.paths).toEqual(['small'])
    expect(browser.screen).toContain('1 of 2 channels, 1 payload searched in part')
  })

  it('looks at every message once, in steps that stay small', () => {
    const catalogue = catalogueOf(
      Array.from({ length: 100 }, (_, at) => messageAt(1, `c/${at}`, 'x'.repeat(1000)))
    )
    const looked: string[] = []
    const search = new PayloadSearch((text) => {
      looked.push(text)
      return false
    })
    expect(search.advance(catalogue.channels, 10_000)).toBe(false)
    expect(looked.length).toBeLessThanOrEqual(11)
    while (!search.advance(catalogue.channels, 10_000));
    expect(looked).toHaveLength(100)
    expect(search.advance(catalogue.channels, 10_000)).toBe(true)
    expect(looked).toHaveLength(100)
  })
})
