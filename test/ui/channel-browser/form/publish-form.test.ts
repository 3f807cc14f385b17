import { describe, expect, it } from 'vitest'
import type { Capabilities } from '../../../../src/core/capabilities.js'
import type { Message } from '../../../../src/core/message.js'
import { mqttCapabilities } from '../../../../src/transport/mqtt/mqtt-capabilities.js'
import type { ComposeTerms } from '../../../../src/ui/channel-browser/browser-actions.js'
import { messageOfForm } from '../../../../src/ui/channel-browser/form/form-message.js'
import { newForm } from '../../../../src/ui/channel-browser/form/publish-form.js'
import { asChannel, hostileTexts } from '../../../support/hostile-text.js'
import { separatedGrammar } from '../../../support/separated-grammar.js'
import { BrowserInTest, catalogueOf, EVERY_ACTION, messageAt, NOON, SECOND } from '../browser-in-test.js'

const shown = messageAt(1, 'lamp/1', '{"on":true}', {
  guarantee: 1,
  contentType: 'application/json',
  headers: [['source', 'web']],
  mqtt: { retain: true }
})
const mqtt = mqttCapabilities.mqtt

function browserOf(
  message: Message | undefined,
  compose: ComposeTerms = { capabilities: mqtt }
): BrowserInTest {
  const catalogue = catalogueOf(message ? [message] : [])
  return new BrowserInTest(catalogue, { columns: 80, rows: 24 }, NOON + 60 * SECOND, {
    ...EVERY_ACTION,
    compose
  })
}

/** What is published, if anything is. */
function published({ effects }: BrowserInTest): Message | undefined {
  const [last] = effects.slice(-1)
  return last?.kind === 'publish' ? last.message : undefined
}

const paste = (browser: BrowserInTest, text: string, cut = false) => {
  browser.happen({ kind: 'key', key: { name: 'paste', text, ...(cut && { cut }) } })
  return browser
}

