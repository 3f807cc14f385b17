import { describe, expect, it } from 'vitest'
import type { BrowserEvent } from '../../../src/ui/channel-browser/browser-event.js'
import { type Key, KeyDecoder } from '../../../src/ui/channel-browser/key-decoder.js'
import { takeNext } from '../../../src/ui/channel-browser/waiting-keys.js'
import { BrowserInTest, catalogueOf } from './browser-in-test.js'
import { houseMessages } from './house.js'

const house = () => new BrowserInTest(catalogueOf(houseMessages()))

/** What the loop does with keys that wait: takes all of them, one after the other. */
function typeAtOnce(browser: BrowserInTest, typed: string): Key[] {
  const waiting: BrowserEvent[] = new KeyDecoder()
    .decode(Buffer.from(typed))
    .map((key) => ({ kind: 'key', key }))
  const taken: Key[] = []
  for (;;) {
    const event = takeNext(waiting, browser.model)
    if (!event) return taken
    if (event.kind === 'key') taken.push(event.key)
    browser.happen(event)
  }
}

describe('keys that wait', () => {
  const LONG = 'abcdefghij'.repeat(500)

  it('are one text for a search', () => {
    const browser = house()
    typeAtOnce(browser, '/')
    expect(typeAtOnce(browser, LONG)).toHaveLength(1)
    expect(browser.model.search).toBe(LONG.slice(0, 4096))
  })

  it('are one text for a filter, and what follows the text is a key of its own', () => {
    const browser = house()
    typeAtOnce(browser, 'fkitchen\rG')
    expect(browser.model.filter?.text).toBe('kitchen')
    expect(browser.model.prompt).toBeUndefined()
  })

  it('are one text for a name of a file', () => {
    const browser = house()
    typeAtOnce(browser, 'e\x15some file.yaml\r')
    expect(browser.effects).toEqual([{ kind: 'export', file: 'some file.yaml' }])
  })

  it('are one text for a payload, with its lines', () => {
    const browser = house()
    const text = 'one line\rand another\r'.repeat(1000)
    typeAtOnce(browser, 'Gp')
    expect(typeAtOnce(browser, text)).toHaveLength(1)
    const { payload } = browser.model.form ?? {}
    expect(payload?.kind === 'text' && payload.field.text.endsWith(text.replaceAll('\r', '\n'))).toBe(true)
  })

  it('stay keys in a field that is chosen and not typed', () => {
    const browser = house().press('end', 'p')
    while (browser.model.form?.at !== 'qos') browser.press('tab')
    typeAtOnce(browser, '1  ')
    expect(browser.model.form.guarantee).toBe(0)
  })

  it('stay keys where no text is typed, and in a question', () => {
    const browser = house()
    expect(typeAtOnce(browser, 'jjk')).toHaveLength(3)
    typeAtOnce(browser, 'Gp x\x0eyy')
    expect(browser.model.form?.question).toBeUndefined()
  })

  it('are no commands where they are so many that nobody can have typed them', () => {
    const browser = house()
    expect(typeAtOnce(browser, `${LONG}\rxy`)).toHaveLength(1)
    expect(browser.screen).toContain('no command on pasted text')
    expect(browser.effects).toEqual([])
  })

  it('are commands however many they are where one key is held down', () => {
    const browser = house()
    expect(typeAtOnce(browser, 'j'.repeat(500))).toHaveLength(500)
    expect(browser.selected).toBe(browser.paths.at(-1))
  })

  it('are what they would be one by one', () => {
    const typed = '/state\x7f\x7f\rGp\x15a b\x1b\x1b[Ak'
    const together = house()
    typeAtOnce(together, typed)
    const oneByOne = house()
    for (const key of new KeyDecoder().decode(Buffer.from(typed))) oneByOne.happen({ kind: 'key', key })
    expect(together.model).toEqual(oneByOne.model)
  })
})
