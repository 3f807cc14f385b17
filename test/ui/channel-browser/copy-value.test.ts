import { describe, expect, it } from 'vitest'
import type { Message } from '../../../src/core/message.js'
import { BrowserInTest, catalogueOf, messageAt } from './browser-in-test.js'

const ROOMY = { columns: 130, rows: 40 }

function browserWith(payload: unknown, more: Partial<Omit<Message, 'mqtt'>> = {}): BrowserInTest {
  return new BrowserInTest(catalogueOf([messageAt(0, 'c', payload, more)]), ROOMY)
}

/** What has been copied last, as text and with its name. */
function copied(browser: BrowserInTest): [what: string | undefined, text: string] | undefined {
  const effect = browser.effects.filter(({ kind }) => kind === 'copy').at(-1)
  return effect?.kind === 'copy' ? [effect.what, Buffer.from(effect.bytes).toString()] : undefined
}

/** Moves the cursor to the line that has the text, and copies. */
function copyAt(browser: BrowserInTest, text: string): ReturnType<typeof copied> {
  browser.press('home')
  const line = browser.lines.findIndex((shown) => (shown.split('│')[1] ?? '').includes(text))
  return copied(browser.press(...Array.from({ length: line - 4 }, () => 'down'), 'y'))
}

describe('copying the value at the cursor', () => {
  it('takes a value of a JSON payload as it is written', () => {
    const browser = browserWith('{"big":12345678901234567890,"one":1.0, "a/b":[1, {"x" : null}]}').press(
      'tab'
    )
    expect(copyAt(browser, '"big"')).toEqual(['big', '12345678901234567890'])
    expect(copyAt(browser, '"one"')).toEqual(['one', '1.0'])
    expect(copyAt(browser, '"x"')).toEqual(['["a/b"][1].x', 'null'])
    expect(copyAt(browser, '"a/b"')).toEqual(['["a/b"]', '[1, {"x" : null}]'])
  })

  it('takes a string as the text that it stands for', () => {
    const browser = browserWith({ s: 'a "quoted"\nline – 東京 👍' }).press('tab')
    expect(copyAt(browser, '"s"')).toEqual(['s', 'a "quoted"\nline – 東京 👍'])
  })

  it('takes all of a JSON payload while the cursor is on its first line', () => {
    expect(copied(browserWith('{"a": 1}').press('y'))).toEqual(['(value)', '{"a": 1}'])
  })

  it('takes text and bytes as they are', () => {
    expect(copied(browserWith('all well').press('y'))).toEqual(['the payload', 'all well'])
    const bytes = Buffer.from([0xff, 0, 0x1b])
    const [effect] = browserWith(bytes).press('y').effects
    expect(effect).toMatchObject({ kind: 'copy', bytes })
  })

  it('takes a header and a property, bytes as they are', () => {
    const raw = Buffer.from([0xff, 0xfe])
    const browser = browserWith('1', {
      headers: [
        ['trace', 'abc'],
        ['raw', raw]
      ],
      contentType: 'application/json'
    }).press('2', 'tab')
    expect(copyAt(browser, 'trace')).toEqual(['trace', 'abc'])
    expect(copyAt(browser, 'content type')).toEqual(['content type', 'application/json'])
    copyAt(browser, 'raw')
    expect(browser.effects.at(-1)).toMatchObject({ kind: 'copy', bytes: raw })
  })

  it('takes a part of the schema, the payload of a message of the past, and the last number of a chart', () => {
    const messages = [1, 2, 3].map((n) => messageAt(n, 'c', { n, on: n > 1 }))
    const browser = new BrowserInTest(catalogueOf(messages), ROOMY).press('6', 'tab')
    expect(copyAt(browser, '"n"')).toEqual(['properties.n', '{"type":"integer"}'])
    expect(copied(browser.press('5', 'home', 'down', 'y'))).toEqual(['the payload', '{"n":2,"on":true}'])
    expect(copied(browser.press('escape', 'tab', '4', 'y'))).toEqual(['on', '1'])
  })

  it('says so where there is nothing to copy', () => {
    expect(browserWith('1', { headers: [] }).press('2', 'tab', 'y').screen).toContain(
      'no value is on this line'
    )
    expect(browserWith('a').press('3', 'y').screen).toContain('a difference has no value to copy')
    expect(
      new BrowserInTest(catalogueOf([messageAt(0, 'a/b', '1'), messageAt(0, 'a/c', '1')])).press('y').effects
    ).toEqual([])
  })
})