describe('the form of a message', () => {
  it('starts from the message shown, and does not retain unless told to', () => {
    expect(published(browserOf(shown).press('p', 'ctrl-s'))).toEqual({
      channel: 'lamp/1',
      payload: Buffer.from('{"on":true}'),
      headers: [['source', 'web']],
      guarantee: 1,
      key: undefined,
      contentType: 'application/json',
      mqtt: { retain: false }
    })
  })

  it('publishes what was changed in every field', () => {
    const browser = browserOf(shown).press('p')
    browser.press('ctrl-u').type('a').press('enter').type('b')
    browser.press('shift-tab', 'backspace').type('2').press('tab', 'tab')
    browser.press('ctrl-u').type('text/plain').press('tab', 'end', 'enter').type('x: 1')
    browser.press('tab').type('2').press('tab', 'space', 'ctrl-s')
    expect(published(browser)).toMatchObject({
      channel: 'lamp/2',
      payload: Buffer.from('a\nb'),
      contentType: 'text/plain',
      headers: [
        ['source', 'web'],
        ['x', '1']
      ],
      guarantee: 2,
      mqtt: { retain: true }
    })
  })

  it('publishes with Enter on its last field, where Enter in the others goes on', () => {
    const browser = browserOf(undefined).press('p').type('a/b').press('enter').type('hi').press('tab')
    for (let at = 0; at < 5 && !published(browser); at++) {
      expect(published(browser)).toBeUndefined()
      browser.press(at === 1 ? 'tab' : 'enter')
    }
    expect(published(browser)).toMatchObject({ channel: 'a/b', payload: Buffer.from('hi'), guarantee: 1 })
  })

  it('begins in the first field that must be filled in', () => {
    const field = ({ screen }: BrowserInTest) => /^›(\S+)/m.exec(screen)?.[1]
    expect(field(browserOf(undefined).press('p'))).toBe('channel')
    expect(field(browserOf(shown).press('p'))).toBe('payload')
    expect(field(browserOf(messageAt(1, 'lamp\u0007', 'x')).press('p'))).toBe('channel')
  })

  it.each(['not a type', 'text /plain', 'a\u0085b', 'text/plain; a b'])(
    'refuses %j as a content type',
    (type) => {
      const browser = browserOf(messageAt(1, 'lamp', 'on')).press('p', 'tab')
      if (browser.model.form)
        browser.model = {
          ...browser.model,
          form: { ...browser.model.form, contentType: { text: type, cursor: 0 } }
        }
      browser.press('ctrl-s')
      expect(published(browser)).toBeUndefined()
      expect(browser.screen).toContain('a content type is a word such as application/json')
    }
  )

  it.each(['text/plain', 'json', 'text/plain; charset=utf-8', ' a/b ;c="d e" ', ''])(
    'takes %j as a content type',
    (type) => {
      const browser = paste(browserOf(messageAt(1, 'lamp', 'on')).press('p', 'tab'), type).press('ctrl-s')
      expect(published(browser)?.contentType).toBe(type.trim() || undefined)
    }
  )

  it('keeps a content type that came with the message, whatever it is', () => {
    const odd = messageAt(1, 'lamp', 'on', { contentType: 'not a type' })
    expect(published(browserOf(odd).press('p', 'ctrl-s'))?.contentType).toBe('not a type')
  })

  it('is left with Esc and q where nothing was typed, however fast they are pressed', () => {
    expect(browserOf(shown).press('p', 'escape', 'q').effects).toEqual([{ kind: 'quit' }])
    expect(browserOf(shown).press('p', 'alt-q').effects).toEqual([{ kind: 'quit' }])
    expect(browserOf(shown).press('h', 'alt-q').effects).toEqual([{ kind: 'quit' }])
    const moved = browserOf(shown).press('p', 'tab', 'end', 'home', 'escape', 'q')
    expect(moved.effects).toEqual([{ kind: 'quit' }])
    expect(browserOf(shown).press('p', 'x', 'alt-q').effects).toEqual([])
  })

  it('goes from field to field with Tab and with the arrows, and round', () => {
    const browser = browserOf(undefined).press('p')
    const at = (label: string) => expect(browser.screen).toMatch(new RegExp(`^›${label}`, 'm'))
    at('channel')
    for (const label of ['payload', 'content type', 'headers', 'QoS', 'retain', ' +\\[ publish', 'channel']) {
      browser.press('tab')
      at(label)
    }
    browser.press('shift-tab')
    at(' +\\[ publish')
    for (const label of ['retain', 'QoS', 'headers']) {
      browser.press('up')
      at(label)
    }
    browser.press('down')
    at('QoS')
  })

  it('moves within the payload first, and leaves it at its first and last line', () => {
    const browser = browserOf(undefined).press('p', 'tab').type('one').press('enter').type('two')
    browser.press('up')
    expect(browser.screen).toMatch(/^›payload/m)
    browser.press('up')
    expect(browser.screen).toMatch(/^›channel/m)
    browser.press('down', 'down', 'down')
    expect(browser.screen).toMatch(/^›content type/m)
  })

  it('keeps the bytes of every payload that is not touched, and shows nothing that a terminal obeys', () => {
    const grammar = separatedGrammar('/')
    const terms = { capabilities: mqtt }
    for (const [index, text] of hostileTexts(1000).entries()) {
      const kinds = [
        Buffer.from(text),
        Buffer.from(`{"n":${index},"ä":"中🎉"}`),
        Buffer.concat([Buffer.of(0xff), Buffer.from(text)])
      ]
      const payload = kinds[index % kinds.length] ?? Buffer.of()
      const message = messageAt(1, asChannel(text), payload, { headers: [[text, text]] })
      const again = messageOfForm(newForm({ channel: message.channel, message }, terms), { terms, grammar })
      expect(Buffer.from(again.payload ?? '').equals(payload)).toBe(true)
      expect(again.headers).toEqual(message.headers)
    }
  })

  it('begins with no payload where the catalogue has kept only the beginning of it', () => {
    const cut = { ...shown, size: 1_000_000 }
    const form = newForm({ channel: 'lamp/1', message: cut }, { capabilities: mqtt })
    expect(form.payload).toMatchObject({ kind: 'text', field: { text: '' } })
  })

  it('sends bytes that are not text as they are, and edits them nowhere', () => {
    const browser = browserOf(messageAt(1, 'x', Buffer.from([0xff, 0]))).press('p')
    expect(browser.type('a').screen).toContain('Del removes this payload')
    expect(browser.press('ctrl-e').effects).toEqual([])
    expect(published(browser.press('ctrl-s'))?.payload).toEqual(Buffer.from([0xff, 0]))
    browser.press('p', 'delete')
    expect(published(browser.type('a').press('ctrl-s'))?.payload).toEqual(Buffer.from('a'))
  })

  it('has text with control characters edited in the editor only', () => {
    const browser = browserOf(messageAt(1, 'x', 'a\x1b[2J')).press('p', 'ctrl-e')
    expect(browser.effects).toEqual([{ kind: 'edit', bytes: Buffer.from('a\x1b[2J') }])
    browser.happen({ kind: 'edited', bytes: Buffer.from('b') })
    expect(published(browser.press('ctrl-s'))?.payload).toEqual(Buffer.from('b'))
  })

  it('takes what the editor has saved, and keeps its payload where the editor was given up', () => {
    const browser = browserOf(shown).press('p', 'ctrl-e')
    browser.happen({ kind: 'edited', bytes: undefined })
    expect(browser.screen).toContain('without saving')
    browser.happen({ kind: 'edited', bytes: Buffer.from('{\n  "on": false\n}') })
    expect(browser.screen).toContain('"on": false')
    expect(published(browser.press('ctrl-s'))?.payload).toEqual(Buffer.from('{\n  "on": false\n}'))
  })

  it('takes many pasted lines, and says what it leaves out or cuts', () => {
    const browser = browserOf(undefined).press('p').type('x').press('tab')
    expect(paste(browser, 'a\r\nb\x1b[31m\r\nc').screen).toContain('1 control characters were left out')
    expect(published(browser.press('ctrl-s'))?.payload).toEqual(Buffer.from('a\nb\nc'))
    browser.press('p').type('x').press('tab')
    expect(paste(browser, 'y'.repeat(70_000)).screen).toContain('the text is cut')
    expect(paste(browserOf(undefined).press('p', 'tab'), 'z', true).screen).toContain('the text is cut')
  })

  it('accepts no channel that cannot be published to', () => {
    const browser = browserOf(undefined).press('p', 'ctrl-s')
    expect(browser.screen).toContain('✗ it is empty')
    expect(browser.type('a/+').screen).toContain('✗ it holds a wildcard')
    expect(browser.press('ctrl-s').effects).toEqual([])
    expect(browser.press('backspace').type('b').screen).not.toContain('✗')
  })

  it('warns once of a payload that is not the JSON that it looks like, with the cursor there', () => {
    const browser = browserOf(undefined).press('p').type('x').press('tab').type('{"ä":tru}')
    expect(browser.screen).toContain('not JSON at line 1, column 6')
    browser.press('ctrl-s')
    expect(browser.effects).toEqual([])
    expect(browser.screen).toContain('^S again publishes it as it is')
    browser.press('delete', 'delete', 'delete').type('true')
    expect(browser.screen).toContain('✓ JSON')
    expect(published(browser.press('ctrl-s'))?.payload).toEqual(Buffer.from('{"ä":true}'))
    browser.press('p', 'ctrl-u')
    const broken = browserOf(undefined).press('p').type('x').press('tab').type('{').press('ctrl-s', 'ctrl-s')
    expect(published(broken)?.payload).toEqual(Buffer.from('{'))
  })
})

