import { describe, expect, it } from 'vitest'
import type { Message } from '../../../../src/core/message.js'
import { BrowserInTest, catalogueOf, messageAt, SECOND } from '../browser-in-test.js'

const ROOMY = { columns: 130, rows: 30 }
const DOTS = /[\u2801-\u28ff]/

/** The browser on one channel that had these payloads, a second apart. */
function browserWith(payloads: readonly unknown[], size = ROOMY): BrowserInTest {
  return new BrowserInTest(catalogueOf(payloads.map((payload, at) => messageAt(at, 'c', payload))), size)
}

const readings = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ temp: at % 10, 'deep/er': { on: at % 2 === 0 }, still: 7 }))

/** The lines that have dots of a chart. */
const drawn = ({ lines }: BrowserInTest) => lines.filter((line) => DOTS.test(line))

describe('the chart of a channel', () => {
  it('shows every number over the same time, nested ones and switches too, with its last value and its range', () => {
    const browser = browserWith(readings(20)).press('4')
    expect(browser.screen).toContain('3 numbers in 19 s')
    expect(browser.screen).toContain('temp  9  0 … 9')
    expect(browser.screen).toContain('["deep/er"].on  0  0 … 1')
    expect(browser.screen).toContain('still  7  stands still')
    expect(browser.screen).toMatch(/└12:00:00 .* 12:00:19/)
  })

  it('chooses the number that moves most, until the user chooses another', () => {
    const payloads = [20, 21.5, 19].map((t, at) => ({ id: 1000 + at, on: at % 2 === 0, t, far: 500 + t }))
    const browser = browserWith(payloads).press('4', 'tab')
    expect(browser.screen).toContain('›t  19')
    browser.press('up')
    expect(browser.screen).toContain('›on  1')
    browser.receive(messageAt(9, 'c', { id: 1, on: true, t: -50, far: 0 }))
    expect(browser.screen).toContain('›on  1')
  })

  it('shows one number alone with Enter, and all of them again with Enter or Escape', () => {
    const browser = browserWith(readings(20)).press('4', 'tab', 'enter')
    expect(browser.screen).toContain('1/3 temp')
    expect(browser.screen).toContain('last 9  min 0  max 9  mean 4.5  20 in 19 s')
    expect(browser.screen).not.toContain('still')
    expect(browser.press('down').screen).toContain('2/3 ["deep/er"].on')
    expect(browser.press('escape').screen).toContain('3 numbers in 19 s')
    expect(browser.model.focus).toBe('detail')
    expect(browser.press('right').screen).toContain('2/3 ["deep/er"].on')
    expect(browser.press('left').screen).toContain('3 numbers in 19 s')
  })

  it('has values beside it and times below it', () => {
    const { screen } = browserWith([{ t: 10 }, { t: 30 }]).press('4')
    for (const value of ['30 ┤', '25 ┤', '20 ┤', '15 ┤', '10 ┤']) expect(screen).toContain(value)
    expect(screen).toMatch(/└12:00:00 +12:00:01/)
  })

  it('charts a payload that is a number', () => {
    expect(browserWith(['1', '2.5']).press('4').screen).toContain('last 2.5  min 1  max 2.5')
  })

  it('shows a number that never changes as a line in the middle, with the number beside it', () => {
    const lines = drawn(browserWith(['7', '7']).press('4'))
    expect(lines).toEqual([expect.stringMatching(/\b7 ┤/)])
  })

  it('says so when there is no number', () => {
    expect(browserWith(['on', 'off']).press('4').screen).toContain('no numbers')
  })

  it('shows the numbers around the chosen one where there is no room for all', () => {
    const payloads = [1, 2].map((factor) =>
      Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`n${at}`, (at + 1) * factor]))
    )
    const browser = browserWith(payloads, { columns: 80, rows: 24 }).press('4', 'tab')
    for (let at = 0; at < 20; at++) {
      expect(browser.screen.match(/›n\d+/g)).toEqual([`›n${at}`])
      browser.press('down')
    }
    expect(browser.screen).toContain('›n19')
  })
})

describe('the time of a chart', () => {
  /** Ten messages a second, for ten minutes. */
  function busyBrowser(): BrowserInTest {
    const messages: Message[] = []
    for (let at = 0; at < 6000; at++)
      messages.push(messageAt(at / 10, 'c', { t: at === 3000 ? -100 : at % 60 }))
    const catalogue = catalogueOf([])
    catalogue.keepCharts()
    catalogue.observe(messages)
    return new BrowserInTest(catalogue, ROOMY)
  }

  it('is that of all messages since observing began, though the history holds the last seconds only', () => {
    const browser = busyBrowser().press('4')
    expect(browser.catalogue.get('c')?.history).toHaveLength(50)
    expect(browser.screen).toContain('min -100')
    expect(browser.screen).toContain('6000 in 9m5')
    expect(browser.screen).toMatch(/└12:00:0\d .* 12:09:59/)
  })

  it('becomes shorter with a comma, and longer with a full stop', () => {
    const browser = busyBrowser().press('4', ',', ',', ',')
    expect(browser.screen).toContain('charts show the last 4m')
    expect(browser.screen).toContain('min 0')
    expect(browser.screen).toMatch(/└12:0[56]:\d\d .* 12:09:59/)
    expect(browser.press(',').screen).toMatch(/└12:0[89]:\d\d .* 12:09:59/)
    expect(browser.press(',').screen).toContain('the last 1m')
    expect(browser.press('.', '.', '.', '.').screen).toContain('6000 in')
  })

  it('goes on while another channel is looked at', () => {
    const browser = new BrowserInTest(catalogueOf([messageAt(0, 'a', '1'), messageAt(0, 'b', '1')]), ROOMY)
    browser.press('4')
    for (let second = 1; second <= 200; second++) {
      browser.receive(messageAt(second, 'a', String(second)))
      if (second === 5) browser.press('down')
    }
    expect(browser.press('up').screen).toContain('last 200  min 1  max 200')
  })

  it('stands still while the view is paused', () => {
    const browser = busyBrowser().press('4', 'space')
    const still = browser.lines.slice(1)
    for (let second = 0; second < 300; second++) browser.receive(messageAt(700 + second, 'c', { t: 999 }))
    expect(browser.press('1', '4').lines.slice(1)).toEqual(still)
    expect(browser.press('space').screen).toContain('max 999')
  })

  it('says how many messages were not read, where they come too fast', () => {
    const text = 'x'.repeat(20_000)
    const messages = Array.from({ length: 1000 }, (_, at) => messageAt(at / 1000, 'c', { t: at, text }))
    const catalogue = catalogueOf([])
    catalogue.keepCharts()
    catalogue.observe(messages)
    const { screen } = new BrowserInTest(catalogue, ROOMY).press('4')
    expect(screen).toMatch(/9\d\d messages not read/)
  })

  it('is told of a channel that nobody looked at before, as far as its history goes', () => {
    const messages = Array.from({ length: 200 }, (_, at) => messageAt(at, 'c', String(at)))
    const browser = new BrowserInTest(catalogueOf(messages), ROOMY, messages.at(-1)?.time ?? SECOND)
    expect(browser.press('4').screen).toContain('last 199  min 150')
  })
})
