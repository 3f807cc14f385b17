import { describe, expect, it } from 'vitest'
import { ChannelCatalogue } from '../../../../src/core/catalogue/channel-catalogue.js'
import type { Message } from '../../../../src/core/message.js'
import { BrowserInTest, catalogueOf, messageAt, NOON, SECOND } from '../browser-in-test.js'

/** The browser on one channel that had these payloads, a second apart. */
function browserWith(payloads: readonly unknown[], size = { columns: 130, rows: 30 }): BrowserInTest {
  return new BrowserInTest(catalogueOf(payloads.map((payload, at) => messageAt(at, 'c', payload))), size)
}

const readings = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ temp: at, 'deep/er': { on: at % 2 === 0 } }))

describe('the payload in the detail pane', () => {
  it('shows JSON laid out, with every number as it was sent', () => {
    const { screen } = browserWith(['{"big":12345678901234567890,"one":1.0,"e":1e400}'])
    expect(screen).toContain('"big": 12345678901234567890,')
    expect(screen).toContain('"one": 1.0,')
    expect(screen).toContain('"e": 1e400')
  })

  it('folds the value under the cursor, and keeps it folded in the messages that follow', () => {
    const browser = browserWith(['{"a":{"x":1,"y":2},"b":3}']).press('tab', 'down', 'enter')
    expect(browser.screen).toContain('▸   "a": { 2 members }')
    expect(browser.screen).not.toContain('"x"')
    browser.receive(messageAt(9, 'c', '{"a":{"x":5},"b":6}'))
    expect(browser.screen).toContain('"a": { 1 member }')
    expect(browser.press('right').screen).toContain('"x": 5')
  })

  it('folds and unfolds everything', () => {
    const browser = browserWith(['{"a":{"x":1},"b":[1,2]}']).press('tab', '-')
    expect(browser.screen).toContain('"a": { 1 member }')
    expect(browser.screen).toContain('"b": [ 2 items ]')
    expect(browser.press('+').screen).toContain('"x": 1')
  })

  it('scrolls, the cursor always on the screen', () => {
    const browser = browserWith([Array.from({ length: 100 }, (_, at) => at)]).press('tab', 'end')
    expect(browser.screen).toContain('99')
    expect(browser.press('home').screen).not.toContain('  99')
  })

  it('goes on in the next line where a value is longer than the pane', () => {
    const text = Array.from({ length: 30 }, (_, at) => `word${at}`).join('-')
    const shown = browserWith([{ text }], { columns: 80, rows: 24 })
      .lines.map((line) => line.slice(42).trim())
      .join('')
    expect(shown).toContain(text)
  })

  it('shows text of several lines, bytes in hexadecimal, and says when there is nothing', () => {
    expect(browserWith(['one\ntwo']).lines.filter((line) => /│(one|two)$/.test(line.trimEnd()))).toHaveLength(
      2
    )
    expect(browserWith([Buffer.from([0xff, 0xad, 0, 0x41])]).screen).toContain('0000  ff ad 00 41')
    expect(browserWith(['']).screen).toContain('(empty payload)')
  })

  it('says of a large payload what all of it is, though no more than its beginning is kept', () => {
    const large = (bytes: number) => ({ t: 'x'.repeat(bytes) })
    const kindOf = (payload: unknown) =>
      browserWith([payload]).screen.match(/(?:kB|MB) (json|text|binary|not examined)/)?.[1]
    expect(kindOf(large(600 * 1024))).toBe('json')
    expect(kindOf(large(2 * 1024 * 1024))).toBe('json')
    expect(kindOf(`${JSON.stringify(large(2 * 1024 * 1024))},`)).toBe('text')
    expect(kindOf(Buffer.concat([Buffer.alloc(2 * 1024 * 1024, 'x'), Buffer.from([0xff])]))).toBe('binary')
  })

  it('says of a large payload that nobody has looked into that it was not examined', () => {
    const catalogue = new ChannelCatalogue({
      separator: '/',
      maxChannels: 10,
      maxBytes: 512 * 1024 * 1024,
      historyPerChannel: 5,
      examinedPerSecond: 0,
      startedAt: NOON
    })
    const payload = { t: 'x'.repeat(2 * 1024 * 1024) }
    catalogue.observe(Array.from({ length: 20 }, () => messageAt(1, 'a', payload)))
    expect(new BrowserInTest(catalogue).screen).toContain('2.1 MB not examined')
  })

  it('says how much of a payload was not kept', () => {
    const big = `{"text":"${'é'.repeat(300_000)}"}`
    const { screen } = browserWith([big]).press('tab', 'end')
    expect(screen).toMatch(/… .* more (are not shown|were not kept)/)
  })

  it('has what changed and a chart below it, where there is room to spare', () => {
    const roomy = browserWith(readings(5)).screen
    expect(roomy).toContain('~ temp  3 → 4  (+1)')
    expect(roomy).toContain('last 4  min 0  max 4')
    const low = browserWith(readings(5), { columns: 130, rows: 14 }).screen
    expect(low).toContain('"temp": 4')
    expect(low).not.toContain('min 0')
  })

  it('has the cursor on the payload only', () => {
    const browser = browserWith(readings(5)).press('tab', 'end')
    expect(browser.lines[browser.model.line + 4]).toMatch(/│ +}/)
  })

  it('shows control characters as what they are', () => {
    expect(browserWith(['a\x1b[2Jb']).screen).toContain('a\\u001b[2Jb')
  })
})