describe('what was typed and removed again', () => {
  it('is no draft, and nobody is asked before it is lost', () => {
    const typed = () => browserOf(shown).press('p').type('xy').press('backspace', 'backspace')
    const closed = typed().press('escape')
    expect([closed.model.draft, closed.model.form, closed.model.notice]).toEqual([
      undefined,
      undefined,
      undefined
    ])
    expect(typed().press('ctrl-n').model.form?.question).toBeUndefined()
    expect(typed().press('ctrl-c').effects.at(-1)).toEqual({ kind: 'quit' })
    const toggled = browserOf(shown).press('p', 'shift-tab', 'shift-tab', 'space', 'space', 'escape')
    expect(toggled.model.draft).toBeUndefined()
    expect(browserOf(shown).press('p').type('x').press('escape').model.draft).toBeDefined()
  })

  it('of a draft ends the draft', () => {
    const browser = browserOf(shown).press('p').type('x').press('escape', 'p', 'backspace', 'escape')
    expect([browser.model.draft, browser.model.form]).toEqual([undefined, undefined])
    expect(browser.press('p').screen).not.toContain('this is the draft')
  })
})

describe('a draft', () => {
  it('is what was typed when the form was closed, and p brings it back on any channel', () => {
    const browser = browserOf(shown).press('p').type('!').press('escape')
    expect(browser.screen).toContain('p brings the draft back')
    browser.receive(messageAt(2, 'other', 'x')).press('end', 'p')
    expect(browser.screen).toContain('{"on":true}!')
    expect(browser.screen).toContain('lamp/1')
  })

  it('is nothing where nothing was typed', () => {
    const browser = browserOf(shown).press('p', 'tab', 'tab', 'escape')
    expect(browser.screen).not.toContain('draft')
    browser.receive(messageAt(2, 'other', 'x')).press('end', 'p')
    expect(browser.screen).toMatch(/channel +other/)
  })

  it('goes when it is published, and comes back when that failed', () => {
    const browser = browserOf(shown).press('p').type('!').press('escape', 'p', 'ctrl-s', 'ctrl-s')
    const [effect] = browser.effects
    if (effect?.kind !== 'publish') throw new Error('nothing was published')
    expect(browser.press('p').screen).not.toContain('"on":true}!')
    browser.press('escape')
    browser.happen({ kind: 'not-published', form: effect.form, text: 'refused' })
    expect(browser.screen).toContain('refused; p brings the draft back')
    expect(browser.press('p').screen).toContain('"on":true}!')
  })

  it('that was refused says below what to do about it, until it is published', () => {
    const browser = browserOf(shown).press('p', 'ctrl-s')
    const [effect] = browser.effects
    if (effect?.kind !== 'publish') throw new Error('nothing was published')
    const advice = `create it: tidings publish ${'long.'.repeat(12)}topic PAYLOAD --create --partitions N\u001b[31m`
    browser.happen({ kind: 'not-published', form: effect.form, text: 'refused', advice })
    const rows = browser.press('p').screen.split('\n')
    const at = rows.findIndex((row) => row.includes('[ publish ]'))
    const told = rows.slice(at + 1, at + 4).map((row) => row.trim())
    expect(told.join('')).toBe(advice.replace('\u001b', '\\u001b'))
    // The payload gives the rows: the form is not scrolled.
    expect(rows.some((row) => row.includes('Publish to'))).toBe(true)
    browser.press('ctrl-s')
    expect(browser.press('p').screen).not.toContain('create it')
  })

  it('that failed leaves a message alone that is being written by then', () => {
    const browser = browserOf(shown).press('p', 'ctrl-s')
    const [effect] = browser.effects
    if (effect?.kind !== 'publish') throw new Error('nothing was published')
    browser.press('p').type('newer')
    browser.happen({ kind: 'not-published', form: effect.form, text: 'refused' })
    expect(browser.screen).toContain('newer')
    expect(browser.press('escape', 'p').screen).toContain('newer')
  })

  it('is given up for a new message only after a y', () => {
    const browser = browserOf(shown).press('p').type('!').press('ctrl-n')
    expect(browser.screen).toContain('What you have typed would be lost')
    expect(browser.press('n').screen).toContain('"on":true}!')
    expect(browser.press('ctrl-n', 'y').screen).not.toContain('"on":true}!')
  })

  it('is not lost by Ctrl-C or q at once', () => {
    const browser = browserOf(shown).press('p').type('!').press('ctrl-c')
    expect(browser.effects).toEqual([])
    expect(browser.press('x').screen).toContain('"on":true}!')
    expect(browser.press('ctrl-c', 'y').effects).toEqual([{ kind: 'quit' }])
    expect(browserOf(shown).press('p').type('!').press('ctrl-c', 'ctrl-c').effects).toEqual([
      { kind: 'quit' }
    ])
    expect(browserOf(shown).press('p', 'ctrl-c').effects).toEqual([{ kind: 'quit' }])
    const closed = browserOf(shown).press('p').type('!').press('escape', 'q')
    expect(closed.screen).toContain('Quit? What you have typed would be lost')
    expect(closed.press('n', 'escape', 'q').effects).toEqual([])
    expect(closed.press('y').effects).toEqual([{ kind: 'quit' }])
  })
})

