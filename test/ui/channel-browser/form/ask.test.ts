import { describe, expect, it } from 'vitest'
import { BrowserInTest, catalogueOf, EVERY_ACTION, messageAt, NOON } from '../browser-in-test.js'
import { houseMessages } from '../house.js'

const house = () => new BrowserInTest(catalogueOf(houseMessages())).press('end')
const observing = (...patterns: string[]) =>
  new BrowserInTest(catalogueOf([messageAt(1, 'a/x', '1')]), undefined, NOON, EVERY_ACTION, undefined, {
    patterns,
    clientId: () => '',
    publishLine: '',
    isRetaining: true,
    isListing: false
  })

describe('which channels are streamed', () => {
  it('can be edited before', () => {
    const browser = house().press('s', 'ctrl-w', 'ctrl-w').type('+').press('enter')
    expect(browser.effects).toEqual([{ kind: 'stream', pattern: 'zigbee2mqtt/+' }])
  })

  it('is all that is observed where nothing is selected', () => {
    const browser = new BrowserInTest(catalogueOf([])).press('s', 'enter')
    expect(browser.effects).toEqual([{ kind: 'stream', pattern: '#' }])
  })

  it('is asked on while it is no pattern', () => {
    const browser = house().press('s').type('/#/b').press('enter')
    expect(browser.screen).toContain('✗ "#" is not a whole last level')
    expect(browser.effects).toEqual([])
    expect(browser.press('backspace', 'backspace', 'enter').effects).toHaveLength(1)
  })

  it('is given up with Esc', () => {
    const browser = house().press('s', 'escape')
    expect(browser.effects).toEqual([])
    expect(browser.screen).not.toContain('stream:')
  })
})

describe('a recording', () => {
  it('asks for its file, and for its channels after Tab', () => {
    const browser = house()
      .press('r', 'ctrl-u')
      .type('x.jsonl')
      .press('tab', 'ctrl-w', 'ctrl-w')
      .type('#')
      .press('enter')
    expect(browser.effects).toEqual([{ kind: 'record', patterns: ['zigbee2mqtt/#'], file: 'x.jsonl' }])
  })

  it('can begin before any channel is there', () => {
    const [effect] = new BrowserInTest(catalogueOf([])).press('r', 'enter').effects
    expect(effect).toMatchObject({ kind: 'record', patterns: ['#'] })
  })

  it('says where it will miss messages that are not observed', () => {
    expect(observing('a/#').press('r', 'tab', 'ctrl-u').type('#').screen).toContain(
      '! only what is observed: a/#'
    )
    expect(observing('a/#', 'b').press('r').screen).not.toContain('only what is observed')
  })

  it('needs the name of a file', () => {
    const browser = house().press('r', 'ctrl-u', 'enter')
    expect(browser.screen).toContain('no file was named')
    expect(browser.effects).toEqual([])
  })
})