describe('the other tabs', () => {
  it('shows what changed, with the difference of numbers', () => {
    const { screen } = browserWith([
      { t: 21.3, gone: 1 },
      { t: 21.4, come: [true] }
    ]).press('3')
    expect(screen).toContain('~ t  21.3 → 21.4  (+0.1)')
    expect(screen).toContain('+ come[0]  true')
    expect(screen).toContain('- gone  1')
    expect(screen).toContain('3 changes in 1 s')
  })

  it('shows what changed in a text: words within a line, and whole lines', () => {
    const { screen } = browserWith([
      'first\npump 3 runs at 41 rpm\nc',
      'first\npump 3 runs at 45 rpm\nx'
    ]).press('3')
    expect(screen).toContain('  first')
    expect(screen).toContain('~ pump 3 runs at [-41-]{+45+} rpm')
    expect(browserWith(['a\nb\nc', 'a\nx\nc']).press('3').screen).toMatch(/- b.*\n.*\+ x/)
    expect(browserWith(['a', 'a\nb']).press('3').screen).toContain('1 change in 1 s')
  })

  it('shows what changed in bytes as lines of a hex dump', () => {
    const { screen } = browserWith([Buffer.from([0xff, 1, 2]), Buffer.from([0xff, 1, 3])]).press('3')
    expect(screen).toContain('- 0000  ff 01 02')
    expect(screen).toContain('+ 0000  ff 01 03')
  })

  it('leaves out lines that stayed, but for a few around each change', () => {
    const text = (end: string) => `${Array.from({ length: 40 }, (_, at) => `line ${at}`).join('\n')}\n${end}`
    const { screen } = browserWith([text('old end'), text('new end')]).press('3')
    expect(screen).toContain('⋯ 34 lines the same')
    expect(screen).toContain('line 2')
    expect(screen).not.toContain('line 3 ')
    expect(screen).toContain('line 37')
    expect(screen).toContain('~ [-old-]{+new+} end')
  })

  it('says so when nothing changed, or nothing is known', () => {
    expect(browserWith(['{"a": 1}', '{"a":1}']).press('3').screen).toContain('no change')
    expect(browserWith(['x']).press('3').screen).toContain('no message before this one is kept')
  })

  it('walks through the history, and shows the past message in every tab', () => {
    const browser = browserWith(readings(5)).press('5', 'tab', 'down', 'down', '1')
    expect(browser.screen).toContain('"temp": 2')
    expect(browser.screen).toContain('past 3/5')
    expect(browser.press('3').screen).toContain('~ temp  1 → 2  (+1)')
  })

  it('stays with a message of the past while others come, and follows the latest again after Escape', () => {
    const browser = browserWith(readings(5)).press('[', '[')
    browser.receive(messageAt(9, 'c', { temp: 99 }))
    expect(browser.screen).toContain('"temp": 2')
    expect(browser.press('escape').screen).toContain('"temp": 99')
  })

  it('follows the latest again once it has been walked back to', () => {
    const browser = browserWith(readings(5)).press('[', ']')
    expect(browser.model.pinned).toBeUndefined()
  })

  it('stays with a message of the past that is no longer kept', () => {
    const browser = browserWith(readings(5)).press('[')
    browser.receive(...Array.from({ length: 60 }, (_, at) => messageAt(10 + at, 'c', { temp: 1000 + at })))
    expect(browser.screen).toContain('"temp": 3')
    expect(browser.screen).toContain('past')
  })

  it('shows properties and headers, repeated ones too', () => {
    const message = messageAt(1, 'c', '{}', {
      headers: [
        ['a', '1'],
        ['a', '2']
      ],
      guarantee: 2,
      contentType: 'application/json',
      responseChannel: 'answers/1',
      correlation: Buffer.from([1, 255]),
      mqtt: { dup: true }
    })
    const { screen } = new BrowserInTest(catalogueOf([message]), { columns: 130, rows: 40 }).press('2')
    for (const text of [
      'content type  application/json',
      'answer to     answers/1',
      'correlation   01ff',
      'a  1',
      'a  2'
    ]) {
      expect(screen).toContain(text)
    }
  })

  it('shows the schema that the payloads have', () => {
    const { screen } = browserWith(readings(5)).press('6')
    expect(screen).toContain('"type": "object"')
    expect(screen).toContain('"temp"')
    expect(browserWith(['x']).press('6').screen).toContain('no schema')
  })
})