describe('what a broker cannot do is no field', () => {
  const no = { why: 'there is no such thing', suggestion: 'do without' }
  const capabilities: Capabilities = {
    ...mqtt,
    key: true,
    'null-payload': true,
    retained: no,
    'at-most-once': no,
    'exactly-once': no,
    headers: no,
    'content-type': no
  }
  const keyed = { ...shown, key: 'lamp-1' }

  it('and is left out of the message; what it can do is there', () => {
    const browser = browserOf(keyed, { capabilities }).press('p')
    expect(browser.screen).not.toMatch(/QoS {2}|retain|headers|content type/)
    expect(published(browser.press('ctrl-s'))).toMatchObject({
      key: 'lamp-1',
      guarantee: 1,
      headers: [],
      contentType: undefined,
      mqtt: { retain: false }
    })
  })

  it('a key is edited, and one of bytes is kept', () => {
    const browser = browserOf(keyed, { capabilities })
      .press('p', 'shift-tab', 'ctrl-u')
      .type('k')
      .press('ctrl-s')
    expect(published(browser)?.key).toBe('k')
    const bytes = { ...shown, key: Buffer.of(255) }
    expect(published(browserOf(bytes, { capabilities }).press('p', 'ctrl-s'))?.key).toEqual(Buffer.of(255))
  })

  it('no payload at all can be chosen, and is what the form begins with where the message shown has none', () => {
    const none = browserOf({ ...keyed, payload: null }, { capabilities }).press('p')
    expect(none.screen).toContain('no payload at all')
    expect(published(none.press('ctrl-s'))?.payload).toBeNull()
    expect(
      published(browserOf(keyed, { capabilities }).press('p', 'tab', 'space', 'ctrl-s'))?.payload
    ).toBeNull()
    expect(published(browserOf({ ...shown, payload: null }).press('p', 'ctrl-s'))?.payload).toEqual(
      Buffer.alloc(0)
    )
  })
})

describe('a protected profile', () => {
  const terms = { capabilities: mqtt, protectedBy: 'production' }

  it('publishes only where its name was typed', () => {
    const browser = browserOf(shown, terms).press('p', 'ctrl-s')
    expect(browser.effects).toEqual([])
    expect(browser.screen).toContain('✗ type production')
    browser.type('productiom').press('ctrl-s')
    expect(browser.effects).toEqual([])
    browser.press('backspace').type('n').press('ctrl-s')
    expect(published(browser)).toMatchObject({ channel: 'lamp/1' })
  })

  it('wants its name again for a message that failed', () => {
    const browser = browserOf(shown, terms).press('p', 'ctrl-s').type('production').press('ctrl-s')
    const [effect] = browser.effects
    if (effect?.kind !== 'publish') throw new Error('nothing was published')
    browser.happen({ kind: 'not-published', form: effect.form, text: 'refused' })
    browser.press('p', 'ctrl-s')
    expect(browser.effects).toHaveLength(1)
  })

  it('puts cleared messages back only where its name was typed', () => {
    const browser = browserOf(shown, terms)
    const [entry] = browser.catalogue.channels
    const messages = entry?.latest ? [entry.latest] : []
    browser.happen({ kind: 'cleared', messages, text: 'cleared 1', tone: 'good' })
    browser.press('u')
    expect(browser.screen).toContain('production is protected: type its name to put back')
    browser.press('y', 'enter')
    expect(browser.effects).toEqual([])
    expect(browser.screen).toContain('nothing was put back')
    browser.press('u').type('production').press('enter')
    expect(browser.effects).toEqual([{ kind: 'restore', messages }])
  })

  it('clears retained messages only where its name was typed', () => {
    const browser = browserOf(shown, terms).press('x', 'y', 'enter')
    expect(browser.effects).toEqual([])
    expect(browser.screen).toContain('nothing was cleared')
    browser.press('x').type('production').press('enter')
    expect(browser.effects).toMatchObject([{ kind: 'clear', messages: [{ channel: 'lamp/1' }] }])
    browser.press('x').type('production').press('escape')
    expect(browser.effects).toHaveLength(1)
  })
})