describe('a paused view', () => {
  it('stands still while the catalogue goes on, and catches up afterwards', () => {
    const browser = browserWith(readings(3)).press('space')
    const still = browser.screen
    expect(still).toContain('PAUSED')
    browser.now += 30 * SECOND
    browser.receive(messageAt(70, 'c', { temp: 99 }), messageAt(70, 'new', 'x'))
    expect(browser.screen).toBe(still)
    expect(browser.catalogue.channels).toHaveLength(2)
    browser.press('space')
    expect(browser.screen).toContain('"temp": 99')
    expect(browser.paths).toEqual(['c', 'new'])
  })

  it('can be walked through and searched as it was', async () => {
    const browser = browserWith(readings(3)).press('space')
    browser.receive(...Array.from({ length: 100 }, (_, at) => messageAt(70 + at, 'c', 'later')))
    expect(browser.press('[').screen).toContain('"temp": 1')
    await browser.press('/').type('later').search()
    expect(browser.paths).toEqual([])
  })

  it('keeps the age of messages as it was', () => {
    const browser = browserWith(['x'])
    browser.now = NOON + 10 * SECOND
    browser.press('space')
    browser.now = NOON + 90 * SECOND
    expect(browser.screen).toMatch(/c +x +1 +10s/)
  })
})

describe('the facts of a message and its channel', () => {
  const factsOf = (more: Partial<Message>) => {
    const message = { ...messageAt(1, 'c', 'x'), ...more }
    return new BrowserInTest(catalogueOf([message]), { columns: 130, rows: 30 }).press('2').screen
  }

  it('have words of MQTT only where the protocol has them, or something else than the usual is to be told', () => {
    const kafka = factsOf({ mqtt: undefined, kafka: { partition: 0, offset: 7 }, guarantee: 1 })
    expect(kafka).not.toMatch(/QoS|retained/)
    const mqtt = factsOf({ guarantee: 1 })
    for (const fact of [/QoS +1/, /QoS seen +1/, /retained +no/]) expect(mqtt).toMatch(fact)
    expect(factsOf({ mqtt: undefined, guarantee: 0 })).toMatch(/QoS +0/)
  })
})
